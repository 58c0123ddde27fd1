import type { Clock } from '../clock.ts'
import type { Keyring } from '../sealing/keyring.ts'
import { seal, sealedLength } from '../sealing/seal.ts'
import { cookieTooLarge, type NamedCookie } from '../sealing/sealed-cookie.ts'
import type { Account } from '../users/account.ts'
import type { SessionDirectory } from '../users/account-directory.ts'
import { type User, userId } from '../users/user.ts'
import { askStore } from './ask-store.ts'
import type { Lifetimes } from './lifetimes.ts'
import { newSession, recordOf, type StartOptions } from './new-session.ts'
import { createSessionReader, type ReadSession } from './reading/session-reader.ts'
import { createRenewals, type Renewal } from './renewals.ts'
import { createRevocation } from './revocation/revocation.ts'
import type { SessionEnds } from './revocation/session-ends.ts'
import { encodeSession, type SealedSession, type Session } from './session.ts'
import { createSessionLimiter, type SessionLimit, startUnlimited } from './session-limit.ts'
import { sessionState } from './session-state.ts'
import type { RevocationTarget, SessionRecord, SessionStore } from './session-store.ts'
import type { SessionTrust } from './session-trust.ts'

/** Starts sessions, accepts them for the length of a lease, renews and ends them. */
export interface Sessions extends Pick<SessionEnds, 'onEnd' | 'keysChanged'> {
  /** Connects to the feed of revocations. Until the promise resolves, every session is checked with the store. */
  ready(): Promise<void>
  /** Disconnects from the feed of revocations. */
  close(): Promise<void>
  /** Tells whether the feed of revocations is connected. */
  isConnected(): boolean
  /**
   * Returns the revision to give to {@link start}. To be taken before the password is checked.
   *
   * @throws {SessionUnavailableError} when the store fails to answer. Logins are impossible then.
   */
  revision(): Promise<number>
  /**
   * Starts a session.
   *
   * @throws {CookieTooLargeError} when the cookie would be too large; the store is left unchanged.
   * @throws {SessionUnavailableError} when the store fails to keep the session.
   */
  start(source: string, account: Account, options: StartOptions): Promise<StartResult>
  /** @throws {CookieTooLargeError} when a session of the account is too large for a cookie. Works without keys. */
  assertFits(source: string, account: Account): void
  /** Returns the session state of a sealed session. Works without I/O, and without throwing. */
  open(sealed: string): OpenedSession
  /** Returns the session state of the session in a `Cookie` header. `'none'` when the header lacks the cookie. */
  openCookie(header: string, cookie: NamedCookie): OpenedSession | 'none'
  /**
   * Asks the store about a session, and the source for the present roles of its user. All requests that wait for one
   * session share one answer. Undefined when the session has ended. During an outage of the store, the session is
   * accepted unchanged for the time of grace.
   *
   * @throws {SessionUnavailableError} when the grace has ended too, or when the account changed and its source is
   * unavailable.
   */
  renew(session: Session): Promise<Renewal | undefined>
  /**
   * Checks a session whose lease has ended, without renewing it: the lease and the time of last use stay unchanged. The
   * store and the source are asked at most once a lease. Undefined when the session has ended.
   *
   * @throws {SessionUnavailableError} as {@link renew} does.
   */
  peek(session: Session): Promise<Session | undefined>
  /** Ends a session whose cookie stays unsent, now or as soon as the store answers. */
  abandon(sessionId: string): void
  /**
   * Ends sessions early. When the promise resolves, this node refuses them, and the store has kept the revocation.
   *
   * @throws {SessionUnavailableError} when the store fails to answer: the sessions may live on.
   */
  revoke(target: RevocationTarget): Promise<number>
  /** Marks the sessions of a user as stale: each reads the account again before it is accepted. */
  markStale(userId: string): Promise<void>
  /** The revocations, for other credentials that are trusted for a lease. */
  readonly trust: SessionTrust
  list(query?: { readonly userId?: string }): AsyncIterable<SessionRecord>
}

export type StartResult =
  /** `ended`: the ids of older sessions that had to make room for it. */
  | ({ readonly outcome: 'started'; readonly ended: readonly string[] } & SealedSession)
  /**
   * The sessions of the user were revoked after `revision`. The password may be outdated, and must be checked again.
   */
  | { readonly outcome: 'overtaken' }
  /** The user has as many sessions as are allowed. */
  | { readonly outcome: 'too-many-sessions' }

