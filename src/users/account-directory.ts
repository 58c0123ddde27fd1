import type { RoleRegistry } from '../policy/role-registry.ts'
import type { Account } from './account.ts'
import type { Outcome } from './outcome.ts'
import type { RoleAssignment, RoleAssignments } from './role-assignments.ts'
import type { SourceChain } from './source-chain.ts'
import type { TestPeople } from './test-people.ts'
import { User } from './user.ts'

/** The accounts of all sources, as sessions and logins ask for them once the password has been checked. */
export interface AccountDirectory {
  /** Resolves to how the account stands now; null when its source cannot tell without a password. */
  lookup(userId: string): Promise<Outcome | null>
  /** Resolves to what the application says about the person. Undefined when it says nothing. */
  assignment(userId: string): Promise<Assignment | undefined>
  /** Returns whether accounts of this source may be signed in. */
  hasSource(name: string): boolean
  /** Returns the user of a signed-in account, with what its role names mean by the code. */
  userOf(signedIn: SignedInAccount): User
}

/** The part of a role assignment that counts for a session. */
export type Assignment = Pick<RoleAssignment, 'roles' | 'disabled'>

/** The part of a session that makes a user. */
export interface SignedInAccount {
  readonly source: string
  readonly account: Account
  readonly assignedRoles?: readonly string[]
  /** When the password was accepted: milliseconds since 1970-01-01 UTC. */
  readonly startedAt: number
}

interface DirectoryParts {
  readonly chain: Pick<SourceChain, 'lookup' | 'hasSource'>
  readonly roleRegistry: Pick<RoleRegistry, 'roleSet'>
  readonly roleAssignments: RoleAssignments | undefined
  /** People whom only tests know. Undefined in production. */
  readonly testPeople: TestPeople | undefined
}

/** Joins the source chain, the role assignments and the declared roles into one directory. */
export function createAccountDirectory(parts: DirectoryParts): AccountDirectory {
  const { chain, roleRegistry, roleAssignments, testPeople } = parts
  return {
    lookup: async (userId) => testPeople?.find(userId) ?? chain.lookup(userId),
    assignment: async (userId) => roleAssignments?.find(userId),
    hasSource: (name) => chain.hasSource(name) || testPeople?.hasSource(name) === true,
    userOf: ({ source, account, assignedRoles = [], startedAt }) =>
      new User(source, account, roleRegistry.roleSet([...account.roles, ...assignedRoles]), startedAt),
  }
}
