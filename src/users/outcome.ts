import { type Account, type AccountInput, createAccount } from './account.ts'

/**
 * The answer of a source: a value rather than an exception. Expected things happen all day; exceptions are for faults, and
 * whatever a source throws counts as `unavailable`.
 */
export type Outcome =
  | { readonly outcome: 'accepted'; readonly account: Account }
  | { readonly outcome: 'unknown' }
  | ({ readonly outcome: 'rejected' } & FoundAccount)
  | ({ readonly outcome: 'blocked'; readonly reason: string } & FoundAccount)
  | { readonly outcome: 'unavailable'; readonly cause: unknown }

/** The account that a name found, where the source can say which. */
export interface FoundAccount {
  /**
   * The id of the account within the source. Attempts are counted under the account as well as under the name.
   *
   * Why: many sources find one account under many spellings of its name, such as a telephone number with blanks.
   */
  readonly accountId?: string
}

/** The password is right, and this is who it is. */
export function accepted(account: AccountInput): Outcome {
  return { outcome: 'accepted', account: createAccount(account) }
}

/** Nobody of that name lives here. */
export function unknown(): Outcome {
  return UNKNOWN
}

/** The name lives here, and the password is wrong. `found` says which account the name found. */
export function rejected(found?: Required<FoundAccount>): Outcome {
  return found === undefined ? REJECTED : { outcome: 'rejected', accountId: found.accountId }
}

/**
 * The person lives here and may not come in: locked, disabled, expired. The reason is for the log only. `found` says
 * which account the name found.
 */
export function blocked(reason: string, found?: Required<FoundAccount>): Outcome {
  return { outcome: 'blocked', reason, ...(found && { accountId: found.accountId }) }
}

/** The source cannot tell now. The cause is for the log only. */
export function unavailable(cause: unknown): Outcome {
  return { outcome: 'unavailable', cause }
}

const UNKNOWN: Outcome = Object.freeze({ outcome: 'unknown' })
const REJECTED: Outcome = Object.freeze({ outcome: 'rejected' })
