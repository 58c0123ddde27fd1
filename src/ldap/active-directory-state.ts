import type { Clock } from '../clock.ts'
import type { AccountState } from './account-state.ts'
import { accountObstacle, OBSTACLE_ATTRIBUTES } from './syntax/account-obstacle.ts'

/** Active Directory says by sub-codes why it refused, and lets some in all the same whom these attributes keep out. */
export function activeDirectoryState(clock: Clock): AccountState {
  return {
    attributes: OBSTACLE_ATTRIBUTES,
    obstacle(entry) {
      // Every account has it. Where it is hidden, nobody can tell who is disabled, and a guess would let them in.
      if (entry.text('userAccountControl') === undefined)
        throw new Error(`the userAccountControl of ${entry.dn} cannot be read`)
      return accountObstacle(entry, clock())
    },
    refusal: async () => undefined,
  }
}
