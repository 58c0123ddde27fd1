import type { Clock } from '../clock.ts'
import { activeDirectoryState } from './active-directory-state.ts'
import type { Entry } from './entry.ts'
import type { Search } from './find-person.ts'
import type { LdapAccountState } from './options.ts'
import { passwordPolicyState } from './password-policy-state.ts'

/** What a directory writes into an entry about who may come in. Answers are reasons for the log, or undefined. */
export interface AccountState {
  readonly attributes: readonly string[]
  /** Why somebody may not come in, the right password or not. Asked after a login and for live sessions. */
  obstacle(entry: Entry): string | undefined
  /**
   * Why a password may have been refused although it was right. A lockout is among these and not an obstacle: anybody can
   * cause one by typing wrong passwords, and nobody's session shall end by that.
   */
  refusal(entry: Entry, search: Search): Promise<string | undefined>
}

export function accountState(kind: LdapAccountState, clock: Clock, passwordPolicy: string | undefined): AccountState {
  if (kind === 'ppolicy') return passwordPolicyState(clock, passwordPolicy)
  if (kind === 'activeDirectory') return activeDirectoryState(clock)
  return { attributes: [], obstacle: () => undefined, refusal: async () => undefined }
}
