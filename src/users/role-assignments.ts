import type { Role } from '../policy/role.ts'
import type { AccountEvents } from './account-events.ts'

/**
 * What the application itself says about people of any source: roles beside those that the source gives, and whether
 * they may come in at all. So a directory says who somebody is, and the application what they may do.
 *
 * A change has taken effect on live sessions when its promise resolves.
 */
export interface RoleAssignments {
  /** True when several machines can share it, as for a user source. */
  readonly shared?: boolean
  /** Resolves to the assignment of a person, by `source:id`. */
  find(userId: string): Promise<RoleAssignment | undefined>
  /** One page, in the order of the user ids. */
  list(page?: { readonly after?: string; readonly limit?: number }): Promise<RoleAssignmentPage>
  /** Replaces the roles that are given here; those of the source stay. @throws UnknownRoleError that lists the known ones. */
  setRoles(userId: string, roles: readonly (Role | string)[]): Promise<void>
  /** Lets the person in no more, whatever the source says, and signs them out everywhere. */
  disable(userId: string): Promise<void>
  enable(userId: string): Promise<void>
  /** Keeps a word about it, for whoever looks at this later. */
  setNote(userId: string, note: string): Promise<void>
  /** Forgets all that is said of the person. Whether there was anything. */
  clear(userId: string): Promise<boolean>
  /** Called by `createAuth`: which roles there are, and whom to tell of every change before it is reported as done. */
  join(listener: AccountEvents): void
  /** Makes ready: opens, migrates. */
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