export type OpenedSession =
  | { readonly state: 'live'; readonly session: Session; readonly user: User }
  /** The lease has ended, or the account changed. {@link Sessions.renew} tells whether the session is still live. */
  | { readonly state: 'lease-expired'; readonly session: Session }
  /** The cookie was sealed elsewhere, or the session is expired or revoked. The user is anonymous. */
  | { readonly state: 'ended' }

/** The dependencies of {@link createSessions}. */
export interface SessionsContext {
  readonly store: SessionStore
  readonly keyring: () => Keyring
  readonly lifetimes: Lifetimes
  /** The number of sessions that a user may have. Unlimited by default. */
  readonly limit?: SessionLimit | undefined
  readonly maxSealedLength: number
  /** The number of unsealed sessions in the cache. Why: a cached session is read again without decrypting. */
  readonly maxRemembered: number
  readonly directory: SessionDirectory
  readonly clock: Clock
}

/** Joins reading, renewing, limiting and revoking sessions into one object. */
export function createSessions(context: SessionsContext): Sessions {
  const { store, keyring, lifetimes, clock, directory, limit } = context
  const reader = createSessionReader(keyring, directory.userOf, context.maxRemembered)
  const unseals = (sealed: string) => keyring().find(sealed) !== undefined
  const revocation = createRevocation({ store, lifetimes, clock, unseals })
  const renewals = createRenewals({ store, keyring, lifetimes, clock, directory, revocation, reseal: sealSession })
  const startWithinLimit = limit ? createSessionLimiter({ limit, lifetimes, clock, revocation }) : startUnlimited

  function sealSession(session: Session): SealedSession {
    const sealed = seal(keyring(), encodeSession(session))
    assertLength(sealed.length)
    return Object.freeze({ session, sealed })
  }

  function assertLength(length: number): void {
    if (length > context.maxSealedLength) throw cookieTooLarge(length - context.maxSealedLength)
  }

  function openRead(read: ReadSession | undefined): OpenedSession {
    if (!read) return ENDED
    const { session } = read
    const now = clock()
    const state = sessionState(session, {
      now,
      leaseMs: lifetimes.leaseMs,
      hasSource: directory.hasSource(session.source),
      revocation: revocation.stateOf(session),
      isTrusted: revocation.isTrusted(now),
    })
    if (state === 'ended') return ENDED
    return state === 'live' ? { state, session, user: read.user } : { state, session }
  }

  async function keep(session: Session, options: StartOptions): Promise<boolean> {
    const start = () => store.start(recordOf(session, options), options.revision)
    try {
      return (await askStore('A session cannot be started now', start)) === true
    } catch (error) {
      // The store may have kept the session all the same.
      revocation.orphans.add(session.id)
      throw error
    }
  }

  return {
    ready: revocation.follow,
    close: revocation.stop,
    isConnected: revocation.isConnected,
    revision: () => askStore('Nobody can be signed in now', () => store.revision()),

    async start(source, account, options) {
      const begin = () => {
        const session = newSession(source, account, options, lifetimes, clock())
        const sealed = sealSession(session)
        return { id: session.id, startedAt: session.startedAt, keep: () => keep(session, options), sealed }
      }
      const started = await startWithinLimit({ userId: userId(source, account.id), replaces: options.replaces }, begin)
      revocation.orphans.endAll()
      if (started.outcome !== 'started') return started
      return { outcome: 'started', ended: started.ended, ...started.newcomer.sealed }
    },

    assertFits(source, account) {
      // Takes the longest possible numbers. Why: the account has to fit at every later login.
      const options = { persistent: false, revision: Number.MAX_SAFE_INTEGER }
      assertLength(sealedLength(encodeSession(newSession(source, account, options, lifetimes, clock()))))
    },

    open: (sealed) => openRead(reader.read(sealed)),

    openCookie(header, cookie) {
      const read = reader.readCookie(header, cookie)
      return read === 'none' ? read : openRead(read)
    },

    renew: renewals.renew,
    peek: renewals.peek,
    onEnd: revocation.onEnd,
    keysChanged: revocation.keysChanged,
    abandon: revocation.orphans.add,
    revoke: revocation.revoke,
    markStale: revocation.markStale,

    trust: {
      leaseMs: lifetimes.leaseMs,
      stateOf: revocation.stateOf,
      isTrusted: () => revocation.isTrusted(clock()),
      async end(id) {
        await revocation.revoke({ session: id })
      },
    },

    async *list(query = {}) {
      await store.ready?.()
      yield* store.list({ ...query, now: clock() })
    },
  }
}

const ENDED: OpenedSession = Object.freeze({ state: 'ended' })
