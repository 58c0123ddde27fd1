import { hash } from 'node:crypto'
import { ConfigurationError, CookieTooLargeError } from '../errors.ts'
import { isLoopback } from '../loopback.ts'
import type { CookieOrigin } from '../request-context.ts'

/** Options of the session cookie. The defaults are the strict ones. */
export interface SessionCookieOptions {
  /**
   * The name, without prefix. Default: `ostiary`, after the name of the application and a dot, if it has a name.
   * On localhost in development, a given name gets the name of the application, too.
   */
  readonly name?: string
  /** Default: `lax`. With `strict`, people who follow a link from elsewhere arrive signed out. */
  readonly sameSite?: 'lax' | 'strict'
  /**
   * `auto` (default): `Secure` and the `__Host-` prefix, except for plain HTTP on localhost in development.
   * `always`: without that exception. Production is always without it.
   */
  readonly secure?: 'auto' | 'always'
}

/** The session cookie of an application: under one name over HTTPS, under another on localhost in development. */
export interface SessionCookie {
  /** Returns the cookie for the scheme and the host of a request. */
  for(context: CookieOrigin): NamedCookie
  /** The largest length of a sealed session, in characters, that browsers keep as a cookie. */
  readonly maxSealedLength: number
}

/** Reads and writes the headers of a cookie with a fixed name and fixed attributes. */
export interface NamedCookie {
  readonly name: string
  /**
   * Returns the value in a `Cookie` header; undefined when it is missing; `'duplicate'` when it comes several times.
   */
  read(header: string | undefined): { readonly value: string } | 'duplicate' | undefined
  /**
   * Returns a `Set-Cookie` header. Without `maxAgeSeconds` the cookie ends with the browser session.
   *
   * @throws {CookieTooLargeError} when browsers would silently drop the cookie.
   */
  set(sealed: string, maxAgeSeconds?: number): string
  /** Returns a `Set-Cookie` header that removes the cookie from the browser. */
  clear(): string
}

/**
 * Creates the session cookie by RFC 6265 and its successor draft: `HttpOnly`, `SameSite`, `Path=/`, and with `Secure`
 * the `__Host-` prefix. Why the prefix: other hosts, even siblings below the same domain, cannot set the cookie (OWASP
 * ASVS 5.0, 3.3.1 to 3.3.4).
 *
 * The name holds the name of the application. Why: browsers send a cookie to every port and every path of a host (RFC
 * 6265, section 8.5). Two applications on one host would refuse each other's cookie, and clear it.
 *
 * @param application The name of the application, if it has one.
 * @param suffix Tells apart the cookies of one application: `-device`.
 */
export function createSessionCookie(
  options: SessionCookieOptions,
  production: boolean,
  application?: string,
  suffix = '',
): SessionCookie {
  const { name = DEFAULT_NAME, sameSite = 'lax', secure = 'auto' } = options
  if (!/^[\w-]{1,64}$/.test(name) || /^__/.test(name)) {
    throw new ConfigurationError(
      `The session cookie cannot be called ${JSON.stringify(name)}: 1 to 64 letters, digits, "-" and "_", no leading "__".`,
    )
  }
  if (sameSite !== 'lax' && sameSite !== 'strict')
    throw new ConfigurationError('sameSite of the session cookie is "lax" or "strict".')
  if (secure !== 'auto' && secure !== 'always')
    throw new ConfigurationError('secure of the session cookie is "auto" or "always".')

  return cookieOf(options, production, application, suffix, sameSite)
}

/**
 * Creates a cookie of an extension beside the session cookie, with the same name, a suffix and a `SameSite` of its own.
 * Why: a page of another site, such as an identity provider, leads the browser back, and `strict` cookies stay away then.
 */
export function createExtensionCookie(
  options: SessionCookieOptions,
  production: boolean,
  application: string | undefined,
  suffix: string,
  sameSite: 'lax' | 'none',
): Pick<SessionCookie, 'for'> {
  return cookieOf(options, production, application, suffix, sameSite)
}

const SAME_SITE = { lax: 'Lax', strict: 'Strict', none: 'None' } as const

