import type { Role } from '../policy/role.ts'
import { createRoleRegistry } from '../policy/role-registry.ts'
import { type AccountInput, createAccount } from '../users/account.ts'
import { User } from '../users/user.ts'

/** Whom to make. Nothing is a must. */
export interface TestUser extends Partial<Omit<AccountInput, 'roles'>> {
  readonly roles?: readonly Role[]
  /** Default: `test`. */
  readonly source?: string
  /** When the password was given, in milliseconds since 1970. Default: nobody knows, too long ago for any requirement. */
  readonly authenticatedAt?: number
}

/**
 * A signed-in user for unit tests of handlers and checkers. For the other one there is `ANONYMOUS`.
 *
 * ```ts
 * const editor = testUser({ name: 'anna', roles: [EDITOR] })
 * expect(mayPublish(editor, article)).toBe(true)
 * ```
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
