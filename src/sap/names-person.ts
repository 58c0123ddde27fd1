import { inCapitals } from './basic-credentials.ts'

/**
 * Whether a name in an answer is that of the person who was asked for: `exactly`, `loosely` when only the case of
 * letters differs, or not at all.
 *
 * Why three: for ABAP `anna` and `ANNA` are one user, and for other systems two.
 */
export function namesPerson(named: readonly string[], username: string): 'exactly' | 'loosely' | 'no' {
  const names = named.map((name) => name.normalize('NFC').trim())
  if (names.includes(username)) return 'exactly'
  const capitals = inCapitals(username)
  return capitals !== null && names.some((name) => inCapitals(name) === capitals) ? 'loosely' : 'no'
}
