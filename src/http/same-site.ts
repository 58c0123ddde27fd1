import type { RequestContext } from '../request-context.ts'

/**
 * Whether a state-changing request comes from our own pages or from those of a trusted origin, and not from a page of
 * somebody else's that made the browser send it (OWASP ASVS 5.0, 3.5.1).
 *
 * Browsers say so in `Sec-Fetch-Site`, older ones in `Origin`. A request with neither comes from a program, which has no
 * cookies that could be abused. The cookie's `SameSite` covers the rest.
 */
export function isSameSite(
  { headers, host }: Pick<RequestContext, 'headers' | 'host'>,
  trustedOrigins?: ReadonlySet<string>,
): boolean {
  const { origin } = headers
  if (trustedOrigins !== undefined && typeof origin === 'string' && trustedOrigins.has(origin)) return true
  const fetchSite = headers['sec-fetch-site']
  if (fetchSite !== undefined) return fetchSite === 'same-origin' || fetchSite === 'none'
  return origin === undefined || (typeof origin === 'string' && isAtHost(origin, host.toLowerCase()))
}

/** False for `null`, which sandboxed and anonymised pages send, and for everything that is no web origin. */
function isAtHost(origin: string, host: string): boolean {
  if (origin.length > LONGEST_ORIGIN || !URL.canParse(origin)) return false
  const { protocol, host: expected, port } = new URL(origin)
  const usualPort = USUAL_PORTS[protocol]
  if (usualPort === undefined) return false
  // Why: a proxy may write the usual port into the host, where a browser leaves it out.
  return host === expected || (port === '' && host === `${expected}:${usualPort}`)
}

const USUAL_PORTS: Readonly<Record<string, string>> = { 'https:': '443', 'http:': '80' }

/** Characters: a host name has 253 at most (RFC 1035, section 2.3.4). */
const LONGEST_ORIGIN = 300
