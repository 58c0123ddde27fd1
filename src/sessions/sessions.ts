import type { Clock } from '../clock.ts'
import type { Keyring } from '../sealing/keyring.ts'
import { seal, sealedLength } from '../sealing/seal.ts'
import { cookieTooLarge, type NamedCookie } from '../sealing/sealed-cookie.ts'
import type { Account } from '../users/account.ts'
import type { AccountDirectory } from '../users/account-directory.ts'
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

/** Staying signed in: starts sessions, believes them for the length of a lease, renews and ends them. */
export interface Sessions extends Pick<SessionEnds, 'onEnd' | 'keysChanged'> {
  /** Hears of all revocations from then on. Until it has resolved, no session is believed without asking the store. */
  ready(): Promise<void>
  /** Stops listening. */
  close(): Promise<void>
  /** Whether revocations are heard of. */
  isConnected(): boolean
  /**
   * What to give to {@link start}, taken before the password is checked.
   *
   * @throws {SessionUnavailableError} when the store does not answer: nobody can be signed in then.
   */
  revision(): Promise<number>
  /** @throws {CookieTooLargeError} before anything is stored; {SessionUnavailableError} when the store cannot keep it. */
  start(source: string, account: Account, options: StartOptions): Promise<StartResult>
  /** @throws {CookieTooLargeError} when a session of the account would not fit into a cookie. Needs no key. */
  assertFits(source: string, account: Account): void
  /** What a sealed session is worth now. No I/O, never throws. */
  open(sealed: string): OpenedSession
  /** The same, of the session in a `Cookie` header. `'none'` when there is no such cookie in it. */
  openCookie(header: string, cookie: NamedCookie): OpenedSession | 'none'
  /**
   * Asks the store, and the source for the person's present roles: at most once for a session however many requests
   * wait for it. Undefined when the session has ended. While the store cannot tell, the session is believed for the time
   * of grace, as it is.
   *
   * @throws {SessionUnavailableError} when that is over too, or the account changed and its source cannot tell how.
   */
  renew(session: Session): Promise<Renewal | undefined>
  /**
   * What a session whose lease has ended is worth now, without renewing it: no lease begins, and it is not noted that it
   * was seen. The store and the source are asked at most once a lease. Undefined when the session has ended.
   *
   * @throws {SessionUnavailableError} as {@link renew} does.
   */
  peek(session: Session): Promise<Session | undefined>
  /** Ends a session whose cookie nobody gets, now or as soon as the store answers. */
  abandon(sessionId: string): void
  /**
   * Ends sessions before their time. When it resolves, this node refuses them, and the store will not forget.
   *
   * @throws {SessionUnavailableError} when the store cannot be told: the sessions live on.
   */
  revoke(target: RevocationTarget): Promise<number>
  /** Makes the user's sessions ask for their account before they are believed again. */
  markStale(userId: string): Promise<void>
  list(query?: { readonly userId?: string }): AsyncIterable<SessionRecord>
}

export type StartResult =
  /** `ended`: the ids of older sessions that had to make room for it. */
  | ({ readonly outcome: 'started'; readonly ended: readonly string[] } & SealedSession)
  /** The user's sessions were revoked since `revision`: the password may be an old one, and has to be checked again. */
  | { readonly outcome: 'overtaken' }
  /** The user has as many sessions as are allowed. */
  | { readonly outcome: 'too-many-sessions' }

export type OpenedSession =
  | { readonly state: 'live'; readonly session: Session; readonly user: User }
  /** Its lease has ended, or the account changed: {@link Sessions.renew} tells whether it still lives. */
  | { readonly state: 'lease-expired'; readonly session: Session }
  /** Not sealed by us, expired, revoked: whoever brings it is anonymous. */
  | { readonly state: 'ended' }

/** The parts that sessions are made of. */
export interface SessionsContext {
  readonly store: SessionStore
  readonly keyring: () => Keyring
  readonly lifetimes: Lifetimes
  /** How many sessions a user may have. Without one, any number. */
  readonly limit?: SessionLimit | undefined
  readonly maxSealedLength: number
  /** How many sealed sessions that have been read are remembered, so that they need not be decrypted again. */
  readonly maxRemembered: number
  readonly directory: AccountDirectory
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
      // Perhaps it has been kept all the same.
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
      // The longest that its numbers can be. Why: the account has to fit at every login to come.
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

    async *list(query = {}) {
      await store.ready?.()
      yield* store.list({ ...query, now: clock() })
    },
  }
}

const ENDED: OpenedSession = Object.freeze({ state: 'ended' })
