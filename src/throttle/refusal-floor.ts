import { setTimeout as sleep } from 'node:timers/promises'

/** Makes refusals take the same time, whatever was done for them. */
export interface RefusalFloor {
  /** Resolves when an attempt that began then may be told that it was refused. `startedAt`: of `performance.now()`. */
  hold(startedAt: number): Promise<void>
}

/**
 * A floor under every refusal: nobody hears of one sooner, so that its time says nothing about the account.
 *
 * What takes longer is told at the next multiple of the floor. From then on, everybody is told as late as that, for ten
 * minutes or more, up to four times the floor. Why: where the sources take longer for names that they know, the first
 * answer that shows it is the last one.
 *
 * It holds a timer, and nothing else: no place in a queue, no connection of a database.
 */
export function createRefusalFloor(
  floorMs: number,
  letPass: (milliseconds: number) => Promise<void> = timer,
): RefusalFloor {
  let slowest = 0
  let slowestBefore = 0
  let periodEndsAt = 0

  function noted(elapsed: number, now: number): number {
    if (now >= periodEndsAt) {
      slowestBefore = now >= periodEndsAt + PERIOD_MS ? 0 : slowest
      slowest = 0
      periodEndsAt = now + PERIOD_MS
    }
    slowest = Math.max(slowest, Math.min(elapsed, floorMs * MOST_FLOORS))
    return Math.max(elapsed, slowest, slowestBefore)
  }

  return {
    async hold(startedAt) {
      if (floorMs === 0) return
      const now = performance.now()
      const until = startedAt + Math.ceil(noted(now - startedAt, now) / floorMs) * floorMs
      await letPass(until - now)
      // A timer may fire up to a millisecond early, which would say what part of one was left.
      if (letPass === timer) while (performance.now() < until) await timer(1)
    },
  }
}

const timer = (milliseconds: number): Promise<void> => sleep(Math.max(1, milliseconds))

const PERIOD_MS = 600_000
const MOST_FLOORS = 4
