import type { Clock } from '../clock.ts'
import type { Keyring } from '../sealing/keyring.ts'
import { seal } from '../sealing/seal.ts'
import { cookieTooLarge, type NamedCookie } from '../sealing/sealed-cookie.ts'
import type { Account } from '../users/account.ts'
import type { AccountDirectory } from '../users/account-directory.ts'
import { type User, userId } from '../users/user.ts'
import { askStore } from './ask-store.ts'
import { createEnding } from './end-sessions.ts'
import { createFeed } from './feed.ts'
import type { Lifetimes } from './lifetimes.ts'
import { newSession, recordOf, type StartOptions } from './new-session.ts'
import { createOrphanedSessions } from './orphaned-sessions.ts'
import { createRenewals, type Renewal } from './renewals.ts'
import { createRevocations } from './revocations.ts'
import { encodeSession, isLeased, MAX_CLOCK_SKEW_MS, type SealedSession, type Session } from './session.ts'
import { createSessionEnds, type SessionEnds } from './session-ends.ts'
import { createSessionLimiter, type SessionLimit, startUnlimited } from './session-limit.ts'
import { createSessionReader, type ReadSession } from './session-reader.ts'
import type { NewSessionChange, RevocationTarget, SessionRecord, SessionStore } from './session-store.ts'

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

/** What sessions need of the rest of the accountEvents. */
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

export function createSessions(context: SessionsContext): Sessions {
  const { store, keyring, lifetimes, clock, directory } = context
  const reader = createSessionReader(keyring, directory.userOf, context.maxRemembered)
  const revocations = createRevocations(clock, (change) => ends.changed(change))
  const ends = createSessionEnds({
    revocations,
    unseals: (sealed) => keyring().find(sealed) !== undefined,
    lifetimes,
    clock,
    sessionsOf,
  })
  const feed = createFeed(store, revocations, lifetimes.leaseMs, clock)
  const end = createEnding({ record, sessionsOf, until: () => clock() + lifetimes.longestMs })
  const { limit } = context
  const abandoned = createOrphanedSessions(end)
  const abandon = abandoned.add
  const startWithinLimit = limit
    ? createSessionLimiter({ limit, lifetimes, clock, sessionsOf, end, abandon })
    : startUnlimited
  const { hasSynced } = feed
  const renewals = createRenewals({ ...context, revocations, hasSynced, reseal: sealSession, revoke: end })

  function sealSession(session: Session): SealedSession {
    const sealed = seal(keyring(), encodeSession(session))
    if (sealed.length > context.maxSealedLength) throw cookieTooLarge(sealed.length)
    return Object.freeze({ session, sealed })
  }

  async function record(change: NewSessionChange): Promise<number> {
    const recorded = await askStore('A session cannot be ended now', async () => {
      // Administration may come first, in a process that serves nobody and follows nothing.
      await store.ready?.()
      return store.record(change, clock())
    })
    // Not left to the feed: on this node it holds before anybody is told that it is done.
    revocations.apply(recorded.change)
    return recorded.ended
  }

  function sessionsOf(userId: string): Promise<SessionRecord[]> {
    return askStore('Sessions cannot be listed now', async () => {
      await store.ready?.()
      return Array.fromAsync(store.list({ userId, now: clock() }))
    })
  }

  function stateOf(read: ReadSession | undefined): OpenedSession {
    if (!read || !directory.hasSource(read.session.source)) return ENDED
    const { session } = read
    const now = clock()
    const { startedAt, expiresAt, idleUntil } = session
    if (startedAt > now + MAX_CLOCK_SKEW_MS || now >= expiresAt || now >= (idleUntil ?? Number.POSITIVE_INFINITY))
      return ENDED
    const state = revocations.stateOf(session)
    if (state === 'revoked') return ENDED
    const believed = state === 'valid' && isLeased(session, now, lifetimes.leaseMs) && feed.isTrusted(now)
    return believed ? { state: 'live', session, user: read.user } : { state: 'lease-expired', session }
  }

  return {
    ready: () => feed.follow(),

    close() {
      ends.stop()
      return feed.stop()
    },

    isConnected: () => feed.isConnected(),

    revision: () => askStore('Nobody can be signed in now', () => store.revision()),

    async start(source, account, options) {
      const begin = () => {
        const session = newSession(source, account, options, lifetimes, clock())
        const sealed = sealSession(session)
        const keep = async () => {
          const start = () => store.start(recordOf(session, options), options.revision)
          try {
            return (await askStore('A session cannot be started now', start)) === true
          } catch (error) {
            // Perhaps it has been kept all the same.
            abandon(session.id)
            throw error
          }
        }
        return { id: session.id, startedAt: session.startedAt, keep, sealed }
      }
      const applicant = { userId: userId(source, account.id), replaces: options.replaces }
      const started = await startWithinLimit(applicant, begin)
      abandoned.endAll()
      if (started.outcome !== 'started') return started
      return { outcome: 'started', ended: started.ended, ...started.newcomer.sealed }
    },

    open: (sealed) => stateOf(reader.read(sealed)),

    openCookie(header, cookie) {
      const read = reader.readCookie(header, cookie)
      return read === 'none' ? read : stateOf(read)
    },

    renew: (session) => renewals.renew(session),

    peek: (session) => renewals.peek(session),

    onEnd: ends.onEnd,

    keysChanged: ends.keysChanged,

    abandon,

    revoke: end,

    async markStale(userId) {
      // Beyond the lease: while the source cannot say what has changed, what an older cookie says is not believed.
      await record({ type: 'user-stale', subject: userId, until: clock() + lifetimes.longestMs })
    },

    async *list(query = {}) {
      await store.ready?.()
      yield* store.list({ ...query, now: clock() })
    },
  }
}

const ENDED: OpenedSession = Object.freeze({ state: 'ended' })
