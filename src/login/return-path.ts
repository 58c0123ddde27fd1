/**
 * Where to go after login: `next` when it is a path on this site, or else `/`.
 *
 * Whatever a browser could read as another site is refused: `//e`, `/\e`, `/<TAB>/e`, `javascript:`, line breaks
 * (OWASP ASVS 5.0, 1.2.2 and 3.7.2).
 */
export function returnPath(next: unknown): string {
  if (typeof next !== 'string' || next.length > MAX_LENGTH || !/^\/(?![/\\])/.test(next)) return HOME
  // Browsers drop tabs and line breaks out of URLs, and read a backslash as a slash.
  if (/[\p{C}\\]/u.test(next) || !URL.canParse(next, NOWHERE)) return HOME
  const { origin, pathname, search, hash } = new URL(next, NOWHERE)
  // `/.//e` is a path here and another host once it is normalised.
  return origin === NOWHERE && !pathname.startsWith('//') ? pathname + search + hash : HOME
}

const HOME = '/'
const NOWHERE = 'https://ostiary.invalid'
const MAX_LENGTH = 2048
