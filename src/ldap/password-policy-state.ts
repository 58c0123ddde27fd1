import type { Clock } from '../clock.ts'
import type { AccountState } from './account-state.ts'
import type { Entry } from './entry.ts'
import type { Search } from './find-person.ts'
import { RESULT, resultCodeOf } from './result-code.ts'

/**
 * The password policy overlay of OpenLDAP (draft-behera-ldap-password-policy-10). The server answers every refusal with
 * the same code 49, and says in operational attributes what it meant.
 */
export function passwordPolicyState(clock: Clock, defaultPolicy: string | undefined): AccountState {
  return {
    attributes: [
      'pwdAccountLockedTime',
      'pwdChangedTime',
      'pwdReset',
      'pwdStartTime',
      'pwdEndTime',
      'pwdPolicySubentry',
      'nsAccountLock',
    ],
    obstacle(entry) {
      if (entry.text('pwdAccountLockedTime') === LOCKED_FOR_GOOD) return 'locked'
      if (entry.text('nsAccountLock')?.toLowerCase() === 'true') return 'disabled'
      const [start, end] = [timeOf(entry, 'pwdStartTime'), timeOf(entry, 'pwdEndTime')]
      if (start !== undefined && clock() < start) return 'the account is not valid yet'
      if (end !== undefined && clock() >= end) return 'the account has expired'
      if (entry.text('pwdReset')?.toLowerCase() === 'true') return 'must change the password first'
      return undefined
    },
    async refusal(entry, search) {
      const [locked, changed] = [timeOf(entry, 'pwdAccountLockedTime'), timeOf(entry, 'pwdChangedTime')]
      const policy = await readPolicy(search, entry.text('pwdPolicySubentry') ?? defaultPolicy)
      const lockedFor = seconds(policy, 'pwdLockoutDuration')
      // Without a duration a lockout lasts until somebody ends it; so it does where the policy cannot be read.
      if (locked !== undefined && (!lockedFor || clock() < locked + lockedFor))
        return 'locked after too many wrong passwords'
      const longest = seconds(policy, 'pwdMaxAge')
      if (changed !== undefined && longest && clock() >= changed + longest) return 'the password has expired'
      return undefined
    },
  }
}

/** What an administrator writes as the time of a lockout that nothing ends. */
const LOCKED_FOR_GOOD = '000001010000Z'

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

/** In milliseconds. */
function seconds(policy: Entry | undefined, attribute: string): number {
  return Number(policy?.text(attribute) ?? 0) * 1000
}

function timeOf(entry: Entry, attribute: string): number | undefined {
  const text = entry.text(attribute)
  return text === undefined ? undefined : readGeneralizedTime(text)
}

/** `20261231235959Z`, fractions and offsets included (RFC 4517, section 3.3.13). What is no time lies far back. */
export function readGeneralizedTime(text: string): number {
  const match = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)?(\d\d)?(?:[.,]\d+)?(Z|[+-]\d{2,4})$/.exec(text)
  if (!match) return Number.NEGATIVE_INFINITY
  const [, year, month, day, hour, minute = '00', second = '00', zone = 'Z'] = match
  const offset = zone === 'Z' ? 'Z' : `${zone.slice(0, 3)}:${zone.slice(3).padEnd(2, '0')}`
  const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}${offset}`)
  return Number.isNaN(time) ? Number.NEGATIVE_INFINITY : time
}
