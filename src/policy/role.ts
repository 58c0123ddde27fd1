import { ConfigurationError } from '../errors.ts'
import { declaredDescription, declaredName, type Permission } from './permission.ts'

/** A named set of permissions, declared in code. Compared by identity: an application declares each role once. */
export interface Role {
  readonly name: string
  readonly description: string
  readonly permissions: readonly Permission[]
}

/**
 * Declares a role, and returns it frozen with a copy of the list of permissions. Names follow the rule of {@link
 * definePermission}.
 *
 * ```ts
 * import { definePermission, defineRole } from 'ostiary'
 *
 * const VIEW = definePermission({ name: 'view', description: 'See documents' })
 * const EDIT = definePermission({ name: 'edit', description: 'Change documents' })
 * export const EDITOR = defineRole({ name: 'Editor', description: 'Writes documents', permissions: [VIEW, EDIT] })
 * ```
 *
 * @throws {ConfigurationError} when the name or description is missing, the name breaks the rule, or `permissions` is
 * anything else than a list of permissions.
 */
export function defineRole(role: Role): Role {
  const name = declaredName(role, 'defineRole')
  const description = declaredDescription(role, 'defineRole')
  const permissions: unknown = role.permissions
  if (!Array.isArray(permissions) || !permissions.every(isPermission)) {
    throw new ConfigurationError(
      `defineRole() needs the permissions of "${name}": a list of what definePermission() returned, which may be empty.`,
    )
  }
  return Object.freeze({ name, description, permissions: Object.freeze([...permissions]) })
}

export function isRole(value: unknown): value is Role {
  return isPermission(value) && Array.isArray((value as Partial<Role>).permissions)
}

export function isPermission(value: unknown): value is Permission {
  if (typeof value !== 'object' || value === null) return false
  const { name, description } = value as Partial<Permission>
  return typeof name === 'string' && name !== '' && typeof description === 'string' && description !== ''
}
