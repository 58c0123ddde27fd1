/**
 * Returns in words when a number of seconds will be over: `in 40 seconds`, `in 5 minutes`, German `in 2 Stunden`.
 *
 * Rounds up. Why: a user who returns at the time given must be allowed. A language that `Intl` lacks is answered in
 * English.
 */
export function waitingTime(seconds: number, language: string): string {
  const [length, unit] = UNITS.find(([length]) => seconds <= length * LARGEST) ?? LAST
  return new Intl.RelativeTimeFormat([language, 'en']).format(Math.max(1, Math.ceil(seconds / length)), unit)
}

/** Up to 90 of a unit are named in the unit. Why: "in 90 minutes" is more exact than "in 2 hours". */
const LARGEST = 90

const LAST = [3600, 'hour'] as const
const UNITS = [[1, 'second'], [60, 'minute'], LAST] as const
