/** What the check reads of a request. Header names are in small letters, as Node gives them. */
export interface SameSiteRequest {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  /** The host that the browser sees: name, and port if it is not the usual one. */
  readonly host: string
}

/**
 * Whether a state-changing request comes from our own pages, and not from a page of somebody else's that made the
 * browser send it (OWASP ASVS 5.0, 3.5.1).
 *
 * Browsers say so in `Sec-Fetch-Site`, older ones in `Origin`. Whoever sends neither is no browser with cookies to
 * steal, and the cookie's `SameSite` covers what is left.
 */
export function isSameSite({ headers, host }: SameSiteRequest): boolean {
  const fetchSite = headers['sec-fetch-site']
  if (fetchSite !== undefined) return fetchSite === 'same-origin' || fetchSite === 'none'
  const { origin } = headers
  return origin === undefined || (typeof origin === 'string' && hostOf(origin) === host.toLowerCase())
}

/** Undefined for `null`, which sandboxed and anonymised pages send, and for everything that is no web origin. */
function hostOf(origin: string): string | undefined {
  if (!URL.canParse(origin)) return undefined
  const { protocol, host } = new URL(origin)
  return protocol === 'https:' || protocol === 'http:' ? host : undefined
}
