import type { Account } from '../users/account.ts'
import type { UserSource } from '../users/user-source.ts'

/** A fresh source, and the accounts that the tests need. */
export interface UserSourceUnderTest {
  readonly source: UserSource
  /**
   * A user who may sign in. The password must be absent from all other fields of the account, even as a part of a word.
   */
  readonly accepted: KnownCredentials & {
    /** Further fields of the login form, for a source that reads more than the two. */
    readonly fields?: Readonly<Record<string, string>>
  }
  /** The expected account. Omitted fields are not compared. */
  readonly expectedAccount?: Partial<Account>
  /** An unknown user name. Names with quotes, brackets, `*`, `%` or `/` must be unknown, too. */
  readonly unknown: string
  /** A user with the right password who must not sign in. When it is missing, the tests of blocking are skipped. */
  readonly blocked?: KnownCredentials & {
    /** For {@link UserSource.lookup}. */
    readonly id?: string
  }
  /** Texts that every answer must hide besides passwords of users, such as the password of a service account. */
  readonly secrets?: readonly string[]
  /**
   * Makes the source unable to answer: stops its server, or removes its table. When it is missing, the tests of outages
   * are skipped.
   */
  breakDown?(): Promise<void>
  /** Removes everything that the factory made. The source is closed by then. */
  teardown?(): Promise<void>
}

/** Makes a source. Called once for every test. */
export type UserSourceFactory = () => UserSourceUnderTest | Promise<UserSourceUnderTest>

/** A user name, and the password of that user. */
export interface KnownCredentials {
  readonly username: string
  readonly password: string
}
