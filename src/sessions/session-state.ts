import { isLeased, MAX_CLOCK_SKEW_MS, type Session } from './session.ts'

/** What a sealed session is worth at a moment. */
export type SessionState =
  /** It counts, without asking anybody. */
  | 'live'
  /** Its lease is over, or its account changed: the store and the source are asked. */
  | 'lease-expired'
  /** It counts no more. */
  | 'ended'

/** What a node knows of sessions at a moment, without asking anybody. */
export interface SessionFacts {
  /** Milliseconds since 1970-01-01 UTC. */
  readonly now: number
  readonly leaseMs: number
  /** Whether the source of the session is configured. */
  readonly hasSource: boolean
  /** By the replica of revocations. */
  readonly revocation: 'valid' | 'stale' | 'revoked'
  /** Whether that replica is complete enough to trust a lease. */
  readonly isTrusted: boolean
}

/** Returns the state of a session. The rules stand in order: the first one that applies decides. */
export function sessionState(session: Session, facts: SessionFacts): SessionState {
  const { now } = facts
  if (!facts.hasSource) return 'ended'
  // Only a clock that was set back since can have granted it.
  if (session.startedAt > now + MAX_CLOCK_SKEW_MS) return 'ended'
  if (now >= session.expiresAt) return 'ended'
  if (session.idleUntil !== null && now >= session.idleUntil) return 'ended'
  if (facts.revocation === 'revoked') return 'ended'
  if (facts.revocation === 'stale') return 'lease-expired'
  if (!isLeased(session, now, facts.leaseMs)) return 'lease-expired'
  if (!facts.isTrusted) return 'lease-expired'
  return 'live'
}
