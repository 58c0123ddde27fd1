/**
 * Says in words when a number of seconds will be over: `in 40 seconds`, `in 5 minutes`, German `in 2 Stunden`.
 *
 * Rounds up, so that a person who comes back at that time does not come too early. A language that `Intl` has no texts
 * for is answered in English.
 */
export function waitingTime(seconds: number, language: string): string {
  const [length, unit] = UNITS.find(([length]) => seconds <= length * LARGEST) ?? LAST
  return new Intl.RelativeTimeFormat([language, 'en']).format(Math.max(1, Math.ceil(seconds / length)), unit)
}

/** Up to 90 of a unit are named in that unit: "in 90 minutes" is more exact than "in 2 hours". */
const LARGEST = 90

const LAST = [3600, 'hour'] as const
const UNITS = [[1, 'second'], [60, 'minute'], LAST] as const
