import type { Role } from '../policy/role.ts'
import type { JsonValue } from './account.ts'
import type { AccountEvents } from './account-events.ts'
import type { UserSource } from './user-source.ts'
import type { UserTransfer } from './user-transfer.ts'

/**
 * User management: what the command line and an application's own pages do with accounts that live with us.
 *
 * A user is named by user name; every spelling of it will do. What changes an account has taken effect on live
 * sessions when its promise resolves. Changing an account and ending its sessions are two steps: after a
 * `SessionUnavailableError` the account is changed, its sessions may live on, and the call should be repeated.
 * After a `delete`, which cannot be repeated, end them with `auth.sessions.revoke({ user })`.
 */
export interface ManagedUsers {
  /**
   * @throws UserExistsError, InvalidUsernameError, PasswordRefusedError, UnknownRoleError; TypeError and
   * CookieTooLargeError as `edit` does.
   */
  add(user: NewUser): Promise<ManagedUser>
  /**
   * Signs the user out everywhere, too. @throws UserNotFoundError, and so do all below but `get` and `list`;
   * SessionUnavailableError when the user is gone and the sessions could not be ended.
   */
  delete(username: string): Promise<void>
  get(username: string): Promise<ManagedUser | undefined>
  /** One page of users, in the order of their canonical names. */
  list(page?: { readonly after?: string; readonly limit?: number }): Promise<UserPage>
  /**
   * Signs the user out everywhere, but for `keepSession`, the id of one of the user's sessions: that of a user who
   * changes the own password. @throws PasswordRefusedError; SessionUnavailableError when the password is changed and the
   * sessions could not be ended.
   */
  setPassword(username: string, password: string, options?: { readonly keepSession?: string }): Promise<void>
  /** Resolves to true when this is the user's password, even for a disabled user. */
  verifyPassword(username: string, password: string): Promise<boolean>
  /**
   * Replaces the user's roles. @throws UnknownRoleError that lists the known ones; CookieTooLargeError when a session of
   * a user with more roles would not fit into a cookie; SessionUnavailableError when the
   * roles are changed and live sessions could not be told.
   */
  setRoles(username: string, roles: readonly (Role | string)[]): Promise<void>
  /**
   * Makes a superuser, or an ordinary user. @throws SessionUnavailableError when that is changed and live sessions
   * could not be told.
   */
  setSuperuser(username: string, superuser: boolean): Promise<void>
  /**
   * Changes what describes the user: what is left out stays as it is, and `properties` replaces all of them. Resolves to
   * the user as it is then.
   *
   * ```ts
   * await auth.users.edit('anna', { description: 'Front desk', properties: { room: '4.12' } })
   * ```
   *
   * @throws TypeError when a description is no text, or the properties are no object of JSON values;
   * CookieTooLargeError when a session of the user would not fit into a cookie;
   * SessionUnavailableError when that is changed and live sessions could not be told.
   */
  edit(username: string, changes: UserChanges): Promise<ManagedUser>
  /**
   * Keeps the account, lets nobody in with it, and signs the user out everywhere. @throws SessionUnavailableError when
   * the user is disabled and the sessions could not be ended.
   */
  disable(username: string): Promise<void>
  /** Lets a disabled user sign in again. */
  enable(username: string): Promise<void>
}

/** A user to be added. Only the name is a must. */
export interface NewUser {
  readonly username: string
  /** Without one the account exists, and nobody can sign in with it until it has one. */
  readonly password?: string
  readonly description?: string
  readonly roles?: readonly (Role | string)[]
  readonly superuser?: boolean
  readonly properties?: Readonly<Record<string, JsonValue>>
}

/** The changes of `edit`. */
export type UserChanges = Partial<Pick<ManagedUser, 'description' | 'properties'>>

/** A user as user management shows it. The password hash is not part of it. */
export interface ManagedUser {
  /** Within its source. A user who is deleted and added again has another one. */
  readonly id: string
  /** As it was first written. */
  readonly username: string
  readonly description: string
  readonly roles: readonly string[]
  readonly superuser: boolean
  readonly disabled: boolean
  readonly hasPassword: boolean
  readonly properties: Readonly<Record<string, JsonValue>>
  readonly createdAt: Date
}

/** Some of the users, and where the next ones begin. */
export interface UserPage {
  readonly users: readonly ManagedUser[]
  /** The value of `after` for the next page. Null on the last page. */
  readonly next: string | null
}

/** A source whose accounts this application manages itself. */
export interface ManagedUserSource extends UserSource, ManagedUsers {
  /** Called by `createAuth`: which roles there are, and whom to tell of every change before it is reported as done. */
  join(listener: AccountEvents): void
  /** Many accounts at a time, with their password hashes, where the source can. */
  readonly transfer?: UserTransfer
}

export function isManagedUserSource(source: UserSource): source is ManagedUserSource {
  return 'join' in source && typeof source.join === 'function'
}
