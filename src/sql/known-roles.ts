import { UnknownRoleError } from '../errors.ts'
import type { Role } from '../policy/role.ts'
import type { AccountEvents } from '../users/account-events.ts'

/**
 * The names of roles, each once, when at least one listener knows them all.
 *
 * @throws {UnknownRoleError} that lists the known ones.
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
