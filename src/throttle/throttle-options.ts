import { type Duration, toMilliseconds } from '../duration.ts'
import { ConfigurationError } from '../errors.ts'
import type { ThrottleStore } from './throttle-store.ts'

/**
 * How many attempts to sign in are let through. Only wrong answers count: no success, and no outage. What one source judges
 * while another one is down counts apart, with the same figures.
 */
export interface ThrottleOptions {
  /** The store of the counts. Default: the memory of this process. */
  readonly store?: ThrottleStore
  /**
   * For each account, however it is spelled: from all strangers together, shared out between their networks, and apart
   * from that from each known device.
   */
  readonly account?: AccountLimitOptions
  /**
   * For each client address, over all accounts; a network (a /24 of IPv4, a /48 of IPv6) has five times as many. Does not
   * concern known devices. Default: 50 in 15 minutes.
   */
  readonly client?: LimitOptions | false
  /** For the whole application. Does not concern known devices. Default: 1,000 a minute. */
  readonly overall?: LimitOptions | false
  /** The time for which a browser stays a known device of an account after a login there. Default: 90 days. */
  readonly deviceLifetime?: Duration
  /** The number of delayed attempts that may wait at once. Further ones are refused. Default: 100. */
  readonly maxWaiting?: number
  /**
   * How long a refusal takes at least, so that its time does not tell who exists. One that takes longer is told at the
   * next multiple. `0`: no longer than it takes. Default: 300 ms.
   */
  readonly refusalFloor?: Duration
  /** Lets time pass. For tests. Default: a timer. */
  readonly wait?: (milliseconds: number) => Promise<void>
}

/** The limit of an account (NIST SP 800-63B, section 5.2.2). */
export interface AccountLimitOptions {
  /** The number of wrong attempts that reach the sources in a window. Default: 10. */
  readonly attempts?: number
  /** The length of the window. Default: 15 minutes. */
  readonly window?: Duration
  /** Each window that was used up makes the next one twice as long, up to this. Default: 1 day. */
  readonly longestWindow?: Duration
  /** The number of attempts without a delay. Default: 3. */
  readonly undelayed?: number
  /** The delay of the next attempt. Each further one waits twice as long. Default: 1 second. */
  readonly delay?: Duration
  /** Default: 8 seconds. */
  readonly longestDelay?: Duration
  /**
   * How many wrong attempts of strangers are let through in the long run, in whatever rhythm they come. Half of them are
   * kept for networks that have made less than three of them. Beyond that, three in a window of the longest kind are,
   * each after the longest delay. Does not concern known devices. Default: 100 in 7 days.
   */
  readonly longTerm?: LimitOptions
}

/** A number of wrong attempts within a time. */
export interface LimitOptions {
  readonly attempts?: number
  readonly window?: Duration
}

/** The options of {@link ThrottleOptions}, read. */
export interface ThrottleSettings {
  readonly account: {
    readonly attempts: number
    readonly windowMs: number
    readonly longestWindowMs: number
    readonly undelayed: number
    readonly delayMs: number
    readonly longestDelayMs: number
    readonly longTerm: Limit
  }
  readonly client: Limit | undefined
  readonly overall: Limit | undefined
  readonly deviceLifetimeMs: number
  readonly maxWaiting: number
  readonly refusalFloorMs: number
}

export interface Limit {
  readonly attempts: number
  readonly windowMs: number
}

/** @throws {ConfigurationError} when one of them is out of range. */
export function readThrottleOptions(options: ThrottleOptions): ThrottleSettings {
  const {
    account = {},
    client = {},
    overall = {},
    deviceLifetime = '90d',
    maxWaiting = 100,
    refusalFloor = '300ms',
  } = options
  const { attempts = 10, undelayed = 3 } = account
  const windowMs = toMilliseconds(account.window ?? '15m', 'throttle.account.window')
  const delayMs = toMilliseconds(account.delay ?? '1s', 'throttle.account.delay')
  const longestDelayMs = toMilliseconds(account.longestDelay ?? '8s', 'throttle.account.longestDelay')
  if (longestDelayMs > MAX_DELAY_MS)
    throw new ConfigurationError('throttle.account.longestDelay is one minute at most: nobody waits longer for a page.')
  return {
    account: {
      attempts: whole(attempts, 'throttle.account.attempts', 1),
      windowMs,
      longestWindowMs: Math.max(
        windowMs,
        toMilliseconds(account.longestWindow ?? '1d', 'throttle.account.longestWindow'),
      ),
      undelayed: whole(undelayed, 'throttle.account.undelayed', 0),
      delayMs: Math.min(delayMs, longestDelayMs),
      longestDelayMs,
      longTerm: readLimit(account.longTerm ?? {}, 'throttle.account.longTerm', { attempts: 100, window: '7d' }),
    },
    client: client === false ? undefined : readLimit(client, 'throttle.client', { attempts: 50, window: '15m' }),
    overall: overall === false ? undefined : readLimit(overall, 'throttle.overall', { attempts: 1000, window: '1m' }),
    deviceLifetimeMs: toMilliseconds(deviceLifetime, 'throttle.deviceLifetime'),
    maxWaiting: whole(maxWaiting, 'throttle.maxWaiting', 0),
    refusalFloorMs: readFloor(refusalFloor),
  }
}

function readFloor(floor: Duration): number {
  const milliseconds = floor === 0 ? 0 : toMilliseconds(floor, 'throttle.refusalFloor')
  if (milliseconds <= MAX_FLOOR_MS) return milliseconds
  throw new ConfigurationError('throttle.refusalFloor is ten seconds at most, and 0 for none.')
}

const MAX_FLOOR_MS = 10_000

const MAX_DELAY_MS = 60_000

function readLimit(given: LimitOptions, name: string, defaults: Required<LimitOptions>): Limit {
  return {
    attempts: whole(given.attempts ?? defaults.attempts, `${name}.attempts`, 1),
    windowMs: toMilliseconds(given.window ?? defaults.window, `${name}.window`),
  }
}

function whole(value: number, setting: string, least: number): number {
  if (Number.isInteger(value) && value >= least && value <= MOST) return value
  throw new ConfigurationError(`${setting} is a whole number from ${least} to ${MOST}. It is ${JSON.stringify(value)}.`)
}

const MOST = 1_000_000
