import { misused, refused } from './cli-error.ts'
import type { LoadedAuth } from './load-auth.ts'
import { note } from './output.ts'
import { quoted } from './user-output.ts'

/**
 * Reads `Administrator,User`. The empty text names no role. Undeclared roles are refused here, before a password is
 * asked for.
 */
export function readRoleNames(list: string, { auth, knowsRoles }: LoadedAuth): string[] {
  const names = list
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean)
  if (names.some((name) => /\p{C}/u.test(name))) throw misused('The name of a role has no control characters.')

  if (!knowsRoles) {
    if (names.length > 0)
      note('Note: the names of roles cannot be checked without the configuration of the application.')
    return names
  }
  const known = auth.roles.map((role) => role.name)
  const strange = names.filter((name) => !known.includes(name))
  if (strange.length === 0) return names
  const all = known.length > 0 ? `The roles are: ${known.join(', ')}.` : 'The code declares no roles.'
  throw refused(`There is no role ${strange.map(quoted).join(', ')}. ${all}`)
}
