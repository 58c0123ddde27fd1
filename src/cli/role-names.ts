import { misused } from './cli-error.ts'

/** Reads `Administrator,User`. The empty text is nobody's role. */
export function readRoleNames(list: string): string[] {
  const names = list
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean)
  if (names.some((name) => /\p{C}/u.test(name))) throw misused('The name of a role has no control characters.')
  return names
}
