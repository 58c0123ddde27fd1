import { ConfigurationError } from '../errors.ts'
import type { Account } from './account.ts'
import { accepted, type Outcome } from './outcome.ts'
import { splitUserId, type User } from './user.ts'

/** People whom no source knows and who are signed in without a password: for tests, and never in production. */
export interface TestPeople {
  /** Lets somebody exist. Returns the account to sign in. */
  add(user: User): { readonly source: string; readonly account: Account }
  /** How the account stands: as it was added last. Undefined for everybody else. */
  find(userId: string): Outcome | undefined
  hasSource(name: string): boolean
}

/** @param roleNames What the application calls its roles. */
export function createTestPeople(roleNames: readonly string[]): TestPeople {
  const people = new Map<string, Account>()
  const sources = new Set<string>()

  return {
    add(user) {
      const { id, source } = user
      if (id === null || source === null)
        throw new ConfigurationError('signInAs() needs somebody who is signed in: testUser(), and not ANONYMOUS.')
      const roles = [...user.roleNames]
      const unknown = roles.filter((name) => !roleNames.includes(name))
      if (unknown.length > 0) {
        throw new ConfigurationError(
          `signInAs(): createAuth() was not given the role ${unknown.join(', ')}. It has ${roleNames.join(', ') || 'none'}.`,
        )
      }
      const { name, description, properties, isSuperuser: superuser } = user
      const account = { id: splitUserId(id).accountId, name, description, roles, superuser, properties }
      people.set(id, account)
      sources.add(source)
      return { source, account }
    },

    find(userId) {
      const account = people.get(userId)
      return account && accepted(account)
    },

    hasSource: (name) => sources.has(name),
  }
}

/** By this an {@link Auth} starts sessions for tests. It has none in production. */
export const TEST_SESSION = Symbol('ostiary.test-session')
