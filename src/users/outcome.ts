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

/**
 * Returns the outcome for a right password, with the account.
 *
 * ```ts
 * import { accepted } from 'ostiary'
 *
 * accepted({ id: '4711', name: 'anna', description: 'Anna Berg', roles: ['Editor'] })
 * ```
 *
 * @throws {TypeError} when a field of the account is invalid, such as an empty name.
 */
export function accepted(account: AccountInput): Outcome {
  return { outcome: 'accepted', account: createAccount(account) }
}

/**
 * Returns the outcome for a name that the source lacks. The next source is asked.
 *
 * ```ts
 * import { accepted, defineUserSource, rejected, unknown } from 'ostiary'
 *
 * const kiosk = defineUserSource('kiosk', async ({ username, password }) => {
 *   if (username !== 'kiosk') return unknown()
 *   return password === process.env.KIOSK_PIN ? accepted({ name: 'kiosk' }) : rejected()
 * })
 * ```
 */
export function unknown(): Outcome {
  return UNKNOWN
}

/**
 * Returns the outcome for a wrong password of a known name.
 *
 * ```ts
 * import { rejected } from 'ostiary'
 *
 * rejected({ accountId: '4711' })
 * ```
 *
 * @param found The account that the name found.
 */
export function rejected(found?: Required<FoundAccount>): Outcome {
  return found === undefined ? REJECTED : { outcome: 'rejected', accountId: found.accountId }
}

/**
 * Returns the outcome for a person who is known and refused: locked, disabled, expired.
 *
 * ```ts
 * import { blocked } from 'ostiary'
 *
 * blocked('the contract has ended', { accountId: '4711' })
 * ```
 *
 * @param reason For the log only.
 * @param found The account that the name found.
 */
export function blocked(reason: string, found?: Required<FoundAccount>): Outcome {
  return { outcome: 'blocked', reason, ...(found && { accountId: found.accountId }) }
}

/**
 * Returns the outcome for a source that cannot decide now, such as a directory that is down.
 *
 * ```ts
 * import { unavailable } from 'ostiary'
 *
 * unavailable(new Error('the directory did not answer'))
 * ```
 *
 * @param cause For the log only.
 */
export function unavailable(cause: unknown): Outcome {
  return { outcome: 'unavailable', cause }
}

const UNKNOWN: Outcome = Object.freeze({ outcome: 'unknown' })
const REJECTED: Outcome = Object.freeze({ outcome: 'rejected' })
