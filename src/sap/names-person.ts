import { inCapitals } from './basic-credentials.ts'

/**
 * Compares the names in an answer with the requested name: `exactly` the same, `loosely` the same when only the case of
 * letters differs, or `no`.
 *
 * Why three results: for ABAP `anna` and `ANNA` are one user, and for other systems two.
 */
export function namesPerson(named: readonly string[], username: string): 'exactly' | 'loosely' | 'no' {
  const names = named.map((name) => name.normalize('NFC').trim())
  if (names.includes(username)) return 'exactly'
  const capitals = inCapitals(username)
  return capitals !== null && names.some((name) => inCapitals(name) === capitals) ? 'loosely' : 'no'
}
