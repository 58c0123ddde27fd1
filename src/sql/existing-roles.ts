import { sql } from 'kysely'
import { DatabaseError } from '../errors.ts'
import type { Role } from '../policy/role.ts'
import { asList, asText } from './column-values.ts'
import { columnName, type ExistingTable, type ExistingUser, tableName } from './existing-table.ts'
import type { Database } from './open-database.ts'

/** Roles in a column of the users' own table. */
export interface RolesInColumn {
  readonly column: string
  /** What stands between two roles, or `json` where it is a list in JSON. Default: a comma. Lists of PostgreSQL need none. */
  readonly separator?: string
}

/** Roles in another table, a row for each role of each user. */
export interface RolesInTable {
  readonly table: string
  /** The column with the user's id. */
  readonly user: string
  /** The column with the role's name; or with its id, where the names are in a third table. */
  readonly role: string
  readonly names?: {
    readonly table: string
    readonly id: string
    readonly name: string
  }
}

/** Roles by a rule of your own. The row is that of the user, without the password hash. */
export type RolesOfRow = (
  row: Readonly<Record<string, unknown>>,
) => readonly (Role | string)[] | Promise<readonly (Role | string)[]>

type FindRoles = (user: ExistingUser) => Promise<readonly (Role | string)[]>

/** Makes what finds the roles of a user. */
export function createExistingRoles(
  database: Database,
  users: ExistingTable,
  roles: RolesInColumn | RolesInTable | RolesOfRow | undefined,
): FindRoles {
  if (roles === undefined) return async () => []
  if (typeof roles === 'function') return async (user) => roles(await users.wholeRow(user))
  return 'table' in roles ? inTable(database, roles) : inColumn(users, roles)
}

function inColumn(users: ExistingTable, { column, separator = ',' }: RolesInColumn): FindRoles {
  columnName(column)
  return async (user) => {
    const row = await users.wholeRow(user)
    if (!Object.hasOwn(row, column)) throw new DatabaseError(`The table of users has no column ${column}.`)
    return asList(row[column], separator)
  }
}

function inTable(database: Database, { table, user, role, names }: RolesInTable): FindRoles {
  const given = sql`g.${columnName(role)}`
  const owner = sql`g.${columnName(user)}`
  const name = names ? sql`n.${columnName(names.name)}` : given
  const named = names ? sql`join ${tableName(names.table)} n on n.${columnName(names.id)} = ${given}` : sql``
  const query = sql<{ role: unknown }>`select ${name} as role from ${tableName(table)} g ${named}`
  return async ({ rawId }) => {
    const { rows } = await sql<{ role: unknown }>`${query} where ${owner} = ${rawId} order by 1`.execute(
      await database.foreignTables(),
    )
    return rows.map((row) => asText(row.role).trim())
  }
}
