import { type Duration, toMilliseconds } from '../duration.ts'
import { ConfigurationError } from '../errors.ts'

/** Lifetimes of sessions. */
export interface LifetimeOptions {
  /** Longest time that a session for the browser session lasts, however busy. Default: 12 h. */
  readonly lifetime?: Duration
  /**
   * Time without use after which a session ends; at most one lease later. Default: 30 min. Persistent sessions are
   * exempt.
   */
  readonly idle?: Duration
  /** Longest time that a persistent session ("stay signed in") lasts. Default: 30 days. */
  readonly persistentLifetime?: Duration
  /** Time that a session is accepted without asking the session store. Default: 1 min. */
  readonly lease?: Duration
  /**
   * Time beyond the lease that a session is accepted during an outage of the store. Default: 5 min. `0` turns it off.
   */
  readonly grace?: Duration
}

/** The lifetimes of {@link LifetimeOptions} in milliseconds. */
export interface Lifetimes {
  readonly browserMs: number
  readonly idleMs: number
  readonly persistentMs: number
  readonly leaseMs: number
  readonly graceMs: number
  readonly longestMs: number
}

/**
 * Reads lifetimes. The defaults of 12 h and 30 min are the limits of NIST SP 800-63B, section 4.2.3 (AAL2). Its fourth
 * revision (section 2.2.3) would allow twice as much. OWASP ASVS 5.0, 7.3.1 and 7.3.2, requires both limits.
 *
 * @throws {ConfigurationError} when a duration is malformed, or when the idle time is shorter than two leases.
 */
export function readLifetimes(options: LifetimeOptions): Lifetimes {
  const browserMs = toMilliseconds(options.lifetime ?? '12h', 'sessions.lifetime')
  const idleMs = toMilliseconds(options.idle ?? '30m', 'sessions.idle')
  const persistentMs = toMilliseconds(options.persistentLifetime ?? '30d', 'sessions.persistentLifetime')
  const leaseMs = toMilliseconds(options.lease ?? '1m', 'sessions.lease')
  const graceMs = isNone(options.grace) ? 0 : toMilliseconds(options.grace ?? '5m', 'sessions.grace')
  // Why: use is recorded at the end of a lease. With a longer lease, a user who is always busy would count as idle.
  if (leaseMs * 2 > idleMs)
    throw new ConfigurationError('sessions.idle must be at least twice as long as sessions.lease.')
  return { browserMs, idleMs, persistentMs, leaseMs, graceMs, longestMs: Math.max(browserMs, persistentMs) }
}

function isNone(duration: Duration | undefined): boolean {
  return duration === 0 || (typeof duration === 'string' && /^0(?:ms|s|m|h|d)$/.test(duration))
}
