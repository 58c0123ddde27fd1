import { isLeased, MAX_CLOCK_SKEW_MS, type Session } from './session.ts'

/** The state of a sealed session at a moment. */
export type SessionState =
  /** The session is accepted without asking the store. */
  | 'live'
  /** The lease is over, or the account changed: the store and the source are asked. */
  | 'lease-expired'
  /** The session is refused. */
  | 'ended'

/** The facts that a node has at a moment, without asking the store. */
export interface SessionFacts {
  /** Milliseconds since 1970-01-01 UTC. */
  readonly now: number
  readonly leaseMs: number
  /** True when the source of the session is configured. */
  readonly hasSource: boolean
  /** The state in the replica of revocations. */
  readonly revocation: 'valid' | 'stale' | 'revoked'
  /** True when the replica of revocations is complete enough to trust a lease. */
  readonly isTrusted: boolean
}

/** Returns the state of a session. The rules stand in order: the first one that applies decides. */
export function sessionState(session: Session, facts: SessionFacts): SessionState {
  const { now } = facts
  if (!facts.hasSource) return 'ended'
  // Why: only a clock that was set back later can have granted the session.
  if (session.startedAt > now + MAX_CLOCK_SKEW_MS) return 'ended'
  if (now >= session.expiresAt) return 'ended'
  if (session.idleUntil !== null && now >= session.idleUntil) return 'ended'
  if (facts.revocation === 'revoked') return 'ended'
  if (facts.revocation === 'stale') return 'lease-expired'
  if (!isLeased(session, now, facts.leaseMs)) return 'lease-expired'
  if (!facts.isTrusted) return 'lease-expired'
  return 'live'
}
