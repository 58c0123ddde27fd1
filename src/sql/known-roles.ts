import { UnknownRoleError } from '../errors.ts'
import type { Role } from '../policy/role.ts'
import type { House } from '../users/managed-users.ts'

/**
 * The names of roles, each once, when at least one house knows them all.
 *
 * @throws {UnknownRoleError} that lists the known ones.
 */
export function knownRoleNames(roles: readonly (Role | string)[], houses: Iterable<House>): readonly string[] {
  const names = [...new Set(roles.map((role) => (typeof role === 'string' ? role : role.name)))]
  const lists = [...houses].map((house) => house.roleNames)
  const known = new Set(lists.flatMap((list) => (list === 'any' ? [] : list)))
  const strange = names.filter((role) => !known.has(role))
  if (lists.length === 0 || lists.includes('any') || strange.length === 0) return names
  const list = known.size > 0 ? `The roles are: ${[...known].join(', ')}.` : 'The code declares no roles.'
  throw new UnknownRoleError(`There is no role ${strange.map((role) => JSON.stringify(role)).join(', ')}. ${list}`)
}
