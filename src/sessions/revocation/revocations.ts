import type { Clock } from '../../clock.ts'
import type { Session } from '../session.ts'
import type { SessionChange } from '../session-store.ts'
import { RevokedIds } from './revoked-ids.ts'

/**
 * A replica of every session change that still matters. Why: a node finds revoked sessions without asking the store.
 */
export interface Revocations {
  apply(change: SessionChange): void
  stateOf(
    session: Pick<Session, 'id' | 'userId' | 'startedAtRevision' | 'confirmedAtRevision'>,
  ): 'valid' | 'stale' | 'revoked'
  /** The number of changes that are kept. */
  readonly size: number
}

/**
 * Creates an empty replica. Changes are removed when the last cookie that they concern has expired. `applied` is called
 * with each change that has been applied.
 */
export function createRevocations(clock: Clock, applied: (change: SessionChange) => void = () => {}): Revocations {
  /** Revoked session ids, each with the minute in which its last cookie has expired. */
  const revokedSessions = new RevokedIds()
  const revokedUsers = new Map<string, KeptChange>()
  const staleUsers = new Map<string, KeptChange>()
  let allRevoked = 0
  let sweepAt = Number.NEGATIVE_INFINITY

  function sweep(now: number): void {
    revokedSessions.sweep(Math.ceil(now / MINUTE_MS))
    for (const kept of [revokedUsers, staleUsers]) {
      for (const [userId, { until }] of kept) if (until < now) kept.delete(userId)
    }
  }

  return {
    apply(change) {
      if (change.type === 'session-revoked') revokedSessions.set(change.subject, Math.ceil(change.until / MINUTE_MS))
      else if (change.type === 'user-revoked') keepLater(revokedUsers, change.subject, change)
      else if (change.type === 'user-stale') keepLater(staleUsers, change.subject, change)
      else if (change.type === 'all-revoked') allRevoked = Math.max(allRevoked, change.revision)
      applied(change)

      const now = clock()
      if (now < sweepAt && sweepAt <= now + SWEEP_EVERY_MS) return
      sweepAt = now + SWEEP_EVERY_MS
      sweep(now)
    },

    stateOf({ id, userId, startedAtRevision, confirmedAtRevision }) {
      if (startedAtRevision < allRevoked || revokedSessions.has(id)) return 'revoked'
      if (startedAtRevision < lastOf(revokedUsers, userId)) return 'revoked'
      return confirmedAtRevision < lastOf(staleUsers, userId) ? 'stale' : 'valid'
    },

    get size() {
      return revokedSessions.size + revokedUsers.size + staleUsers.size
    },
  }
}

type KeptChange = Pick<SessionChange, 'revision' | 'until'>

const MINUTE_MS = 60_000
const SWEEP_EVERY_MS = 60_000

function lastOf(kept: ReadonlyMap<string, KeptChange>, userId: string): number {
  return kept.size === 0 ? 0 : (kept.get(userId)?.revision ?? 0)
}

/** Merges two changes: the higher revision covers the lower one, and the later `until` applies to both. */
function keepLater(kept: Map<string, KeptChange>, userId: string, { revision, until }: KeptChange): void {
  const known = kept.get(userId)
  kept.set(userId, {
    revision: Math.max(known?.revision ?? 0, revision),
    until: Math.max(known?.until ?? 0, until),
  })
}
