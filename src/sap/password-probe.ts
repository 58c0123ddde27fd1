import { randomBytes } from 'node:crypto'
import type { Clock } from '../clock.ts'
import { type Duration, toMilliseconds } from '../duration.ts'

/** Checks that a system refuses wrong passwords. */
export interface PasswordProbe {
  /**
   * Resolves when the system refuses a wrong password, or refused one within the interval.
   *
   * @throws {Error} when the system accepts the wrong password, or fails to answer.
   */
  assertRefused(probe: () => Promise<void>): Promise<void>
}

/**
 * Creates a probe that is repeated after the interval, and after every failure.
 *
 * @param every - The time for which one refusal counts. Undefined: one login.
 * @throws {ConfigurationError} when `every` is an invalid duration.
 */
export function createPasswordProbe(every: Duration | undefined, where: string, clock: Clock): PasswordProbe {
  const everyMs = every === undefined ? 0 : toMilliseconds(every, `The probeEvery of ${where}`)
  let goodSince: number | undefined
  return {
    async assertRefused(probe) {
      const age = goodSince === undefined ? undefined : clock() - goodSince
      // With a clock that was set back, the age is negative, and the probe is repeated.
      if (age !== undefined && age >= 0 && age < everyMs) return
      goodSince = undefined
      const startedAt = clock()
      await probe()
      goodSince = startedAt
    },
  }
}

/** Returns a random password, short enough for every field of SAP. */
export function madeUpPassword(): string {
  return `Xx1-${randomBytes(12).toString('hex')}`
}
