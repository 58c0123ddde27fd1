import { type Duration, toMilliseconds } from '../duration.ts'
import { ConfigurationError } from '../errors.ts'

/** How long sessions last. */
export interface LifetimeOptions {
  /** How long a session for the browser session may last at the most, however busy. Default: 12 h. */
  readonly lifetime?: Duration
  /** How long it may lie unused: that long at the least, and at the most a lease longer. Default: 30 min. Idleness ends no persistent session. */
  readonly idle?: Duration
  /** How long a persistent session ("stay signed in") may last. Default: 30 days. */
  readonly persistentLifetime?: Duration
  /** How long a session is believed without asking the session store. Default: 1 min. */
  readonly lease?: Duration
  /** How much longer it is believed while the session store does not answer. Default: 5 min. `0` for not at all. */
  readonly grace?: Duration
}

/** The same in milliseconds. */
export interface Lifetimes {
  readonly browserMs: number
  readonly idleMs: number
  readonly persistentMs: number
  readonly leaseMs: number
  readonly graceMs: number
  readonly longestMs: number
}

/**
 * Reads lifetimes. The defaults of 12 h and 30 min are the limits of NIST SP 800-63B, section 4.2.3 (AAL2); its fourth
 * revision (section 2.2.3) would allow twice as much. OWASP ASVS 5.0, 7.3.1 and 7.3.2, asks that there be both.
 *
 * @throws {ConfigurationError} when one is no length of time, or the lease leaves no room within the idle time.
 */
export function readLifetimes(options: LifetimeOptions): Lifetimes {
  const browserMs = toMilliseconds(options.lifetime ?? '12h', 'sessions.lifetime')
  const idleMs = toMilliseconds(options.idle ?? '30m', 'sessions.idle')
  const persistentMs = toMilliseconds(options.persistentLifetime ?? '30d', 'sessions.persistentLifetime')
  const leaseMs = toMilliseconds(options.lease ?? '1m', 'sessions.lease')
  const graceMs = isNone(options.grace) ? 0 : toMilliseconds(options.grace ?? '5m', 'sessions.grace')
  // Use is noted at the end of a lease: with a longer one, somebody who is busy all the time would count as idle.
  if (leaseMs * 2 > idleMs)
    throw new ConfigurationError('sessions.idle must be at least twice as long as sessions.lease.')
  return { browserMs, idleMs, persistentMs, leaseMs, graceMs, longestMs: Math.max(browserMs, persistentMs) }
}

function isNone(duration: Duration | undefined): boolean {
  return duration === 0 || (typeof duration === 'string' && /^0(?:ms|s|m|h|d)$/.test(duration))
}
