import { UnknownRoleError } from '../errors.ts'
import type { Role } from '../policy/role.ts'
import type { AccountEvents } from '../users/account-events.ts'

/**
 * Returns the names of roles, each once, after checking that they are declared. With a listener that accepts any role,
 * or without listeners, every name passes.
 *
 * @throws {UnknownRoleError} when a role is unknown to all listeners. The message lists the known roles.
 */
export function knownRoleNames(
  roles: readonly (Role | string)[],
  listeners: Iterable<AccountEvents>,
): readonly string[] {
  const names = [...new Set(roles.map((role) => (typeof role === 'string' ? role : role.name)))]
  const lists = [...listeners].map((listener) => listener.roleNames)
  const known = new Set(lists.flatMap((list) => (list === 'any' ? [] : list)))
  const strange = names.filter((role) => !known.has(role))
  if (lists.length === 0 || lists.includes('any') || strange.length === 0) return names
  const list = known.size > 0 ? `The roles are: ${[...known].join(', ')}.` : 'The code declares no roles.'
  throw new UnknownRoleError(`There is no role ${strange.map((role) => JSON.stringify(role)).join(', ')}. ${list}`)
}
