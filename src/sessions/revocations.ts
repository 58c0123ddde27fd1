import type { Clock } from '../clock.ts'
import { RevokedIds } from './revoked-ids.ts'
import type { Session } from './session.ts'
import type { SessionChange } from './session-store.ts'

/** A node's own copy of every session change that still matters: what makes revocation possible without asking a store. */
export interface Revocations {
  apply(change: SessionChange): void
  judge(
    session: Pick<Session, 'id' | 'userId' | 'startedAtRevision' | 'confirmedAtRevision'>,
  ): 'believed' | 'stale' | 'revoked'
  /** How many changes are kept. */
  readonly size: number
}

/**
 * An empty replica. Changes leave it when the last cookie that they concern has expired. `applied` hears of each that has
 * been applied.
 */
export function createRevocations(clock: Clock, applied: (change: SessionChange) => void = () => {}): Revocations {
  /** By id, the minute in which the last cookie has expired. */
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
      else if (change.type === 'all-revoked') allRevoked = Math.max(allRevoked, change.sequence)
      applied(change)

      const now = clock()
      if (now < sweepAt && sweepAt <= now + SWEEP_EVERY_MS) return
      sweepAt = now + SWEEP_EVERY_MS
      sweep(now)
    },

    judge({ id, userId, startedAtRevision, confirmedAtRevision }) {
      if (startedAtRevision < allRevoked || revokedSessions.has(id)) return 'revoked'
      if (startedAtRevision < lastOf(revokedUsers, userId)) return 'revoked'
      return confirmedAtRevision < lastOf(staleUsers, userId) ? 'stale' : 'believed'
    },

    get size() {
      return revokedSessions.size + revokedUsers.size + staleUsers.size
    },
  }
}

type KeptChange = Pick<SessionChange, 'sequence' | 'until'>

const MINUTE_MS = 60_000
const SWEEP_EVERY_MS = 60_000

function lastOf(kept: ReadonlyMap<string, KeptChange>, userId: string): number {
  return kept.size === 0 ? 0 : (kept.get(userId)?.sequence ?? 0)
}

/** The later of two changes covers the earlier one; together they matter as long as either does. */
function keepLater(kept: Map<string, KeptChange>, userId: string, { sequence, until }: KeptChange): void {
  const known = kept.get(userId)
  kept.set(userId, {
    sequence: Math.max(known?.sequence ?? 0, sequence),
    until: Math.max(known?.until ?? 0, until),
  })
}
