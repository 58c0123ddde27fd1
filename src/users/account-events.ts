import type { Account } from './account.ts'

/** The one place that is told what happens to accounts. `createAuth` gives one to every source that manages accounts. */
export interface AccountEvents {
  /** `'any'` where the code's roles are not at hand: then every role name counts as known. */
  readonly roleNames: readonly string[] | 'any'
  /**
   * Resolves when the change has taken effect on live sessions. Called once the change is stored.
   *
   * @throws {SessionUnavailableError} when the session store does not answer. The change stays stored.
   */
  accountChanged(change: AccountChange): Promise<void>
  /**
   * Checks the size of an account.
   *
   * @throws {CookieTooLargeError} when an account of the source has grown too large for a session cookie.
   */
  assertFits?(source: string, account: Account): void
  /** Called once a transaction, in place of one call for each account that it added. */
  accountsImported?(added: { readonly source: string; readonly users: number; readonly superusers: number }): void
}

/** A change to an account. `details`: its description or its properties. */
export interface AccountChange {
  readonly kind: 'added' | 'deleted' | 'password' | 'roles' | 'superuser' | 'disabled' | 'enabled' | 'details'
  /** `source:id`. */
  readonly userId: string
  readonly username: string
  /** The one session of the user that lives on when the others end. */
  readonly keepSession?: string
}
