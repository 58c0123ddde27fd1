import type { Clock } from '../clock.ts'
import { type Duration, toMilliseconds } from '../duration.ts'

/** A clock that stands still until it is moved. Pass it to `createAuth`, to a store or to a source. */
export interface FixedClock extends Clock {
  /**
   * Moves the clock forward, by seconds or by a text such as `'30m'`.
   *
   * @throws {ConfigurationError} when `by` is anything else than a positive length of time.
   */
  advance(by: Duration): void
}

/**
 * Makes a clock for tests of expiry, so that the tests need not sleep.
 *
 * ```ts
 * import { createAuth } from 'ostiary'
 * import { fixedClock } from 'ostiary/testing'
 *
 * const clock = fixedClock()
 * const auth = createAuth({ roles: [], sources: [], clock })
 * clock.advance('12h')
 * ```
 *
 * @param start Milliseconds since 1970-01-01 UTC, or a date. Default: 2030-01-01, noon, UTC.
 */
export function fixedClock(start: number | Date = Date.UTC(2030, 0, 1, 12)): FixedClock {
  let now = Number(start)
  return Object.assign(() => now, {
    advance(by: Duration) {
      now += toMilliseconds(by, 'What a clock is advanced by')
    },
  })
}