function cookieOf(
  options: SessionCookieOptions,
  production: boolean,
  application: string | undefined,
  suffix: string,
  sameSite: keyof typeof SAME_SITE,
): SessionCookie {
  const { name = DEFAULT_NAME, secure = 'auto' } = options
  const attributes = `; Path=/; HttpOnly; SameSite=${SAME_SITE[sameSite]}`
  const ofApplication = nameWithin(application, name) + suffix
  const strictName = options.name === undefined ? ofApplication : name + suffix
  const strict = namedCookie(`__Host-${strictName}`, `${attributes}; Secure`)
  // Browsers refuse `SameSite=None` without `Secure`, and take `Secure` from localhost over plain HTTP too.
  const development = namedCookie(ofApplication, sameSite === 'none' ? `${attributes}; Secure` : attributes)
  const exceptional = secure === 'auto' && !production
  return Object.freeze<SessionCookie>({
    for: (context) => (exceptional && !context.https && isDevelopmentHost(context.host) ? development : strict),
    maxSealedLength: MAX_COOKIE_LENGTH - Math.max(...[strict, development].map((each) => each.set('', 10 ** 9).length)),
  })
}

const DEFAULT_NAME = 'ostiary'

/** Joins the names with a dot. Why: given names have no dot, so that two applications always have different names. */
function nameWithin(application: string | undefined, name: string): string {
  if (application === undefined || application === DEFAULT_NAME || application === name) return name
  const text = /^(?!__)[\w-]{1,64}$/.test(application)
    ? application
    : hash('sha256', application, 'base64url').slice(0, 16)
  return `${text}.${name}`
}

/** The size that browsers keep, in bytes: name, value and attributes together (RFC 6265, section 6.1). */
const MAX_COOKIE_LENGTH = 4096

function namedCookie(name: string, attributes: string): NamedCookie {
  const start = `${name}=`
  return Object.freeze<NamedCookie>({
    name,
    read(header) {
      if (header === undefined) return undefined
      let found: { value: string } | undefined
      // The other cookies are skipped without parsing.
      for (let at = header.indexOf(start); at >= 0; at = header.indexOf(start, at)) {
        if (!beginsPair(header, at)) {
          at += 1
          continue
        }
        if (found) return 'duplicate'
        const end = endOfPair(header, at)
        found = { value: header.slice(at + start.length, end) }
        at = end
      }
      return found
    },
    set(sealed, maxAgeSeconds) {
      const maxAge = maxAgeSeconds === undefined ? '' : `; Max-Age=${Math.max(0, Math.floor(maxAgeSeconds))}`
      const cookie = `${name}=${sealed}${attributes}${maxAge}`
      if (cookie.length <= MAX_COOKIE_LENGTH) return cookie
      throw cookieTooLarge(cookie.length - MAX_COOKIE_LENGTH)
    },
    clear: () => `${name}=${attributes}; Max-Age=0`,
  })
}

// Only blanks and tabs are trimmed around a pair. Why: browsers take other white space as a part of the name, and then
// miss the prefix of the name.

function beginsPair(header: string, at: number): boolean {
  let before = at - 1
  while (isBlank(header, before)) before -= 1
  return before < 0 || header.charCodeAt(before) === SEMICOLON
}

function endOfPair(header: string, at: number): number {
  const semicolon = header.indexOf(';', at)
  let end = semicolon < 0 ? header.length : semicolon
  while (isBlank(header, end - 1)) end -= 1
  return end
}

function isBlank(header: string, at: number): boolean {
  const code = header.charCodeAt(at)
  return code === BLANK || code === TAB
}

const TAB = 9
const BLANK = 32
const SEMICOLON = 59

/** @param excess The number of bytes above the limit. */
export function cookieTooLarge(excess: number): CookieTooLargeError {
  return new CookieTooLargeError(
    `The session cookie would have ${MAX_COOKIE_LENGTH + excess} bytes, and browsers drop cookies over ` +
      `${MAX_COOKIE_LENGTH}. Give accounts a shorter description, fewer or smaller properties, or fewer roles.`,
  )
}

/** Returns the name in a host, without its port: `localhost` of `localhost:3000`. */
export function hostnameOf(host: string): string {
  return /^(\[[^\]]*\]|[^:]*)(?::\d*)?$/.exec(host)?.[1] ?? host
}

/**
 * Tells whether browsers treat a host as this machine: a loopback address, `localhost`, or a name below `localhost`.
 */
export function isDevelopmentHost(host: string): boolean {
  const hostname = hostnameOf(host)
  return isLoopback(hostname) || hostname.toLowerCase().endsWith('.localhost')
}
