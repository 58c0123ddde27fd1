import type { Role } from '../policy/role.ts'
import type { AccountEvents } from './account-events.ts'

/**
 * Roles and states that the application gives to people of any source, beside the roles of the source. A directory
 * then says who a person is, and the application says what the person may do.
 *
 * A person is named by `source:id`. A change has taken effect on live sessions when its promise resolves.
 */
export interface RoleAssignments {
  /** True when several machines can share it, as for a user source. */
  readonly shared?: boolean
  /**
   * Resolves to the assignment of a person. Undefined when there is none.
   *
   * @throws {DatabaseError} when the database cannot be opened or brought up to date.
   */
  find(userId: string): Promise<RoleAssignment | undefined>
  /**
   * Resolves to one page, in the order of the user ids.
   *
   * @throws {DatabaseError} when the database cannot be opened or brought up to date.
   */
  list(page?: { readonly after?: string; readonly limit?: number }): Promise<RoleAssignmentPage>
  /**
   * Replaces the assigned roles. The roles of the source stay.
   *
   * @throws {UnknownRoleError} when a role is undeclared. The message lists the declared roles.
   * @throws {TypeError} when the id is anything else than `source:id`.
   * @throws {SessionUnavailableError} when the roles are changed, and live sessions could not be updated.
   * @throws {DatabaseError} when the database cannot be opened or brought up to date.
   */
  setRoles(userId: string, roles: readonly (Role | string)[]): Promise<void>
  /**
   * Refuses every login of a person, whatever the source says, and ends the person's sessions.
   *
   * @throws {TypeError} when the id is anything else than `source:id`.
   * @throws {SessionUnavailableError} when the person is disabled, and the sessions could not be ended.
   * @throws {DatabaseError} when the database cannot be opened or brought up to date.
   */
  disable(userId: string): Promise<void>
  /**
   * Lets a disabled person sign in again.
   *
   * @throws {TypeError} when the id is anything else than `source:id`.
   * @throws {DatabaseError} when the database cannot be opened or brought up to date.
   */
  enable(userId: string): Promise<void>
  /**
   * Stores a note for whoever reads the assignment later.
   *
   * @throws {TypeError} when the id is anything else than `source:id`.
   * @throws {DatabaseError} when the database cannot be opened or brought up to date.
   */
  setNote(userId: string, note: string): Promise<void>
  /**
   * Deletes the assignment of a person. Resolves to true when there was one.
   *
   * @throws {SessionUnavailableError} when the assignment is deleted, and live sessions could not be updated.
   * @throws {DatabaseError} when the database cannot be opened or brought up to date.
   */
  clear(userId: string): Promise<boolean>
  /** Called by `createAuth`: which roles there are, and whom to tell of every change before it is reported as done. */
  join(listener: AccountEvents): void
  /**
   * Opens the store, and brings its tables up to date.
   *
   * @throws {DatabaseError} when the database cannot be opened, or a migration fails.
   */
  ready?(): Promise<void>
}

/** The assignment of one person. */
export interface RoleAssignment {
  /** `source:id`. */
  readonly userId: string
  readonly roles: readonly string[]
  readonly disabled: boolean
  readonly note: string
  readonly changedAt: Date
}

/** A page of assignments. */
export interface RoleAssignmentPage {
  readonly assignments: readonly RoleAssignment[]
  /** The value of `after` for the next page. Null on the last page. */
  readonly next: string | null
}
