import type { Clock } from '../clock.ts'
import type { Session } from './session.ts'
import type { SessionChange } from './session-store.ts'

/** A node's own copy of every session change that still matters: what makes revocation possible without asking a store. */
export interface Revocations {
  apply(change: SessionChange): void
  judge(session: Pick<Session, 'id' | 'userId' | 'startedAt' | 'confirmedAt'>): 'believed' | 'stale' | 'revoked'
  /**
   * The time, but later than every change that this node has heard of. What starts by this time was caused after
   * those changes, even where clocks stand still or differ, so they do not concern it (a Lamport clock).
   */
  stamp(): number
  /** How many changes are kept. */
  readonly size: number
}

/** An empty replica. Changes leave it when the last cookie that they concern has expired. */
export function createRevocations(clock: Clock): Revocations {
  const revokedSessions = new Map<string, SessionChange>()
  const revokedUsers = new Map<string, SessionChange>()
  const staleUsers = new Map<string, SessionChange>()
  let allRevokedAt = Number.NEGATIVE_INFINITY
  let latest = Number.NEGATIVE_INFINITY
  let sweepAt = Number.NEGATIVE_INFINITY

  return {
    apply(change) {
      latest = Math.max(latest, change.at)
      if (change.type === 'session-revoked') revokedSessions.set(change.subject, change)
      else if (change.type === 'user-revoked') keepLater(revokedUsers, change.subject, change)
      else if (change.type === 'user-stale') keepLater(staleUsers, change.subject, change)
      else allRevokedAt = Math.max(allRevokedAt, change.at)

      const now = clock()
      if (now < sweepAt) return
      sweepAt = now + SWEEP_EVERY_MS
      for (const kept of [revokedSessions, revokedUsers, staleUsers]) {
        for (const [subject, { until }] of kept) if (until < now) kept.delete(subject)
      }
    },

    judge({ id, userId, startedAt, confirmedAt }) {
      if (startedAt <= allRevokedAt || revokedSessions.has(id)) return 'revoked'
      if (startedAt <= (revokedUsers.get(userId)?.at ?? Number.NEGATIVE_INFINITY)) return 'revoked'
      return confirmedAt <= (staleUsers.get(userId)?.at ?? Number.NEGATIVE_INFINITY) ? 'stale' : 'believed'
    },

    stamp: () => Math.max(clock(), latest + 1),

    get size() {
      return revokedSessions.size + revokedUsers.size + staleUsers.size
    },
  }
}

const SWEEP_EVERY_MS = 60_000

/** The later of two changes covers the earlier one; together they matter as long as either does. */
function keepLater(kept: Map<string, SessionChange>, subject: string, change: SessionChange): void {
  const known = kept.get(subject)
  kept.set(
    subject,
    known ? { ...change, at: Math.max(known.at, change.at), until: Math.max(known.until, change.until) } : change,
  )
}
