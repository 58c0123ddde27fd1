import type { Clock } from '../../clock.ts'
import { askStore } from '../ask-store.ts'
import type { Lifetimes } from '../lifetimes.ts'
import type {
  NewSessionChange,
  RevocationTarget,
  SessionChange,
  SessionRecord,
  SessionStore,
} from '../session-store.ts'
import { createEnding } from './end-sessions.ts'
import { createFeed, type Feed } from './feed.ts'
import { createOrphanedSessions, type OrphanedSessions } from './orphaned-sessions.ts'
import { createRevocations, type Revocations } from './revocations.ts'
import { createSessionEnds, type SessionEnds } from './session-ends.ts'

/** The revocation of sessions: ends sessions early, and follows the revocations of other nodes. */
export interface Revocation
  extends Pick<Revocations, 'stateOf'>,
    Pick<Feed, 'follow' | 'isConnected' | 'hasSynced' | 'isTrusted'>,
    Pick<SessionEnds, 'onEnd' | 'keysChanged'> {
  /**
   * Ends sessions. When the promise resolves, this node refuses them, and the store keeps the revocation.
   *
   * @throws {SessionUnavailableError} when the store fails to answer: the sessions may live on.
   */
  revoke(target: RevocationTarget): Promise<number>
  /** Refuses a session on this node at once, and tells the store afterwards. */
  revokeHere(sessionId: string, until: number): Promise<number>
  /** Marks the sessions of a user as stale: each reads the account again before it is accepted. */
  markStale(userId: string): Promise<void>
  /** Resolves to the live sessions of a user. @throws {SessionUnavailableError} when the store fails to answer. */
  sessionsOf(userId: string): Promise<SessionRecord[]>
  readonly orphans: OrphanedSessions
  /** Stops following and watching. */
  stop(): Promise<void>
}

interface RevocationParts {
  readonly store: SessionStore
  readonly lifetimes: Lifetimes
  readonly clock: Clock
  /** Tells whether a key of this application unseals the text. */
  readonly unseals: (sealed: string) => boolean
}

/** Joins the replica of revocations, the feed that fills it, and the listeners for the end of sessions. */
export function createRevocation({ store, lifetimes, clock, unseals }: RevocationParts): Revocation {
  const revocations = createRevocations(clock, (change: SessionChange) => ends.changed(change))
  const ends = createSessionEnds({ revocations, unseals, lifetimes, clock, sessionsOf })
  const feed = createFeed(store, revocations, lifetimes.leaseMs, clock)
  const longest = () => clock() + lifetimes.longestMs
  const revoke = createEnding({ record, sessionsOf, until: longest })

  async function record(change: NewSessionChange): Promise<number> {
    const recorded = await askStore('A session cannot be ended now', async () => {
      // Why: a process for administration alone may come here first, without following the store.
      await store.ready?.()
      return store.record(change, clock())
    })
    // Applied here, before the feed delivers it. Why: on this node the change holds as soon as the call resolves.
    revocations.apply(recorded.change)
    return recorded.ended
  }

  function sessionsOf(userId: string): Promise<SessionRecord[]> {
    return askStore('Sessions cannot be listed now', async () => {
      await store.ready?.()
      return Array.fromAsync(store.list({ userId, now: clock() }))
    })
  }

  return {
    stateOf: revocations.stateOf,
    follow: feed.follow,
    isConnected: feed.isConnected,
    hasSynced: feed.hasSynced,
    isTrusted: feed.isTrusted,
    onEnd: ends.onEnd,
    keysChanged: ends.keysChanged,
    revoke,
    sessionsOf,
    orphans: createOrphanedSessions(revoke),

    revokeHere(sessionId, until) {
      revocations.apply({ type: 'session-revoked', subject: sessionId, until, revision: 0 })
      return revoke({ session: sessionId })
    },

    async markStale(userId) {
      // Kept longer than the lease. Why: during an outage of the source, the account in an older cookie must not count.
      await record({ type: 'user-stale', subject: userId, until: longest() })
    },

    stop() {
      ends.stop()
      return feed.stop()
    },
  }
}
