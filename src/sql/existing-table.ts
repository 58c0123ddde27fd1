import { sql } from 'kysely'
import { DatabaseError, InvalidUsernameError } from '../errors.ts'
import { reasonOf } from '../reason-of.ts'
import { canonicalUsername } from '../users/username.ts'
import { type ExistingUser, existingRow, type Mapping, type Row } from './existing-row.ts'
import { assertFit, foreignTable, type OpenedTable } from './foreign-table.ts'
import { columnName, tableName } from './identifiers.ts'
import type { Database } from './open-database.ts'
import { whyUnfit } from './types/column-type.ts'
import { readHash, readId, readName, UnusableValueError } from './types/read-value.ts'
import { type Spelling, valuesFor } from './types/values-for.ts'

export interface ExistingTable {
  /**
   * Checks that the table can be used.
   *
   * @throws {DatabaseError} when the table or a column is missing, is not readable, or has an unfit type.
   */
  check(): Promise<void>
  /**
   * Finds the user of a name.
   *
   * @throws {UnusableValueError} when a value of the row cannot be used.
   * @throws {DatabaseError} when several users have the name.
   */
  byName(typed: string, canonical: string): Promise<ExistingUser | undefined>
  /**
   * Finds the user of an id.
   *
   * @throws {UnusableValueError} when a value cannot be used, or several rows have the id.
   */
  byId(id: string): Promise<ExistingUser | undefined>
  /**
   * Returns the columns that cannot be read or used, each with the reason. Leaves out the column of roles.
   *
   * @throws {Error} when the table itself cannot be read.
   */
  unreadable(): Promise<ReadonlyMap<string, string>>
  /**
   * Reads the first `limit` users as a login would. Returns the reasons for failures, each with the number of users.
   */
  faultsOfSome(limit: number): Promise<ReadonlyMap<string, number>>
  /** Returns the password hash of an arbitrary user. */
  anyHash(): Promise<string | undefined>
}

