/** The targets that a login may lead to. */
export interface ReturnRules {
  /** The target when `next` is missing or refused. Default: `/`. */
  readonly home?: string
  /** Other origins that `next` may lead to. Default: empty. */
  readonly origins?: ReadonlySet<string>
}

/**
 * Returns the target after a login: `next` when it is a path on this site or leads to one of `origins`, or else `home`.
 *
 * Every spelling that a browser could read as another site is refused: `//e`, `/\e`, `/<TAB>/e`, `javascript:`, line
 * breaks (OWASP ASVS 5.0, 1.2.2 and 3.7.2).
 *
 * ```ts
 * import { returnPath } from 'ostiary/http'
 *
 * returnPath('/reports?year=2026', { home: '/start' }) // '/reports?year=2026'
 * returnPath('https://evil.example', { home: '/start' }) // '/start'
 * ```
 */
export function returnPath(next: unknown, { home = '/', origins }: ReturnRules = {}): string {
  // Why: browsers remove tabs and line breaks from URLs, and read a backslash as a slash.
  if (typeof next !== 'string' || next.length > LONGEST_RETURN_PATH || /[\p{C}\\]/u.test(next)) return home
  if (!next.startsWith('/')) return elsewhere(next, origins) ?? home
  if (next.startsWith('//') || !URL.canParse(next, NOWHERE)) return home
  const { origin, pathname, search, hash } = new URL(next, NOWHERE)
  // Why: `/.//e` is a path here, and another host once normalised.
  return origin === NOWHERE && !pathname.startsWith('//') ? pathname + search + hash : home
}

/** Returns a whole URL in the one spelling that every browser reads alike. */
function elsewhere(next: string, origins: ReadonlySet<string> | undefined): string | undefined {
  if (!origins?.size || !/^https?:\/\/[^/]/.test(next) || !URL.canParse(next)) return undefined
  const { origin, username, password, href } = new URL(next)
  return origins.has(origin) && username === '' && password === '' ? href : undefined
}

const NOWHERE = 'https://ostiary.invalid'
/** The longest `next`, in characters. */
export const LONGEST_RETURN_PATH = 2048
