import type { Role } from '../policy/role.ts'
import type { ExistingUser } from './existing-row.ts'
import type { Database } from './open-database.ts'
import { type IdColumn, rolesTables } from './roles-tables.ts'

/** Roles in a column of the users' own table. */
export interface RolesInColumn {
  readonly column: string
  /** The text between two roles, or `json` for a list in JSON. Default: a comma. Ignored for lists of PostgreSQL. */
  readonly separator?: string
}

/** Roles in another table, with a row for each role of each user. At most 1,000 roles of one user. */
export interface RolesInTable {
  readonly table: string
  /** The column with the user's id. */
  readonly user: string
  /** The column with the role's name, or with the role's id if the names are in a third table. */
  readonly role: string
  readonly names?: {
    readonly table: string
    readonly id: string
    readonly name: string
  }
}

/** Roles by a function of the application. `row` is the user's row without the password hash. */
export type RolesOfRow = (
  row: Readonly<Record<string, unknown>>,
) => readonly (Role | string)[] | Promise<readonly (Role | string)[]>

type FindRoles = (user: ExistingUser) => Promise<readonly (Role | string)[]>

/** Creates the function that finds the roles of a user. */
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