/** Reads a foreign table of users. Every identifier is quoted, and every value is bound. */
export function createExistingTable(database: Database, mapping: Mapping): ExistingTable {
  const { table } = mapping
  const from = tableName(table)
  const foreign = foreignTable(database, table)
  const { uses, selected, toUser, id, username, passwordHash } = existingRow(mapping)
  const sharedId = `several users of ${table} have the same id`

  /** @throws {DatabaseError} when the type of a column is unfit for its use. */
  async function openedFit(): Promise<OpenedTable> {
    const opened = await foreign.opened()
    assertFit(table, opened, uses)
    return opened
  }

  /** Reads all values of a user in one query. Why: a second query could return another user's row. */
  async function select(opened: OpenedTable, column: string, spelling: Spelling): Promise<readonly Row[]> {
    const values = valuesFor(opened.typeOf(column), spelling)
    if (values.length === 0) return []
    const isWanted = sql.join(
      values.map((value) => sql`${columnName(column)} = ${value}`),
      sql` or `,
    )
    const query = sql<Row>`select ${selected(opened)} from ${from} where ${isWanted} limit ${sql.lit(MOST_ROWS + 1)}`
    try {
      const { rows } = await query.execute(opened.db)
      if (rows.length <= MOST_ROWS) return rows
    } catch (error) {
      if (isNoValueOfColumn(error)) return []
      foreign.forget()
      throw error
    }
    throw new DatabaseError(`More than ${MOST_ROWS} rows of ${table} have the same ${column}.`)
  }

  return {
    async check() {
      foreign.forget()
      try {
        const opened = await foreign.opened()
        await sql`select ${selected(opened)} from ${from} where 1 = 0`.execute(opened.db)
        assertFit(table, opened, uses)
      } catch (cause) {
        if (cause instanceof DatabaseError) throw cause
        throw new DatabaseError(`Cannot read users from the table ${table}: ${reasonOf(cause)}`, { cause })
      }
    },

    async unreadable() {
      foreign.forget()
      const { db, typeOf } = await foreign.opened()
      await sql`select 1 from ${from} where 1 = 0`.execute(db)
      const wrong = new Map<string, string>()
      for (const [column, use] of uses) {
        if (wrong.has(column) || use === 'roles') continue
        const why = await sql`select ${columnName(column)} from ${from} where 1 = 0`.execute(db).then(
          () => whyUnfit(column, typeOf(column), use),
          (cause: unknown) => reasonOf(cause),
        )
        if (why !== undefined) wrong.set(column, why)
      }
      return wrong
    },

    async byName(typed, canonical) {
      const opened = await openedFit()
      for (const spelling of new Set([typed, canonical])) {
        const rows = await select(opened, username, { name: spelling })
        // The database may compare more loosely than this code, for example ignoring accents.
        const found = rows.filter((row) => isSameName(nameOf(row), canonical))
        const [row, ...others] = found.length > 1 ? found.filter((each) => nameOf(each) === spelling) : found
        if (others.length > 0) throw new UnusableValueError(`several users of ${table} have this name`)
        if (row) return toUser(row, opened)
      }
      return undefined
    },

    async byId(wanted) {
      const opened = await openedFit()
      const rows = await select(opened, id, { id: wanted })
      const [row, ...others] = rows.filter((each) => idOf(each, opened) === wanted)
      if (others.length > 0) throw new UnusableValueError(sharedId)
      return row && toUser(row, opened)
    },

    async faultsOfSome(limit) {
      const opened = await foreign.opened()
      const query = sql<Row>`select ${selected(opened)} from ${from} limit ${sql.lit(limit)}`
      const { rows } = await query.execute(opened.db)
      const owners = Map.groupBy(rows, (row) => idOf(row, opened))
      const faults = rows.flatMap((row) => whyUnusable(() => assertOnly(toUser(row, opened), owners)))
      return new Map([...Map.groupBy(faults, (fault) => fault)].map(([fault, { length }]) => [fault, length]))
    },

    async anyHash() {
      const { db, typeOf } = await foreign.opened()
      const hash = columnName(passwordHash)
      const some = sql<Row>`select ${typeOf(passwordHash).select(hash)} as hash from ${from} where ${hash} <> '' limit 1`
      const { rows } = await some.execute(db).catch((error: unknown) => {
        if (isNoValueOfColumn(error)) return { rows: [] }
        throw error
      })
      return orUndefined(() => readHash(rows[0]?.hash))
    },
  }

  function assertOnly(user: ExistingUser, owners: ReadonlyMap<string | undefined, readonly Row[]>): void {
    if (owners.get(user.id)?.length !== 1) throw new UnusableValueError(sharedId)
  }

  function idOf(row: Row, { typeOf }: OpenedTable): string | undefined {
    return orUndefined(() => readId(typeOf(id), row.id))
  }
}

/** Rows that are examined where the database treats different spellings as equal. */
const MOST_ROWS = 100

/**
 * Returns true for the errors of two databases about a value that the column cannot hold. PostgreSQL: text for a number
 * (a data exception, class 22). MariaDB: characters that the column's character set lacks (1267).
 */
export function isNoValueOfColumn(error: unknown): boolean {
  const { code, errno } = error as { code?: unknown; errno?: unknown }
  return /^22...$/.test(String(code)) || errno === 1267
}

function nameOf(row: Row): string | undefined {
  return orUndefined(() => readName(row.username))
}

function isSameName(name: string | undefined, canonical: string): boolean {
  if (name === undefined) return false
  try {
    return canonicalUsername(name) === canonical
  } catch (error) {
    if (error instanceof InvalidUsernameError) return false
    throw error
  }
}

function orUndefined<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof UnusableValueError) return undefined
    throw error
  }
}

function whyUnusable(read: () => unknown): readonly string[] {
  try {
    read()
    return []
  } catch (error) {
    if (error instanceof UnusableValueError) return [error.message]
    throw error
  }
}
