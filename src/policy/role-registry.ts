import { ConfigurationError } from '../errors.ts'
import type { Permission } from './permission.ts'
import { readOnlySet } from './read-only-set.ts'
import type { Requirement } from './requirement.ts'
import { isPermission, isRole, type Role } from './role.ts'

/** The roles of one user, and everything that decisions need of them, computed once. */
export interface RoleSet {
  readonly roles: readonly Role[]
  readonly roleNames: ReadonlySet<string>
  /** The names of the permissions that the roles grant. */
  readonly permissionNames: ReadonlySet<string>
}

/** The roles and permissions that one `Auth` knows. */
export interface RoleRegistry {
  readonly roles: readonly Role[]
  readonly permissions: readonly Permission[]
  hasRoleName(name: string): boolean
  /**
   * Returns the known roles among the names, in the order of declaration. Unknown names go to `onUnknownRole` and are
   * dropped.
   */
  roleSet(names: readonly string[]): RoleSet
  /**
   * @throws {ConfigurationError} when the requirement names a role or permission that is missing from this registry.
   */
  assertKnown(requirement: Requirement, where: string): void
}

/** The role set of a user without roles. */
export const NO_ROLES: RoleSet = mergeRoles([])

/**
 * Limits a role set to permissions, for a credential with a scope. The limited set has no roles. Why: a role allows more
 * than the permissions of a scope.
 */
export function limitTo(scopes: readonly string[], held: 'all' | ReadonlySet<string>): RoleSet {
  const permissionNames = readOnlySet(scopes.filter((name) => held === 'all' || held.has(name)))
  return Object.freeze({ ...NO_ROLES, permissionNames })
}

/** The most combinations of roles that are cached. More combinations cost time, and stay correct. */
const REMEMBERED_SETS = 10_000

/**
 * Collects the roles of an application with their permissions, and additional `permissions` that roles lack.
 *
 * @throws {ConfigurationError} when a list holds anything else than roles or permissions, or two entries share a name.
 */
export function createRoleRegistry(
  roles: readonly Role[],
  permissions: readonly Permission[] = [],
  onUnknownRole: (name: string) => void = () => {},
): RoleRegistry {
  if (!Array.isArray(roles) || !roles.every(isRole)) {
    throw new ConfigurationError('createAuth() needs roles: a list of what defineRole() returned.')
  }
  if (!Array.isArray(permissions) || !permissions.every(isPermission)) {
    throw new ConfigurationError(
      'The permissions given to createAuth() are a list of what definePermission() returned.',
    )
  }
  for (const role of roles) freezeRole(role)
  for (const permission of permissions) Object.freeze(permission)
  const rolesByName = uniqueByName('roles', roles)
  const permissionsByName = uniqueByName('permissions', [...permissions, ...roles.flatMap((role) => role.permissions)])
  const sets = new Map<string, RoleSet>()

  return {
    roles: Object.freeze([...rolesByName.values()]),
    permissions: Object.freeze([...permissionsByName.values()]),
    hasRoleName: (name) => rolesByName.has(name),
    roleSet(names) {
      // JSON keeps names apart. Why: a source may give one name that contains a separator.
      const key = JSON.stringify(names)
      const remembered = sets.get(key)
      if (remembered) return remembered
      for (const name of names) if (!rolesByName.has(name)) onUnknownRole(name)
      const set = mergeRoles([...rolesByName.values()].filter((role) => names.includes(role.name)))
      if (sets.size >= REMEMBERED_SETS) sets.clear()
      sets.set(key, set)
      return set
    },
    assertKnown(requirement, where) {
      if ('roles' in requirement) {
        for (const role of requirement.roles) {
          if (rolesByName.get(role.name) !== role) {
            throw new ConfigurationError(
              `${where} asks for the role "${role.name}", which this Auth does not know. Add it to the roles of createAuth().`,
            )
          }
        }
      } else if (
        'permission' in requirement &&
        permissionsByName.get(requirement.permission.name) !== requirement.permission
      ) {
        throw new ConfigurationError(
          `${where} asks for the permission "${requirement.permission.name}", which no role of this Auth has. ` +
            'Add it to a role, or to the permissions of createAuth() if only superusers are to have it.',
        )
      }
    },
  }
}

/**
 * Freezes a role and its permissions. Why: a role written by hand is shared by all users who have it, and must stay as
 * declared.
 */
function freezeRole(role: Role): void {
  for (const permission of role.permissions) Object.freeze(permission)
  Object.freeze(role.permissions)
  Object.freeze(role)
}

function mergeRoles(roles: readonly Role[]): RoleSet {
  return Object.freeze({
    roles: Object.freeze(roles),
    roleNames: readOnlySet(roles.map((role) => role.name)),
    permissionNames: readOnlySet(roles.flatMap((role) => role.permissions.map(({ name }) => name))),
  })
}

function uniqueByName<T extends Permission>(kind: string, things: readonly T[]): Map<string, T> {
  const byName = new Map<string, T>()
  for (const thing of things) {
    const known = byName.get(thing.name)
    if (known && known !== thing) {
      throw new ConfigurationError(
        `Two ${kind} are called "${thing.name}". Declare each once and use that one everywhere.`,
      )
    }
    byName.set(thing.name, thing)
  }
  return byName
}
