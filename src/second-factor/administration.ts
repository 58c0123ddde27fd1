import type { Factors } from './factors.ts'

/** What an administrator does with the second factors of users. A user is named by its id, `source:id`. */
export interface SecondFactorAdministration {
  /** Resolves to the factor of a user. Undefined when there is none. */
  state(userId: string): Promise<SecondFactorState | undefined>
  /**
   * Removes the factor of a user who has lost it, and ends the user's sessions. Resolves to false when there was none.
   */
  reset(userId: string): Promise<boolean>
  /**
   * Allows a user who must have a factor, and has none, to add one within a day. Resolves to a code that the user types
   * on the page. Why: a stolen password alone must not add a factor.
   */
  allowEnrolment(userId: string): Promise<string>
}

/** The second factor of a user. */
export interface SecondFactorState {
  /** The time when it was added, in milliseconds since 1970-01-01 UTC. */
  readonly since: number
  /** The number of recovery codes that are left, of ten. */
  readonly recoveryCodes: number
}

/** Returns the administration of factors. Each change is recorded, and `changed` ends the sessions of the user. */
export function createAdministration(
  factors: Factors,
  changed: (action: 'reset' | 'enrolment-allowed', userId: string) => Promise<void>,
): SecondFactorAdministration {
  return Object.freeze<SecondFactorAdministration>({
    state: factors.state,
    async reset(userId) {
      const removed = await factors.remove(userId)
      if (removed) await changed('reset', userId)
      return removed
    },
    async allowEnrolment(userId) {
      const code = await factors.allowEnrolment(userId)
      await changed('enrolment-allowed', userId)
      return code
    },
  })
}
