import type { Clock } from '../clock.ts'
import type { AccountState } from './account-state.ts'
import { accountObstacle, OBSTACLE_ATTRIBUTES } from './syntax/account-obstacle.ts'

/**
 * The state of accounts in Active Directory. Sub-codes of a bind tell the reason of a refusal. The attributes are read
 * as well. Why: the server accepts some users whom these attributes exclude.
 */
export function activeDirectoryState(clock: Clock): AccountState {
  return {
    attributes: OBSTACLE_ATTRIBUTES,
    obstacle(entry) {
      // Every account has this attribute. Why an error: if the attribute is hidden, disabled accounts would look
      // enabled.
      if (entry.text('userAccountControl') === undefined)
        throw new Error(`the userAccountControl of ${entry.dn} cannot be read`)
      return accountObstacle(entry, clock())
    },
    refusal: async () => undefined,
  }
}
