import type { RequestContext } from '../request-context.ts'

/**
 * Returns true when a state-changing request comes from a page of this application or of a trusted origin. False when a
 * page of another site made the browser send the request (OWASP ASVS 5.0, 3.5.1).
 *
 * Browsers tell the site in `Sec-Fetch-Site`, older browsers in `Origin`. A request without both headers comes from a
 * program, and a page cannot abuse the cookies of a program. `SameSite` of the cookie covers the rest.
 *
 * ```ts
 * import { isSameSite } from 'ostiary/http'
 *
 * isSameSite({ headers: { 'sec-fetch-site': 'same-origin' }, host: 'app.example' }) // true
 * isSameSite({ headers: { origin: 'https://evil.example' }, host: 'app.example' }) // false
 * ```
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

/**
 * Returns true when the origin has the host of the application. False for `null`, which sandboxed and anonymised pages
 * send, and for every text other than a web origin.
 */
function isAtHost(origin: string, host: string): boolean {
  if (origin.length > LONGEST_ORIGIN || !URL.canParse(origin)) return false
  const { protocol, host: expected, port } = new URL(origin)
  const usualPort = USUAL_PORTS[protocol]
  if (usualPort === undefined) return false
  // Why: a proxy may write the usual port into the host, while a browser leaves the port out.
  return host === expected || (port === '' && host === `${expected}:${usualPort}`)
}

const USUAL_PORTS: Readonly<Record<string, string>> = { 'https:': '443', 'http:': '80' }

/** The longest origin, in characters. A host name has 253 at most (RFC 1035, section 2.3.4). */
const LONGEST_ORIGIN = 300
