import type { CookieContext } from '../request-context.ts'
import type { NamedCookie, SessionCookie } from '../sealing/sealed-cookie.ts'
import { ANONYMOUS, type User } from '../users/user.ts'
import type { SealedSession, Session } from './session.ts'
import type { Sessions } from './sessions.ts'

/** Who a request comes from, and what to tell the browser about its cookie. */
export interface Authentication {
  readonly user: User
  /** Null for the anonymous user. */
  readonly session: Session | null
  /** A `Set-Cookie` header to send: a renewed session, or the end of a cookie that is worth nothing. */
  readonly setCookie: string | null
  /** True when the session store could not tell: the user counts as anonymous for this one request. */
  readonly isUnavailable: boolean
}

/** Tells who a request comes from. */
export interface RequestAuthenticator {
  /** At once while a lease lasts, which is nearly always. At the end of a lease, a promise. */
  authenticateRequest(context: CookieContext): Authentication | Promise<Authentication>
  /** At once, whatever the cost: a session whose lease has ended is not believed, since nobody can be asked at once. */
  authenticateRequestAtOnce(context: CookieContext): Authentication
  /**
   * As {@link authenticateRequest}, but it is no activity: no lease begins, the time of idleness runs on, and the cookie stays as it
   * is. At the end of a lease, a promise: store and source are asked at most once a lease for a session.
   */
  peek(context: CookieContext): Authentication | Promise<Authentication>
  /** The session that a request brings along, for ending it: sealed by us, but nobody was asked whether it still lives. */
  sessionToEnd(context: CookieContext): Session | null
}

export function createRequestAuthenticator(
  cookie: SessionCookie,
  sessions: Sessions,
  userOf: (session: Session) => User,
  clock: () => number,
): RequestAuthenticator {
  function open(
    context: CookieContext,
    atLeaseEnd: (session: Session, named: NamedCookie) => Authentication | Promise<Authentication>,
  ) {
    const cookieHeader = cookieHeaderOf(context)
    if (cookieHeader === undefined) return NOBODY
    const named = cookie.for(context)
    const opened = sessions.openCookie(cookieHeader, named)
    if (opened === 'none') return NOBODY
    if (opened.state === 'ended') return nobodyAnyMore(named)
    if (opened.state === 'lease-expired') return atLeaseEnd(opened.session, named)
    return { user: opened.user, session: opened.session, setCookie: null, isUnavailable: false }
  }

  return {
    authenticateRequest: (context) =>
      open(context, async (session, named) => {
        const renewed = await sessions.renew(session)
        if (!renewed) return nobodyAnyMore(named)
        const { session: goesOn } = renewed
        const setCookie = renewed.sealed === null ? null : setSessionCookie(named, renewed, clock())
        return { user: userOf(goesOn), session: goesOn, setCookie, isUnavailable: false }
      }),
    peek: (context) =>
      open(context, async (session, named) => {
        const present = await sessions.peek(session)
        return present
          ? { user: userOf(present), session: present, setCookie: null, isUnavailable: false }
          : nobodyAnyMore(named)
      }),
    authenticateRequestAtOnce: (context) => open(context, () => UNASKED) as Authentication,
    sessionToEnd: (context) => (open(context, (session) => ({ ...NOBODY, session })) as Authentication).session,
  }
}

/** The `Set-Cookie` header of a session: until the browser closes, or for as long as a persistent session lasts. */
export function setSessionCookie(named: NamedCookie, { session, sealed }: SealedSession, now: number): string {
  return session.persistent ? named.set(sealed, (session.expiresAt - now) / 1000) : named.set(sealed)
}

/** The authentication of a request without a session. */
export const NOBODY: Authentication = Object.freeze({
  user: ANONYMOUS,
  session: null,
  setCookie: null,
  isUnavailable: false,
})

function nobodyAnyMore(named: NamedCookie): Authentication {
  return { ...NOBODY, setCookie: named.clear() }
}

/** The `Cookie` header as one text: over HTTP/2 it may come in parts (RFC 9113, section 8.2.3). */
export function cookieHeaderOf({ headers }: Pick<CookieContext, 'headers'>): string | undefined {
  const { cookie } = headers
  return typeof cookie === 'object' ? cookie.join('; ') : cookie
}

/** The store was not asked, since there is no time to wait for it. */
const UNASKED: Authentication = Object.freeze({ ...NOBODY, isUnavailable: true })
