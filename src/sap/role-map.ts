import type { Role } from '../policy/role.ts'

/**
 * The application's roles for SAP's roles: a table, or a function. SAP's roles that are missing in the table, or for
 * which the function returns nothing, are left out. SAP writes its roles in capitals, and names are compared exactly.
 */
export type SapRoleMap =
  | Readonly<Record<string, Role | string>>
  | ((sapRole: string) => Role | string | null | undefined)

/**
 * Maps SAP's roles to the application's roles. Without a map every role keeps its name, and the application drops
 * undeclared ones.
 *
 * @throws {Error} when the list is longer than any real list of roles.
 */
export function mapRoles(sapRoles: readonly string[], map: SapRoleMap | undefined): (Role | string)[] {
  if (sapRoles.length > MOST_ROLES) throw new Error(`the answer has more than ${MOST_ROLES} roles`)
  if (map === undefined) return [...new Set(sapRoles)]
  const find = typeof map === 'function' ? map : (name: string) => (Object.hasOwn(map, name) ? map[name] : null)
  const found = sapRoles.map(find).filter((role) => role !== null && role !== undefined)
  return [...new Map(found.map((role) => [typeof role === 'string' ? role : role.name, role])).values()]
}

const MOST_ROLES = 2000
