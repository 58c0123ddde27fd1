import type { CookieContext } from '../request-context.ts'
import type { NamedCookie, SessionCookie } from '../sealing/sealed-cookie.ts'
import { ANONYMOUS, type User } from '../users/user.ts'
import type { CredentialAnswer, CredentialContext, CredentialReader } from './credential-reader.ts'
import type { SealedSession, Session } from './session.ts'
import type { Sessions } from './sessions.ts'

/** The user of a request, and the `Set-Cookie` header for the response. */
export interface Authentication {
  readonly user: User
  /** Null for the anonymous user. */
  readonly session: Session | null
  /** A `Set-Cookie` header to send: a renewed session, or the removal of an invalid cookie. */
  readonly setCookie: string | null
  /** True when the session store was unavailable: the user counts as anonymous for this one request. */
  readonly isUnavailable: boolean
  /** The challenge of the 401 for an `Authorization` header that is invalid. The user is anonymous then. */
  readonly challenge?: string
}

/** Authenticates requests by their session cookie. */
export interface RequestAuthenticator {
  /** Authenticates a request. Returns a value while the lease lasts, which is nearly always; afterwards a promise. */
  authenticateRequest(context: CredentialContext): Authentication | Promise<Authentication>
  /**
   * Authenticates a request without waiting. A session whose lease has ended counts as anonymous. Why: the session
   * store answers only later.
   */
  authenticateRequestAtOnce(context: CookieContext): Authentication
  /**
   * Authenticates a request as {@link authenticateRequest} does, without counting as activity. The lease and the cookie
   * stay unchanged, and the idle time runs on. Returns a promise after the end of a lease. The store and the source are
   * asked at most once a lease for each session.
   */
  peek(context: CookieContext): Authentication | Promise<Authentication>
  /** Returns the session of a request, for ending it. The cookie is unsealed; the session store is left unasked. */
  sessionToEnd(context: CookieContext): Session | null
  /** True when credentials other than the cookie are read. */
  readonly readsCredentials: boolean
}

export function createRequestAuthenticator(
  cookie: SessionCookie,
  sessions: Sessions,
  userOf: (session: Session) => User,
  clock: () => number,
  readers: readonly CredentialReader[] = [],
): RequestAuthenticator {
  /** Returns undefined for a request without another credential than the cookie. */
  function readCredential(context: CredentialContext): Authentication | Promise<Authentication> | undefined {
    for (const reader of readers) {
      if (!reader.claims(context)) continue
      const answer = reader.authenticate(context)
      return answer instanceof Promise ? answer.then(authenticationOf) : authenticationOf(answer)
    }
    return undefined
  }

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
    readsCredentials: readers.length > 0,
    authenticateRequest: (context) =>
      (readers.length === 0 ? undefined : readCredential(context)) ??
      open(context, async (session, named) => {
        const renewed = await sessions.renew(session)
        if (!renewed) return nobodyAnyMore(named)
        const { session: goesOn } = renewed
        const setCookie = renewed.sealed === null ? null : setSessionCookie(named, renewed, clock())
        return { user: userOf(goesOn), session: goesOn, setCookie, isUnavailable: false }
      }),
    peek: (context) =>
      readCredential(context) ??
      open(context, async (session, named) => {
        const present = await sessions.peek(session)
        return present
          ? { user: userOf(present), session: present, setCookie: null, isUnavailable: false }
          : nobodyAnyMore(named)
      }),
    authenticateRequestAtOnce(context) {
      const read = readCredential(context)
      if (read === undefined) return open(context, () => UNASKED) as Authentication
      if (!(read instanceof Promise)) return read
      // The answer comes too late for this call, and a failure with it.
      read.catch(() => {})
      return UNASKED
    },
    sessionToEnd: (context) => (open(context, (session) => ({ ...NOBODY, session })) as Authentication).session,
  }
}

/** Returns the `Set-Cookie` header of a session: until the browser closes, or as long as a persistent session lasts. */
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

function authenticationOf(answer: CredentialAnswer): Authentication {
  return 'user' in answer ? { ...NOBODY, user: answer.user } : { ...NOBODY, challenge: answer.challenge }
}

function nobodyAnyMore(named: NamedCookie): Authentication {
  return { ...NOBODY, setCookie: named.clear() }
}

/** Returns the `Cookie` header as one text. Why: over HTTP/2 it may come in parts (RFC 9113, section 8.2.3). */
export function cookieHeaderOf({ headers }: Pick<CookieContext, 'headers'>): string | undefined {
  const { cookie } = headers
  return typeof cookie === 'object' ? cookie.join('; ') : cookie
}

/** The authentication of a request whose session would need an answer of the store, where waiting is impossible. */
const UNASKED: Authentication = Object.freeze({ ...NOBODY, isUnavailable: true })
