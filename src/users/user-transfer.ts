import type { JsonValue } from './account.ts'

/** A user on the way into or out of a source, with the password hash: whoever reads it can try passwords on it. */
export interface TransferUser {
  readonly username: string
  /** Within its source. Only for a user who is not there yet; default: a new one. */
  readonly id?: string
  /** As another system made it, or null for none. */
  readonly passwordHash?: string | null
  readonly description?: string
  readonly roles?: readonly string[]
  readonly superuser?: boolean
  readonly disabled?: boolean
  readonly properties?: Readonly<Record<string, JsonValue>>
  /** Milliseconds since 1970, and so is the next. Default: now. */
  readonly createdAt?: number
  readonly changedAt?: number
}

/** A user with nothing left out. */
export type CompleteUser = Required<TransferUser>

/**
 * What became of a user. `unchanged`: there already, just like that. `rejected`: nothing of it was stored. `noted`: it was
 * updated, and something is left to do.
 */
export type TransferResult =
  | { readonly outcome: 'added' | 'unchanged' | 'updated' | 'skipped' }
  | { readonly outcome: 'rejected' | 'noted'; readonly reason: string }

/** What to do about a user who is there already, and not just like that. */
export type WhenDifferent = 'reject' | 'update' | 'skip'

/** The rules of an import. */
export interface ImportRules {
  /** Default: `reject`. */
  readonly whenDifferent?: WhenDifferent
  /** Says what would become of them, and stores nothing. For more than one call, see {@link UserTransfer.rehearse}. */
  readonly dryRun?: boolean
}

/** A dry run of several calls. It remembers the users that would have been added or changed. */
export interface ImportRehearsal {
  /**
   * Says what would become of users if all calls before had stored theirs. Stores nothing.
   *
   * @throws {DatabaseError} when the database cannot be opened or brought up to date.
   */
  importUsers(users: readonly TransferUser[]): Promise<readonly TransferResult[]>
}

/** Moving accounts in and out, many at a time. */
export interface UserTransfer {
  /**
   * Stores users, all of them in one transaction, and says of each in turn what became of it. What a user does not say
   * stays as it is, and is empty for a new one. Hashes are stored as they are, without a look at the password policy.
   * One that cannot be verified is rejected, and so are names that nobody can have and roles that the code does not
   * declare. Nothing that is rejected keeps the others out.
   *
   * An update is in effect on live sessions when the promise resolves.
   *
   * @throws {DatabaseError} when the database cannot be opened or brought up to date.
   */
  importUsers(users: readonly TransferUser[], options?: ImportRules): Promise<readonly TransferResult[]>
  /** Begins a dry run of several calls. Without it, only users of one call are compared with each other. */
  rehearse?(options?: Pick<ImportRules, 'whenDifferent'>): ImportRehearsal
  /**
   * All users, in the order of their canonical names. They are read a page at a time, and not all at one moment.
   *
   * @throws {DatabaseError} when the database cannot be opened or brought up to date.
   */
  exportUsers(): AsyncIterable<CompleteUser>
  /**
   * Resolves to the number of users.
   *
   * @throws {DatabaseError} when the database cannot be opened or brought up to date.
   */
  count(): Promise<number>
}
