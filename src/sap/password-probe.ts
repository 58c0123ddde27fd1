import { randomBytes } from 'node:crypto'
import type { Clock } from '../clock.ts'
import { type Duration, toMilliseconds } from '../duration.ts'

/** Makes sure that a system refuses those who have no right password. */
export interface PasswordProbe {
  /**
   * Resolves when the system refuses a wrong password, now or within the interval.
   *
   * @throws {Error} when it does not, or does not answer.
   */
  assertRefused(probe: () => Promise<void>): Promise<void>
}

/**
 * A probe that is made again when the interval is over, and after every failure.
 *
 * @param every - how long one good answer counts; undefined: for one login
 * @throws {ConfigurationError} when that is no length of time.
 */
export function createPasswordProbe(every: Duration | undefined, where: string, clock: Clock): PasswordProbe {
  const everyMs = every === undefined ? 0 : toMilliseconds(every, `The probeEvery of ${where}`)
  let goodSince: number | undefined
  return {
    async assertRefused(probe) {
      const age = goodSince === undefined ? undefined : clock() - goodSince
      // A clock that was set back makes no answer younger.
      if (age !== undefined && age >= 0 && age < everyMs) return
      goodSince = undefined
      const startedAt = clock()
      await probe()
      goodSince = startedAt
    },
  }
}

/** A password that nobody has, short enough for every field of SAP. */
export function madeUpPassword(): string {
  return `Xx1-${randomBytes(12).toString('hex')}`
}
