// How windows and delays of one count grow.
import type { MultiKeyCounter, Standing } from './multi-key-counter.ts'
import type { ThrottleSettings } from './throttle-options.ts'

type AccountSettings = ThrottleSettings['account']

/** Returns the length of the next window. Each used-up window doubles it. */
export function windowAfter(level: Standing | undefined, { windowMs, longestWindowMs }: AccountSettings): number {
  return Math.min(windowMs * 2 ** (level?.count ?? 0), longestWindowMs)
}

/** Returns the delay of an attempt that has just been counted. */
export function delayAfter({ count }: Standing, { undelayed, delayMs, longestDelayMs }: AccountSettings): number {
  const over = count - undelayed
  return over <= 0 ? 0 : Math.min(delayMs * 2 ** (over - 1), longestDelayMs)
}

/** Keeps that a window was used up by wrong answers, for seven of the longest windows. */
export function raiseLevel(
  counts: MultiKeyCounter,
  levels: readonly string[],
  { longestWindowMs }: AccountSettings,
): Promise<void> {
  return counts.penalize(levels, MOST_LEVELS, longestWindowMs * 7)
}

const MOST_LEVELS = 1000
