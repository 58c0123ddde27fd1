import type { Clock } from '../clock.ts'
import type { AccountState } from './account-state.ts'
import type { Entry } from './entry.ts'
import type { Search } from './find-person.ts'
import { RESULT, resultCodeOf } from './result-code.ts'
import { accountObstacle, OBSTACLE_ATTRIBUTES } from './syntax/account-obstacle.ts'
import { readGeneralizedTime } from './syntax/generalized-time.ts'

/**
 * The password policy overlay of OpenLDAP (draft-behera-ldap-password-policy-10). The server answers every refusal with
 * the same code 49, and stores the reason in operational attributes.
 */
export function passwordPolicyState(clock: Clock, defaultPolicy: string | undefined): AccountState {
  return {
    attributes: [...OBSTACLE_ATTRIBUTES, 'pwdChangedTime', 'pwdPolicySubentry'],
    obstacle: (entry) => accountObstacle(entry, clock()),
    async refusal(entry, search) {
      const [locked, changed] = [timeOf(entry, 'pwdAccountLockedTime'), timeOf(entry, 'pwdChangedTime')]
      const policy = await readPolicy(search, entry.text('pwdPolicySubentry') ?? defaultPolicy)
      const lockedFor = seconds(policy, 'pwdLockoutDuration')
      // A lockout without a duration lasts until an administrator ends it. An unreadable policy counts as one without a
      // duration.
      if (locked !== undefined && (!lockedFor || clock() < locked + lockedFor))
        return 'locked after too many wrong passwords'
      const longest = seconds(policy, 'pwdMaxAge')
      if (changed !== undefined && longest && clock() >= changed + longest) return 'the password has expired'
      return undefined
    },
  }
}

async function readPolicy(search: Search, dn: string | undefined): Promise<Entry | undefined> {
  if (dn === undefined) return undefined
  try {
    const attributes = ['pwdLockoutDuration', 'pwdMaxAge']
    return (await search({ base: dn, scope: 'base', filter: '(objectClass=*)', attributes }))[0]
  } catch (error) {
    if (resultCodeOf(error) === RESULT.noSuchObject) return undefined
    throw error
  }
}

/** Returns the duration of an attribute in milliseconds. The attribute is in seconds. */
function seconds(policy: Entry | undefined, attribute: string): number {
  return Number(policy?.text(attribute) ?? 0) * 1000
}

function timeOf(entry: Entry, attribute: string): number | undefined {
  const text = entry.text(attribute)
  return text === undefined ? undefined : readGeneralizedTime(text)
}
