import type { Clock } from '../clock.ts'
import { type Duration, toMilliseconds } from '../duration.ts'

/** A clock that stands still until it is moved. Give it to `createAuth`, to a store, to a source. */
export interface FixedClock extends Clock {
  /** Moves it forward: by seconds, or by a text such as `'30m'`. */
  advance(by: Duration): void
}

/**
 * Time for tests of expiry, which then need not sleep.
 *
 * ```ts
 * const clock = fixedClock()
 * const auth = createAuth({ roles, sources, clock })
 * clock.advance('12h')
 * ```
 *
 * @param start Milliseconds since 1970, or a date. Default: the first of January 2030, noon, UTC.
 */
export function fixedClock(start: number | Date = Date.UTC(2030, 0, 1, 12)): FixedClock {
  let now = Number(start)
  return Object.assign(() => now, {
    advance(by: Duration) {
      now += toMilliseconds(by, 'What a clock is advanced by')
    },
  })
}
