import { randomBytes } from 'node:crypto'
import type { Clock } from '../clock.ts'
import type { Account } from '../users/account.ts'
import type { Outcome } from '../users/outcome.ts'
import type { RoleAssignment } from '../users/role-assignments.ts'
import { userId } from '../users/user.ts'
import { askStore } from './ask-store.ts'
import { createFeed } from './feed.ts'
import type { Keyring } from './keyring.ts'
import type { Lifetimes } from './lifetimes.ts'
import { createRenewals, type Renewal } from './renewals.ts'
import { createRevocations } from './revocations.ts'
import { seal, unseal } from './seal.ts'
import { decodeSession, encodeSession, MAX_CLOCK_SKEW_MS, type SealedSession, type Session } from './session.ts'
import { cookieTooLarge } from './session-cookie.ts'
import {
  MAX_ORIGIN_LENGTH,
  type NewSessionChange,
  type RevocationTarget,
  type SessionRecord,
  type SessionStore,
} from './session-store.ts'

/** Staying signed in: starts sessions, believes them for the length of a lease, renews and ends them. */
export interface Sessions {
  /** Hears of all revocations from then on. Until it has resolved, no session is believed without asking the store. */
  ready(): Promise<void>
  /** Stops listening. */
  close(): Promise<void>
  /** Whether revocations are heard of. */
  isHearing(): boolean
  /**
   * What to give to {@link start}, taken before the password is checked.
   *
   * @throws {SessionUnavailableError} when the store does not answer: nobody can be signed in then.
   */
  position(): Promise<number>
  /**
   * Undefined when the user's sessions were revoked since `position`: the password may be an old one, and has to be
   * checked again.
   *
   * @throws {CookieTooLargeError} before anything is stored; {SessionUnavailableError} when the store cannot keep it.
   */
  start(source: string, account: Account, options: StartOptions): Promise<SealedSession | undefined>
  /** What a sealed session is worth now. No I/O, never throws. */
  open(sealed: string): OpenedSession
  /**
   * Asks the store, and the source for the person's present roles: at most once for a session however many requests
   * wait for it. Undefined when the session has ended. While the store cannot tell, the session is believed for the time
   * of grace, as it is.
   *
   * @throws {SessionUnavailableError} when that is over too, or the account changed and its source cannot tell how.
   */
  renew(session: Session): Promise<Renewal | undefined>
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

export interface StartOptions {
  readonly persistent: boolean
  /** {@link Sessions.position}, from before the password was checked: what is revoked since does concern the new session. */
  readonly position: number
  /** Role names that the application gives beside those of the source. */
  readonly assignedRoles?: readonly string[]
  /** Where the request came from, and by which program, for those who look at a list of sessions. */
  readonly origin?: { readonly clientAddress?: string | undefined; readonly userAgent?: string | undefined }
}

export type OpenedSession =
  | { readonly state: 'live'; readonly session: Session }
  /** Its lease has ended, or the account changed: {@link Sessions.renew} tells whether it still lives. */
  | { readonly state: 'lapsed'; readonly session: Session }
  /** Not sealed by us, expired, revoked: whoever brings it is anonymous. */
  | { readonly state: 'ended' }

/** What sessions need of the rest of the house. */
export interface SessionsContext {
  readonly store: SessionStore
  readonly keyring: () => Keyring
  readonly lifetimes: Lifetimes
  readonly maxSealedLength: number
  readonly clock: Clock
  /** How the account stands now, or null when that cannot be known without a password. */
  readonly lookup: (userId: string) => Promise<Outcome | null>
  /** What the application itself says of a person, if anything. */
  readonly assignment?: (userId: string) => Promise<Pick<RoleAssignment, 'roles' | 'disabled'> | undefined>
  /** Whether accounts of this source may be signed in. */
  readonly hasSource: (name: string) => boolean
}

export function createSessions(context: SessionsContext): Sessions {
  const { store, keyring, lifetimes, clock } = context
  const revocations = createRevocations(clock)
  const feed = createFeed(store, revocations, lifetimes.leaseMs, clock)
  const renewals = createRenewals({ ...context, revocations, reseal: sealSession, revoke })

  function sealSession(session: Session): SealedSession {
    const sealed = seal(keyring(), encodeSession(session))
    if (sealed.length > context.maxSealedLength) throw cookieTooLarge(sealed.length)
    return { session, sealed }
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

  function revoke(target: RevocationTarget): Promise<number> {
    const until = clock() + lifetimes.longestMs
    if (target === 'all') return record({ type: 'all-revoked', subject: null, until })
    if ('user' in target) return record({ type: 'user-revoked', subject: target.user, until })
    return record({ type: 'session-revoked', subject: target.session, until })
  }

  return {
    ready: () => feed.follow(),

    close: () => feed.stop(),

    isHearing: () => feed.isHearing(),

    position: () => askStore('Nobody can be signed in now', () => store.position()),

    async start(source, account, { persistent, position, assignedRoles = [], origin = {} }) {
      const now = clock()
      const session: Session = {
        // Hex: an id that began with a dash would be an option on the command line.
        id: randomBytes(16).toString('hex'),
        userId: userId(source, account.id),
        source,
        account,
        assignedRoles,
        startedAt: now,
        startedAfter: position,
        expiresAt: now + (persistent ? lifetimes.persistentMs : lifetimes.browserMs),
        idleUntil: persistent ? null : now + lifetimes.leaseMs + lifetimes.idleMs,
        confirmedAfter: position,
        leaseUntil: now + lifetimes.leaseMs,
        persistent,
      }
      const started = sealSession(session)
      const { id, startedAt, expiresAt } = session
      const kept = await askStore('A session cannot be started now', () =>
        store.start(
          {
            id,
            userId: session.userId,
            userName: account.name,
            startedAt,
            lastSeenAt: startedAt,
            expiresAt,
            persistent,
            clientAddress: origin.clientAddress?.slice(0, MAX_ORIGIN_LENGTH) ?? null,
            userAgent: origin.userAgent?.slice(0, MAX_ORIGIN_LENGTH) ?? null,
          },
          position,
        ),
      )
      return kept === true ? started : undefined
    },

    open(sealed) {
      const text = unseal(keyring(), sealed)
      const session = text === undefined ? undefined : decodeSession(text)
      if (!session || !context.hasSource(session.source)) return ENDED
      const now = clock()
      const { startedAt, expiresAt, idleUntil } = session
      if (startedAt > now + MAX_CLOCK_SKEW_MS || now >= expiresAt || now >= (idleUntil ?? Number.POSITIVE_INFINITY))
        return ENDED
      const judgement = revocations.judge(session)
      if (judgement === 'revoked') return ENDED
      // A lease that ends later than any that begins now was granted by a clock that has been set back since.
      const { leaseUntil } = session
      const leased = now < leaseUntil && leaseUntil <= now + lifetimes.leaseMs + MAX_CLOCK_SKEW_MS
      const believed = judgement === 'believed' && leased && feed.isTrusted(now)
      return { state: believed ? 'live' : 'lapsed', session }
    },

    renew: (session) => renewals.renew(session),

    revoke,

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
