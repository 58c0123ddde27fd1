import type { Role } from '../policy/role.ts'
import type { JsonValue } from './account.ts'
import type { AccountEvents } from './account-events.ts'
import type { UserSource } from './user-source.ts'
import type { UserTransfer } from './user-transfer.ts'

/**
 * User management: the actions of the command line, and of an application's own pages, on accounts that Ostiary stores.
 *
 * Every spelling of a user name finds the user. A change has taken effect on live sessions when its promise resolves.
 *
 * Changing an account and ending its sessions are two steps. After a `SessionUnavailableError` the account is changed,
 * and its sessions may be alive: call again. A `delete` cannot be repeated: call `auth.sessions.revoke({ user })`.
 */
export interface ManagedUsers {
  /**
   * Adds a user. Resolves to the stored user.
   *
   * @throws {UserExistsError} when the name is taken.
   * @throws {InvalidUsernameError} when nobody can have such a name.
   * @throws {UnknownRoleError} when a role is undeclared. The message lists the declared roles.
   * @throws {PasswordRefusedError} when the password policy refuses the password.
   * @throws {HashingBusyError} when too many hashes wait already.
   * @throws {TypeError} when the description is no text, or the properties are no object of JSON values.
   * @throws {CookieTooLargeError} when a session of the user would be too large for a cookie.
   * @throws {DatabaseError} when the database cannot be opened or brought up to date.
   */
  add(user: NewUser): Promise<ManagedUser>
  /**
   * Deletes a user, and ends the user's sessions.
   *
   * @throws {UserNotFoundError} when the user is unknown.
   * @throws {InvalidUsernameError} when nobody can have such a name.
   * @throws {SessionUnavailableError} when the user is deleted, and the sessions could not be ended.
   * @throws {DatabaseError} when the database cannot be opened or brought up to date.
   */
  delete(username: string): Promise<void>
  /**
   * Resolves to a user. Undefined when the user is unknown.
   *
   * @throws {InvalidUsernameError} when nobody can have such a name.
   * @throws {DatabaseError} when the database cannot be opened or brought up to date.
   */
  get(username: string): Promise<ManagedUser | undefined>
  /**
   * Resolves to one page of users, in the order of their canonical names.
   *
   * @throws {DatabaseError} when the database cannot be opened or brought up to date.
   */
  list(page?: { readonly after?: string; readonly limit?: number }): Promise<UserPage>
  /**
   * Sets a new password, and ends the user's sessions. `keepSession` is the id of one session that stays alive: the
   * session in which the user changes the own password.
   *
   * @throws {UserNotFoundError} when the user is unknown.
   * @throws {InvalidUsernameError} when nobody can have such a name.
   * @throws {PasswordRefusedError} when the password policy refuses the password.
   * @throws {HashingBusyError} when too many hashes wait already.
   * @throws {SessionUnavailableError} when the password is changed, and the sessions could not be ended.
   * @throws {DatabaseError} when the database cannot be opened or brought up to date.
   */
  setPassword(username: string, password: string, options?: { readonly keepSession?: string }): Promise<void>
  /**
   * Resolves to true when this is the user's password, even for a disabled user.
   *
   * @throws {UserNotFoundError} when the user is unknown.
   * @throws {InvalidUsernameError} when nobody can have such a name.
   * @throws {UnsupportedHashError} when the stored hash is uncheckable.
   * @throws {HashingBusyError} when too many hashes wait already.
   * @throws {DatabaseError} when the database cannot be opened or brought up to date.
   */
  verifyPassword(username: string, password: string): Promise<boolean>
  /**
   * Replaces the user's roles.
   *
   * @throws {UnknownRoleError} when a role is undeclared. The message lists the declared roles.
   * @throws {UserNotFoundError} when the user is unknown.
   * @throws {InvalidUsernameError} when nobody can have such a name.
   * @throws {CookieTooLargeError} when more roles would make a session of the user too large for a cookie.
   * @throws {SessionUnavailableError} when the roles are changed, and live sessions could not be updated.
   * @throws {DatabaseError} when the database cannot be opened or brought up to date.
   */
  setRoles(username: string, roles: readonly (Role | string)[]): Promise<void>
  /**
   * Makes the user a superuser, or an ordinary user.
   *
   * @throws {UserNotFoundError} when the user is unknown.
   * @throws {InvalidUsernameError} when nobody can have such a name.
   * @throws {SessionUnavailableError} when the user is changed, and live sessions could not be updated.
   * @throws {DatabaseError} when the database cannot be opened or brought up to date.
   */
  setSuperuser(username: string, superuser: boolean): Promise<void>
  /**
   * Changes the description or the properties of a user. A field that is left out stays as it is; `properties`
   * replaces all properties. Resolves to the changed user.
   *
   * ```ts
   * import type { Auth } from 'ostiary'
   *
   * export async function moveToFrontDesk(auth: Auth) {
   *   await auth.users?.edit('anna', { description: 'Front desk', properties: { room: '4.12' } })
   * }
   * ```
   *
   * @throws {UserNotFoundError} when the user is unknown.
   * @throws {InvalidUsernameError} when nobody can have such a name.
   * @throws {TypeError} when the description is no text, or the properties are no object of JSON values.
   * @throws {CookieTooLargeError} when a session of the user would be too large for a cookie.
   * @throws {SessionUnavailableError} when the user is changed, and live sessions could not be updated.
   * @throws {DatabaseError} when the database cannot be opened or brought up to date.
   */
  edit(username: string, changes: UserChanges): Promise<ManagedUser>
  /**
   * Disables a user, and ends the user's sessions. The account stays, and every login of the user is refused.
   *
   * @throws {UserNotFoundError} when the user is unknown.
   * @throws {InvalidUsernameError} when nobody can have such a name.
   * @throws {SessionUnavailableError} when the user is disabled, and the sessions could not be ended.
   * @throws {DatabaseError} when the database cannot be opened or brought up to date.
   */
  disable(username: string): Promise<void>
  /**
   * Lets a disabled user sign in again.
   *
   * @throws {UserNotFoundError} when the user is unknown.
   * @throws {InvalidUsernameError} when nobody can have such a name.
   * @throws {DatabaseError} when the database cannot be opened or brought up to date.
   */
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
