/**
 * Turns the filter for one user into the filter for all users.
 *
 * A comparison without wildcards, such as `(mail:caseExactMatch:={username})`, becomes `(mail=*)`.
 */
export function anybodyFilter(userFilter: string): string {
  return userFilter.replace(OTHER_COMPARISON, '($1=*)').replaceAll('{username}', '*')
}

/** An extensible match, `~=`, `>=` or `<=`, with the user name in its value (RFC 4515, section 3). */
const OTHER_COMPARISON = /\(\s*([\w.;-]+)(?:(?::[\w.-]+)*:|[~<>])=[^()]*\{username\}[^()]*\)/g
