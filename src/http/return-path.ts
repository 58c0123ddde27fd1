/** Where a login may lead. */
export interface ReturnRules {
  /** Where one arrives without a `next` that may be followed. Default: `/`. */
  readonly home?: string
  /** Other origins that `next` may lead to. Default: none. */
  readonly origins?: ReadonlySet<string>
}

/**
 * Where to go after login: `next` when it is a path on this site or leads to one of `origins`, or else `home`.
 *
 * Whatever a browser could read as another site is refused: `//e`, `/\e`, `/<TAB>/e`, `javascript:`, line breaks
 * (OWASP ASVS 5.0, 1.2.2 and 3.7.2).
 */
export function returnPath(next: unknown, { home = '/', origins }: ReturnRules = {}): string {
  // Browsers drop tabs and line breaks out of URLs, and read a backslash as a slash.
  if (typeof next !== 'string' || next.length > LONGEST_RETURN_PATH || /[\p{C}\\]/u.test(next)) return home
  if (!next.startsWith('/')) return elsewhere(next, origins) ?? home
  if (next.startsWith('//') || !URL.canParse(next, NOWHERE)) return home
  const { origin, pathname, search, hash } = new URL(next, NOWHERE)
  // `/.//e` is a path here and another host once it is normalised.
  return origin === NOWHERE && !pathname.startsWith('//') ? pathname + search + hash : home
}

/** A URL in full, and in the one spelling that no browser reads as anything else. */
function elsewhere(next: string, origins: ReadonlySet<string> | undefined): string | undefined {
  if (!origins?.size || !/^https?:\/\/[^/]/.test(next) || !URL.canParse(next)) return undefined
  const { origin, username, password, href } = new URL(next)
  return origins.has(origin) && username === '' && password === '' ? href : undefined
}

const NOWHERE = 'https://ostiary.invalid'
/** Characters. */
export const LONGEST_RETURN_PATH = 2048
