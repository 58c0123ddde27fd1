import type { Clock } from '../clock.ts'
import { activeDirectoryState } from './active-directory-state.ts'
import type { Entry } from './entry.ts'
import type { Search } from './find-person.ts'
import type { LdapAccountState } from './options.ts'
import { passwordPolicyState } from './password-policy-state.ts'

/** The state of accounts, as a directory stores it in entries. The methods return reasons for the log, or undefined. */
export interface AccountState {
  readonly attributes: readonly string[]
  /**
   * Returns the reason why a user may not sign in, even with the right password. Asked after a login and for live
   * sessions.
   */
  obstacle(entry: Entry): string | undefined
  /**
   * Returns the reason why a right password may have been refused. A lockout is a refusal rather than an obstacle. Why:
   * anybody can cause a lockout with wrong passwords, which must not end the user's sessions.
   */
  refusal(entry: Entry, search: Search): Promise<string | undefined>
}

export function accountState(kind: LdapAccountState, clock: Clock, passwordPolicy: string | undefined): AccountState {
  if (kind === 'ppolicy') return passwordPolicyState(clock, passwordPolicy)
  if (kind === 'activeDirectory') return activeDirectoryState(clock)
  return { attributes: [], obstacle: () => undefined, refusal: async () => undefined }
}
