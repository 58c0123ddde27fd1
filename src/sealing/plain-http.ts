import type { CookieOrigin } from '../request-context.ts'
import { warn } from '../warn.ts'
import { hostnameOf, isDevelopmentHost } from './sealed-cookie.ts'

/**
 * Returns a function to call for each session cookie that is sent. It warns once when a browser would drop the cookie:
 * a `Secure` cookie over plain HTTP to a host other than this machine (RFC 6265bis, section 5.7).
 *
 * Why: otherwise the login answers 200, and the next request is silently anonymous.
 */
export function createPlainHttpWarning(): (context: CookieOrigin) => void {
  let warned = false
  return ({ https, host }) => {
    if (warned || https || isDevelopmentHost(host)) return
    warned = true
    warn(
      'OSTIARY_PLAIN_HTTP',
      `Somebody signed in over plain HTTP at ${JSON.stringify(hostnameOf(host).slice(0, 100))}, and browsers keep the session ` +
        'cookie over HTTPS alone: they will not stay signed in. Serve HTTPS. If a proxy does so already, tell the ' +
        'framework to trust it (Fastify: trustProxy). While developing, open http://localhost instead.',
    )
  }
}
