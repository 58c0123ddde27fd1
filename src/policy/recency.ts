import { type Duration, toMilliseconds } from '../duration.ts'

/**
 * Returns true when the user gave the password less than `within` before `now`. `authenticatedAt` and `now` are
 * milliseconds since 1970-01-01 UTC.
 *
 * Returns false when the time of the login is missing, or lies more than 60 s in the future. Why: clocks of nodes may
 * differ by a minute. Only a clock that was set back can produce a later time.
 */
export function isRecent(authenticatedAt: number | null | undefined, within: Duration, now: number): boolean {
  if (typeof authenticatedAt !== 'number') return false
  const age = now - authenticatedAt
  return age < lengthOf(within) && age >= -MAX_CLOCK_SKEW_MS
}

/** Milliseconds of a duration. An invalid duration counts as minus infinity, so every login is too old for it. */
function lengthOf(within: Duration): number {
  try {
    return toMilliseconds(within, 'authenticatedWithin')
  } catch {
    return Number.NEGATIVE_INFINITY
  }
}

const MAX_CLOCK_SKEW_MS = 60_000
