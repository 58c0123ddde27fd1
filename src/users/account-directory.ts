import { SessionUnavailableError } from '../errors.ts'
import { limitTo, type RoleRegistry } from '../policy/role-registry.ts'
import type { Account } from './account.ts'
import type { Outcome } from './outcome.ts'
import type { RoleAssignment, RoleAssignments } from './role-assignments.ts'
import type { SourceChain } from './source-chain.ts'
import type { TestPeople } from './test-people.ts'
import { splitUserId, User } from './user.ts'

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
  /**
   * Returns the user of an account that came with a credential other than a session: without methods, and with an
   * unknown time of login. Scopes limit the permissions, and leave no role.
   */
  credentialUser(signedIn: Omit<SignedInAccount, 'startedAt' | 'methods'>, scopes?: readonly string[]): User
  /** Resolves to the present user of an account. Undefined when the user may not sign in, or is unknown. */
  presentUser(userId: string, scopes?: readonly string[]): Promise<User | undefined>
}

/** The part of the directory that sessions ask. */
export type SessionDirectory = Pick<AccountDirectory, 'lookup' | 'assignment' | 'hasSource' | 'userOf'>

/** The part of a role assignment that counts for a session. */
export type Assignment = Pick<RoleAssignment, 'roles' | 'disabled'>

/** The part of a session that makes a user. */
export interface SignedInAccount {
  readonly source: string
  readonly account: Account
  readonly assignedRoles?: readonly string[]
  /** When the password was accepted: milliseconds since 1970-01-01 UTC. */
  readonly startedAt: number
  /** The methods by which the identity was proved, each with its time. Missing: the password, when the session started. */
  readonly methods?: Readonly<Record<string, number>>
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
  const rolesOf = (account: Account, assignedRoles: readonly string[] = []) =>
    roleRegistry.roleSet([...account.roles, ...assignedRoles])

  const directory: AccountDirectory = {
    lookup: async (userId) => testPeople?.find(userId) ?? chain.lookup(userId),
    assignment: async (userId) => roleAssignments?.find(userId),
    hasSource: (name) => chain.hasSource(name) || testPeople?.hasSource(name) === true,

    userOf({ source, account, assignedRoles, startedAt, methods = Object.freeze({ password: startedAt }) }) {
      // The oldest proof counts. Why: a second factor that was added later leaves the password as old as it is.
      const authenticatedAt = Math.min(startedAt, ...Object.values(methods))
      return new User(source, account, rolesOf(account, assignedRoles), authenticatedAt, methods)
    },

    credentialUser({ source, account, assignedRoles }, scopes) {
      const roleSet = rolesOf(account, assignedRoles)
      if (scopes === undefined) return new User(source, account, roleSet)
      const limited = limitTo(scopes, account.superuser ? 'all' : roleSet.permissionNames)
      return new User(source, { ...account, superuser: false }, limited)
    },

    async presentUser(userId, scopes) {
      const [answer, assigned] = await Promise.all([
        directory.lookup(userId),
        directory.assignment(userId).catch((cause: unknown) => {
          throw new SessionUnavailableError('The role assignments do not answer.', { cause })
        }),
      ])
      if (answer?.outcome === 'unavailable') {
        throw new SessionUnavailableError('The source of a user does not answer.', { cause: answer.cause })
      }
      if (answer?.outcome !== 'accepted' || assigned?.disabled) return undefined
      const { source } = splitUserId(userId)
      return directory.credentialUser({ source, account: answer.account, assignedRoles: assigned?.roles ?? [] }, scopes)
    },
  }
  return directory
}
