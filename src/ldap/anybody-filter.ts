/**
 * Makes of the filter for one person the filter for everybody whom it could find.
 *
 * A comparison that has no wildcard, such as `(mail:caseExactMatch:={username})`, becomes `(mail=*)`.
 */
export function anybodyFilter(userFilter: string): string {
  return userFilter.replace(OTHER_COMPARISON, '($1=*)').replaceAll('{username}', '*')
}

/** An extensible match, `~=`, `>=` or `<=`, with the name in its value (RFC 4515, section 3). */
const OTHER_COMPARISON = /\(\s*([\w.;-]+)(?:(?::[\w.-]+)*:|[~<>])=[^()]*\{username\}[^()]*\)/g
