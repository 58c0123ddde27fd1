import type { Role } from '../policy/role.ts'
import { createRoleRegistry } from '../policy/role-registry.ts'
import { type AccountInput, createAccount } from '../users/account.ts'
import { User } from '../users/user.ts'

/** The fields of a test user. All are optional. */
export interface TestUser extends Partial<Omit<AccountInput, 'roles'>> {
  readonly roles?: readonly Role[]
  /** Default: `test`. */
  readonly source?: string
  /**
   * Time when the password was given, in milliseconds since 1970-01-01 UTC. Default: unknown, which is too long ago for
   * every requirement.
   */
  readonly authenticatedAt?: number
}

/**
 * Returns a signed-in user for unit tests of handlers and checkers. `ANONYMOUS` is the user who is signed out.
 *
 * ```ts
 * import { definePermission, defineRole } from 'ostiary'
 * import { testUser } from 'ostiary/testing'
 *
 * const EDIT = definePermission({ name: 'edit', description: 'Change documents' })
 * const EDITOR = defineRole({ name: 'Editor', description: 'Writes documents', permissions: [EDIT] })
 *
 * testUser({ name: 'anna', roles: [EDITOR] }).hasPermission(EDIT) // true
 * ```
 *
 * @throws {TypeError} when a field is invalid for an account, such as an empty name.
 * @throws {ConfigurationError} when `roles` is anything else than a list of roles, or two roles share a name.
 */
export function testUser({
  source = 'test',
  name = 'tester',
  roles = [],
  authenticatedAt,
  ...account
}: TestUser = {}): User {
  const roleNames = roles.map((role) => role.name)
  return new User(
    source,
    createAccount({ ...account, name, roles: roleNames }),
    createRoleRegistry(roles).roleSet(roleNames),
    authenticatedAt,
  )
}
