import { type Auth, createAuth, definePermission, defineRole, type ManagedUsers, type UserSource } from 'ostiary'
import { type Database, localUsers } from 'ostiary/sql'
import { type Address, type OpenOptions, openAt } from './open-at.ts'

// The same application in every process: the tests', those of the nodes, and the command line's.

export const VIEW = definePermission({ name: 'view', description: 'View' })
export const EDIT = definePermission({ name: 'edit', description: 'Edit' })
const ROLES = [
  defineRole({ name: 'Editor', description: 'Views and edits', permissions: [VIEW, EDIT] }),
  defineRole({ name: 'Viewer', description: 'Only views', permissions: [VIEW] }),
]

export const passwordOf = (person: string) => `pw of ${person}`

export interface ClusterApplication {
  readonly auth: Auth
  readonly users: ManagedUsers
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
  const users = localUsers(opened.people, {
    clock,
    passwordPolicy: 'none',
    passwords: { allowWeak: true, argon2: { memoryKiB: 8, iterations: 1, parallelism: 1 } },
  })
  const auth = createAuth({
    roles: ROLES,
    sources: [inBetween(users)],
    sessions: { store: opened.store, secret },
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
