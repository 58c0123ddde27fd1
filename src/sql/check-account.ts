import { CookieTooLargeError } from '../errors.ts'
import { type Account, type AccountInput, createAccount } from '../users/account.ts'
import type { AccountEvents } from '../users/account-events.ts'

type Listeners = Iterable<Pick<AccountEvents, 'assertFits'>>

/**
 * Checks a local user before it is stored: the rules for accounts of a source, and the size of a cookie.
 *
 * @throws {TypeError} when the user breaks a rule for accounts.
 * @throws {CookieTooLargeError} when the account is too large for a cookie, so that every login would fail.
 */
export function checkAccount(source: string, input: AccountInput, listeners: Listeners): Account {
  if (input.properties !== undefined) writeProperties(input.properties)
  const account = createAccount(input)
  for (const listener of listeners) listener.assertFits?.(source, account)
  return account
}

/**
 * Checks a user who changes. One who did not fit before passes. Why: rights can be taken away from everybody.
 *
 * @throws {CookieTooLargeError} when only the user before the change fits into a cookie.
 */
export function assertStillFits(source: string, before: Account, after: Account, listeners: Listeners): void {
  for (const listener of listeners) {
    const fault = whyUnfit(listener, source, after)
    if (fault && !whyUnfit(listener, source, before)) throw fault
  }
}

function whyUnfit(
  listener: Pick<AccountEvents, 'assertFits'>,
  source: string,
  account: Account,
): CookieTooLargeError | undefined {
  try {
    listener.assertFits?.(source, account)
    return undefined
  } catch (error) {
    if (error instanceof CookieTooLargeError) return error
    throw error
  }
}

/**
 * Writes properties as JSON.
 *
 * @throws {UnwritableNumberError} for a number that JSON cannot write, such as one beyond 1.8e308. Why: it would become
 * null.
 */
export function writeProperties(properties: object): string {
  return JSON.stringify(properties, (_, value: unknown) => {
    if (typeof value === 'number' && !Number.isFinite(value)) throw new UnwritableNumberError()
    return value
  })
}

export class UnwritableNumberError extends TypeError {
  constructor() {
    super('The properties hold a number that is none, or too large.')
  }
}
