import type { Role } from '../policy/role.ts'

/**
 * What SAP's roles are called in the application: a table, or a function that returns nothing for a role that means
 * nothing here. A role that is not in the table is left out. SAP writes its roles in capitals, and they are compared exactly.
 */
export type SapRoleMap =
  | Readonly<Record<string, Role | string>>
  | ((sapRole: string) => Role | string | null | undefined)

/**
 * Without a map every role keeps its name, and the application drops those that it does not declare.
 *
 * @throws {Error} when there are more than anybody can have.
 */
export function mapRoles(sapRoles: readonly string[], map: SapRoleMap | undefined): (Role | string)[] {
  if (sapRoles.length > MOST_ROLES) throw new Error(`the answer has more than ${MOST_ROLES} roles`)
  if (map === undefined) return [...new Set(sapRoles)]
  const find = typeof map === 'function' ? map : (name: string) => (Object.hasOwn(map, name) ? map[name] : null)
  const found = sapRoles.map(find).filter((role) => role !== null && role !== undefined)
  return [...new Map(found.map((role) => [typeof role === 'string' ? role : role.name, role])).values()]
}

const MOST_ROLES = 2000
