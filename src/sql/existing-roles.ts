import type { Role } from '../policy/role.ts'
import type { ExistingUser } from './existing-row.ts'
import type { Database } from './open-database.ts'
import { type IdColumn, rolesTables } from './roles-tables.ts'

/** Roles in a column of the users' own table. */
export interface RolesInColumn {
  readonly column: string
  /** What stands between two roles, or `json` where it is a list in JSON. Default: a comma. Lists of PostgreSQL need none. */
  readonly separator?: string
}

/** Roles in another table, a row for each role of each user: at most 1,000 of one user. */
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
  roles: RolesInColumn | RolesInTable | RolesOfRow | undefined,
  ids: IdColumn,
): FindRoles {
  if (roles === undefined) return async () => []
  if (typeof roles === 'function') return async ({ wholeRow }) => roles(wholeRow)
  return 'table' in roles ? inTable(database, roles, ids) : async ({ roleNames }) => roleNames
}

function inTable(database: Database, roles: RolesInTable, ids: IdColumn): FindRoles {
  const tables = rolesTables(database, roles, ids)
  return ({ id }) => tables.rolesOf(id)
}
