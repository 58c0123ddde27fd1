import type { Auth, ManagedUserSource, UserSource } from 'ostiary'
import type { Database } from 'ostiary/sql'
import { EDITOR, testAuth, testUsers, VIEWER } from '../application/test-auth.ts'
import { type Address, type OpenOptions, openAt } from './open-at.ts'

// The same application in every process: the tests', those of the nodes, and the command line's.

export interface ClusterApplication {
  readonly auth: Auth
  readonly users: ManagedUserSource
  /** What the people are kept in. */
  readonly people: Database
  close(): Promise<void>
}

export interface ApplicationOptions extends OpenOptions {
  /** Stands before the people, to see what they are asked. */
  readonly inBetween?: (people: UserSource) => UserSource
}

/** Hashes are quick, and any password will do. */
export function openApplication(
  address: Address,
  secret: string,
  options: ApplicationOptions = {},
): ClusterApplication {
  const { clock = Date.now, inBetween = (people: UserSource) => people } = options
  const opened = openAt(address, options)
  const users = testUsers(opened.people, { clock })
  const auth = testAuth({
    roles: [EDITOR, VIEWER],
    sources: [inBetween(users)],
    sessions: { store: opened.store, secret },
    throttle: {},
    clock,
  })
  return {
    auth,
    users,
    people: opened.people,
    async close() {
      await auth.close()
      await opened.close()
    },
  }
}
