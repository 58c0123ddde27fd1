import { type Account, type AccountInput, createAccount } from './account.ts'

/**
 * What a source answers: a value, never an exception. Expected things happen all day; exceptions are for faults, and
 * whatever a source throws counts as `unavailable`.
 */
export type Outcome =
  | { readonly outcome: 'accepted'; readonly account: Account }
  | { readonly outcome: 'unknown' }
  | { readonly outcome: 'rejected'; readonly accountId?: string }
  | { readonly outcome: 'blocked'; readonly reason: string; readonly accountId?: string }
  | { readonly outcome: 'unavailable'; readonly cause: unknown }

/** The password is right, and this is who it is. */
export function accepted(account: AccountInput): Outcome {
  return { outcome: 'accepted', account: createAccount(account) }
}

/** Nobody of that name lives here. */
export function unknown(): Outcome {
  return UNKNOWN
}

/**
 * The name lives here, and the password is wrong. With the `accountId` that the name was found to be, all names of one
 * account share the limits of guesses.
 */
export function rejected(found?: Found): Outcome {
  return found ? { outcome: 'rejected', accountId: found.accountId } : REJECTED
}

/** The person lives here and may not come in: locked, disabled, expired. The reason is for the log only. */
export function blocked(reason: string, found?: Found): Outcome {
  return found ? { outcome: 'blocked', reason, accountId: found.accountId } : { outcome: 'blocked', reason }
}

/** The source cannot tell now. The cause is for the log only. */
export function unavailable(cause: unknown): Outcome {
  return { outcome: 'unavailable', cause }
}

interface Found {
  /** The id that the account has within the source. */
  readonly accountId: string
}

const UNKNOWN: Outcome = Object.freeze({ outcome: 'unknown' })
const REJECTED: Outcome = Object.freeze({ outcome: 'rejected' })
