import type { Clock } from '../clock.ts'
import type { AccountState } from './account-state.ts'

/** Active Directory says by sub-codes why it refused, and lets some in all the same whom these attributes keep out. */
export function activeDirectoryState(clock: Clock): AccountState {
  return {
    attributes: ['userAccountControl', 'accountExpires', 'pwdLastSet'],
    obstacle(entry) {
      const control = entry.text('userAccountControl')
      // Every account has it. Where it is hidden, nobody can tell who is disabled, and a guess would let them in.
      if (control === undefined) throw new Error(`the userAccountControl of ${entry.dn} cannot be read`)
      if (Number(control) & ACCOUNT_DISABLED) return 'disabled'
      const expires = entry.text('accountExpires') ?? NEVER
      if (!/^(?:0|9223372036854775807)$/.test(expires) && unixTime(expires) <= clock()) return 'the account has expired'
      if (entry.text('pwdLastSet') === '0') return 'must change the password first'
      return undefined
    },
    refusal: async () => undefined,
  }
}

const ACCOUNT_DISABLED = 2
const NEVER = '0'

/** From a FILETIME: tenths of microseconds since 1601. */
function unixTime(fileTime: string): number {
  return Number(BigInt(fileTime) / 10_000n) - 11_644_473_600_000
}
