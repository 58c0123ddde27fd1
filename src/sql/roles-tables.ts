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

/** Reads roles from a table with a row for each role of each user, and their names from an optional third table. */
export function rolesTables(database: Database, { table, user, role, names }: RolesInTable) {
  const [owner, given] = [sql`g.${columnName(user)}`, sql`g.${columnName(role)}`]
  const named = names && { id: sql`n.${columnName(names.id)}`, name: sql`n.${columnName(names.name)}` }
  const join = named && names ? sql`join ${tableName(names.table)} n on ${named.id} = ${given}` : sql``
  const from = sql`${tableName(table)} g ${join}`
  const ofUsers = foreignTable(database, table)
  const ofNames = names && foreignTable(database, names.table)

  /** @throws {DatabaseError} when the type of a column is unfit for its use. */
  async function opened(): Promise<{ users: OpenedTable; names: OpenedTable | undefined }> {
    const users = await ofUsers.opened()
    const third = await ofNames?.opened()
    assertFit(table, users, [
      [user, 'id'],
      [role, names ? 'id' : 'role'],
    ])
    if (names && third) {
      assertFit(names.table, third, [
        [names.id, 'id'],
        [names.name, 'role'],
      ])
    }
    return { users, names: third }
  }

  function forget(): void {
    ofUsers.forget()
    ofNames?.forget()
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
      const { users, names: third } = await opened()
      const [ownerType, givenType] = [users.typeOf(user), users.typeOf(role)]
      const values = valuesFor(ownerType, { id: ownerType.kind === 'integer' ? withoutZeros(id) : id })
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
          isId(ownerType, row.owner, id) &&
          (!names || !third || isId(third.typeOf(names.id), row.named, idOf(givenType, row.given))),
      )
      return exact.map((row) => readRole(names ? row.name : row.given)).filter((name) => name !== '')
    },
  }
}

const MOST_ROLES = 1000

function isId(type: ColumnType, value: unknown, id: string | undefined): boolean {
  const found = idOf(type, value)
  return found !== undefined && id !== undefined && withoutZeros(found) === withoutZeros(id)
}

/**
 * Removes the zeros behind a number's point. Why: the same number has such zeros in one column and lacks them in
 * another.
 */
function withoutZeros(id: string): string {
  return /^-?\d+\.0+$/.test(id) ? id.slice(0, id.indexOf('.')) : id
}

function idOf(type: ColumnType, value: unknown): string | undefined {
  try {
    return readId(type, value)
  } catch (error) {
    if (error instanceof UnusableValueError) return undefined
    throw error
  }
}
