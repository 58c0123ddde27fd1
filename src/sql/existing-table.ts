import { type RawBuilder, sql } from 'kysely'
import { ConfigurationError, DatabaseError, InvalidUsernameError } from '../errors.ts'
import { reasonOf } from '../reason-of.ts'
import type { JsonValue } from '../users/account.ts'
import { canonicalUsername } from '../users/username.ts'
import { asFlag, asJson, asText } from './column-values.ts'
import type { Database } from './open-database.ts'

/** The names of columns in somebody else's table of users. */
export interface ExistingColumns {
  /** What never changes about a user, text or a number. Default: the user name. */
  readonly id?: string
  readonly username: string
  readonly passwordHash: string
  readonly description?: string
  /** True or 1 for whoever may do everything. */
  readonly superuser?: string
  /** False, 0 or empty for whoever may come in. */
  readonly disabled?: string
  /** True or 1 for whoever may come in. */
  readonly active?: string
}

/** A row of that table, read. */
export interface ExistingUser {
  readonly id: string
  readonly name: string
  readonly passwordHash: string | undefined
  readonly description: string
  readonly superuser: boolean
  readonly disabled: boolean
  readonly properties: Readonly<Record<string, JsonValue>>
  /** As the database gave it, to find other rows by. */
  readonly rawId: unknown
}

export interface ExistingTable {
  readonly idColumn: string
  /** @throws {DatabaseError} when the table or a column is not there, or may not be read. */
  check(): Promise<void>
  byName(typed: string, canonical: string): Promise<ExistingUser | undefined>
  byId(id: string): Promise<ExistingUser | undefined>
  /** All columns but the password hash. */
  wholeRow(user: ExistingUser): Promise<Readonly<Record<string, unknown>>>
  /** Which columns cannot be read, with the reason; empty when all can. @throws when the table itself cannot. */
  unreadable(): Promise<ReadonlyMap<string, string>>
  /** The hash of anybody. */
  anyHash(): Promise<string | undefined>
}

interface Mapping {
  readonly table: string
  readonly columns: ExistingColumns
  readonly properties: readonly string[]
}

type Row = Readonly<Record<string, unknown>>

/** Reads somebody else's table of users. Every identifier is quoted, every value bound. */
export function createExistingTable(database: Database, { table, columns, properties }: Mapping): ExistingTable {
  const from = tableName(table)
  const { username, passwordHash, id = username, ...rest } = columns
  const mapped = Object.entries({ id, username, passwordHash, ...rest }).filter(([, column]) => column !== undefined)
  const selected = [
    ...mapped.map(([alias, column]) => sql`${columnName(column)} as ${sql.id(alias)}`),
    ...properties.map((column, index) => sql`${columnName(column)} as ${sql.id(`property${index}`)}`),
  ]

  async function select(column: string, value: string): Promise<readonly ExistingUser[]> {
    try {
      const db = await database.foreignTables()
      const where = sql`${columnName(column)} = ${value}`
      const { rows } = await sql<Row>`select ${sql.join(selected)} from ${from} where ${where}`.execute(db)
      return rows.map(toUser)
    } catch (error) {
      if (isNoValueOfColumn(error)) return []
      throw error
    }
  }

  function toUser(row: Row): ExistingUser {
    const isActive = columns.active === undefined || asFlag(row.active) === true
    const isDisabled = columns.disabled !== undefined && asFlag(row.disabled) !== false
    return {
      id: asText(row.id),
      rawId: row.id,
      name: asText(row.username).trim(),
      passwordHash: asText(row.passwordHash) || undefined,
      description: asText(row.description),
      superuser: columns.superuser !== undefined && asFlag(row.superuser) === true,
      disabled: isDisabled || !isActive,
      properties: Object.fromEntries(properties.map((name, index) => [name, asJson(row[`property${index}`])])),
    }
  }

  return {
    idColumn: id,

    async check() {
      try {
        const db = await database.foreignTables()
        await sql`select ${sql.join(selected)} from ${from} where 1 = 0`.execute(db)
      } catch (cause) {
        if (cause instanceof DatabaseError) throw cause
        throw new DatabaseError(`Cannot read users from the table ${table}: ${reasonOf(cause)}`, { cause })
      }
    },

    async unreadable() {
      const db = await database.foreignTables()
      await sql`select 1 from ${from} where 1 = 0`.execute(db)
      const wrong = new Map<string, string>()
      for (const column of new Set([...mapped.map(([, each]) => each), ...properties])) {
        const read = sql`select ${columnName(column)} from ${from} where 1 = 0`.execute(db)
        await read.catch((cause: unknown) => wrong.set(column, reasonOf(cause)))
      }
      return wrong
    },

    async byName(typed, canonical) {
      for (const spelling of new Set([typed, canonical])) {
        // The database may compare more loosely than we do, ignoring accents for example.
        const users = (await select(username, spelling)).filter(({ name }) => isSameName(name, canonical))
        const [user, ...others] = users.length > 1 ? users.filter(({ name }) => name === spelling) : users
        if (others.length > 0 || (users.length > 1 && !user)) {
          throw new DatabaseError(`Several users of ${table} have this name.`)
        }
        if (user) return user
      }
      return undefined
    },

    async byId(wanted) {
      const users = (await select(id, wanted)).filter((user) => user.id === wanted)
      if (users.length > 1) throw new DatabaseError(`Several users of ${table} have the same id.`)
      return users[0]
    },

    async wholeRow({ rawId }) {
      const db = await database.foreignTables()
      const { rows } = await sql<Row>`select * from ${from} where ${columnName(id)} = ${rawId}`.execute(db)
      const { [passwordHash]: _, ...row } = rows[0] ?? {}
      return row
    },

    async anyHash() {
      const db = await database.foreignTables()
      const hash = columnName(passwordHash)
      const { rows } = await sql<Row>`select ${hash} as hash from ${from} where ${hash} <> '' limit 1`.execute(db)
      return asText(rows[0]?.hash) || undefined
    },
  }
}

/** A table, with its schema before a dot. @throws {ConfigurationError} */
export function tableName(name: string): RawBuilder<unknown> {
  return sql.id(...String(name).split('.').map(identifier))
}

/** @throws {ConfigurationError} */
export function columnName(name: string): RawBuilder<unknown> {
  return sql.id(identifier(name))
}

function identifier(name: unknown): string {
  if (typeof name === 'string' && name.trim() !== '' && !name.includes('\0')) return name
  throw new ConfigurationError(`There is no table or column called ${JSON.stringify(name)}.`)
}

/**
 * What two databases say of a value that no row can have: PostgreSQL of text for a number (a data exception, class 22),
 * MariaDB of characters that the column's character set lacks (1267).
 */
function isNoValueOfColumn(error: unknown): boolean {
  const { code, errno } = error as { code?: unknown; errno?: unknown }
  return /^22...$/.test(String(code)) || errno === 1267
}

function isSameName(name: string, canonical: string): boolean {
  try {
    return canonicalUsername(name) === canonical
  } catch (error) {
    if (error instanceof InvalidUsernameError) return false
    throw error
  }
}
