import { type RawBuilder, sql } from 'kysely'
import { DatabaseError } from '../errors.ts'
import type { RolesInTable } from './existing-roles.ts'
import { isNoValueOfColumn } from './existing-table.ts'
import { assertFit, foreignTable, type OpenedTable } from './foreign-table.ts'
import { columnName, tableName } from './identifiers.ts'
import type { Database } from './open-database.ts'
import type { ColumnType } from './types/column-type.ts'
import { readId, readRole, UnusableValueError } from './types/read-value.ts'
import { valuesFor } from './types/values-for.ts'

interface RoleRow {
  readonly owner: unknown
  readonly given: unknown
  readonly named: unknown
  readonly name: unknown
}

/** The column that names the users, in their own table. */
export interface IdColumn {
  readonly table: string
  readonly id: string
}

/** Reads roles from a table with a row for each role of each user, and from a third one with their names. */
export function rolesTables(database: Database, { table, user, role, names }: RolesInTable, ids: IdColumn) {
  const [owner, given] = [sql`g.${columnName(user)}`, sql`g.${columnName(role)}`]
  const named = names && { id: sql`n.${columnName(names.id)}`, name: sql`n.${columnName(names.name)}` }
  const join = named && names ? sql`join ${tableName(names.table)} n on ${named.id} = ${given}` : sql``
  const from = sql`${tableName(table)} g ${join}`
  const ofUsers = foreignTable(database, table)
  const ofNames = names && foreignTable(database, names.table)
  const ofIds = foreignTable(database, ids.table)

  /** @throws {DatabaseError} when a column is of a type that its use cannot do with, or that its counterpart is not of. */
  async function opened(): Promise<{ users: OpenedTable; names: OpenedTable | undefined; idType: ColumnType }> {
    const users = await ofUsers.opened()
    const third = await ofNames?.opened()
    const idType = (await ofIds.opened()).typeOf(ids.id)
    assertFit(table, users, [
      [user, 'id'],
      [role, names ? 'id' : 'role'],
    ])
    if (names && third) {
      assertFit(names.table, third, [
        [names.id, 'id'],
        [names.name, 'role'],
      ])
      assertAlike(`${role} of ${table}`, users.typeOf(role), `${names.id} of ${names.table}`, third.typeOf(names.id))
    }
    if (!isOfBytes(idType)) assertAlike(`${user} of ${table}`, users.typeOf(user), `${ids.id} of ${ids.table}`, idType)
    return { users, names: third, idType }
  }

  function forget(): void {
    ofUsers.forget()
    ofNames?.forget()
    ofIds.forget()
  }

  return {
    async check(): Promise<void> {
      forget()
      const { users } = await opened()
      await sql`select ${owner}, ${named?.name ?? given} from ${from} where 1 = 0`.execute(users.db)
    },

    /** Returns the expression and the tables that list the roles of all users. */
    async allRoles(): Promise<{ name: RawBuilder<unknown>; type: ColumnType; from: RawBuilder<unknown> }> {
      const { users, names: third } = await opened()
      const type = names && third ? third.typeOf(names.name) : users.typeOf(role)
      return { name: named?.name ?? given, type, from: sql`${from} where ${owner} is not null` }
    },

    async rolesOf(id: string): Promise<readonly string[]> {
      const { users, names: third, idType } = await opened()
      const [ownerType, givenType] = [users.typeOf(user), users.typeOf(role)]
      const wanted = asNumber(idType, id)
      const values = valuesFor(ownerType, { id: ownerType.kind === 'integer' ? wanted : id })
      if (values.length === 0) return []
      const isOwned = sql.join(
        values.map((value) => sql`${owner} = ${value}`),
        sql` or `,
      )
      const columns = [sql`${ownerType.select(owner)} as owner`, sql`${givenType.select(given)} as given`]
      if (names && named && third) {
        columns.push(sql`${third.typeOf(names.id).select(named.id)} as named`)
        columns.push(sql`${third.typeOf(names.name).select(named.name)} as name`)
      }
      const query = sql<RoleRow>`
        select ${sql.join(columns)} from ${from} where ${isOwned} order by ${given} limit ${sql.lit(MOST_ROLES + 1)}`
      const { rows } = await query.execute(users.db).catch((error: unknown) => {
        if (isNoValueOfColumn(error)) return { rows: [] }
        forget()
        throw error
      })
      if (rows.length > MOST_ROLES) throw new DatabaseError(`More than ${MOST_ROLES} rows of ${table} are of one user.`)
      // The database may compare more loosely than this code, for example ignoring case.
      const exact = rows.filter(
        (row) =>
          idOf(ownerType, row.owner) === wanted &&
          (!names || !third || isSameId(third.typeOf(names.id), row.named, givenType, row.given)),
      )
      return exact.map((row) => readRole(names ? row.name : row.given)).filter((name) => name !== '')
    },
  }
}

const MOST_ROLES = 1000

function isSameId(type: ColumnType, value: unknown, otherType: ColumnType, other: unknown): boolean {
  const id = idOf(type, value)
  return id !== undefined && id === idOf(otherType, other)
}

/**
 * The same number has zeros after its point in one column, and none in another. Why the type decides: `1` and `1.0` are
 * two people where ids are text.
 */
function asNumber({ kind }: ColumnType, id: string): string {
  return kind === 'decimal' && /^-?\d+\.0+$/.test(id) ? id.slice(0, id.indexOf('.')) : id
}

function isOfBytes({ kind }: ColumnType): boolean {
  return kind === 'bytes' || kind === 'fixed bytes'
}

/**
 * Why: the id of bytes is their hexadecimal digits, and a text may be just those.
 *
 * @throws {DatabaseError} when one column holds bytes, and the other one does not.
 */
function assertAlike(one: string, oneType: ColumnType, other: string, otherType: ColumnType): void {
  if (isOfBytes(oneType) === isOfBytes(otherType)) return
  throw new DatabaseError(
    `The column ${one} is of the type ${oneType.name}, and the column ${other} is of the type ${otherType.name}. ` +
      'Bytes and text cannot be compared; a view can convert them.',
  )
}

function idOf(type: ColumnType, value: unknown): string | undefined {
  try {
    return asNumber(type, readId(type, value))
  } catch (error) {
    if (error instanceof UnusableValueError) return undefined
    throw error
  }
}
