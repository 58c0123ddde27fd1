import { type Duration, toMilliseconds } from '../duration.ts'

/**
 * Whether somebody gave the password within this time, counted back from `now`; both in milliseconds since 1970.
 *
 * Whoever does not say when, did not; nor did whoever says a time to come, which only a clock that was set back since
 * makes of one that is past. Clocks of nodes may differ by a minute.
 */
export function isRecent(authenticatedAt: number | null | undefined, within: Duration, now: number): boolean {
  if (typeof authenticatedAt !== 'number') return false
  const age = now - authenticatedAt
  return age < lengthOf(within) && age >= -MAX_CLOCK_SKEW_MS
}

/** What is no length of time is none: nobody meets it. */
function lengthOf(within: Duration): number {
  try {
    return toMilliseconds(within, 'authenticatedWithin')
  } catch {
    return Number.NEGATIVE_INFINITY
  }
}

const MAX_CLOCK_SKEW_MS = 60_000
