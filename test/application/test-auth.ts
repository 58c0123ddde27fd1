import {
  type Auth,
  type AuthOptions,
  type Clock,
  createAuth,
  definePermission,
  defineRole,
  generateSecret,
  type ManagedUserSource,
} from 'ostiary'
import { type Database, type LocalUsersOptions, localUsers } from 'ostiary/sql'

// The lowest layer of the applications that tests open: roles, users and an Auth with the settings of tests.
// This file imports neither Vitest nor a framework. Why: processes that tests start use it, too.

export const VIEW = definePermission({ name: 'view', description: 'View' })
export const EDIT = definePermission({ name: 'edit', description: 'Edit' })
export const ADMIN = defineRole({ name: 'Administrator', description: 'May do everything', permissions: [VIEW, EDIT] })
export const EDITOR = defineRole({ name: 'Editor', description: 'Views and edits', permissions: [VIEW, EDIT] })
export const VIEWER = defineRole({ name: 'Viewer', description: 'Only views', permissions: [VIEW] })

export const passwordOf = (person: string) => `pw of ${person}`

export interface TestUsersOptions {
  readonly clock: Clock
  /** Default: hashes as cheap as argon2id allows. */
  readonly passwords?: LocalUsersOptions['passwords']
}

/** Users of a database, with cheap hashes. Any password will do. */
export function testUsers(database: Database, { clock, passwords }: TestUsersOptions): ManagedUserSource {
  return localUsers(database, {
    clock,
    passwordPolicy: 'none',
    passwords: { allowWeak: true, argon2: { memoryKiB: 8, iterations: 1, parallelism: 1 }, ...passwords },
  })
}

/**
 * An Auth with the roles of the tests and a secret of its own, which refuses as fast as it can. Every option can be
 * replaced. The caller closes the Auth.
 */
export function testAuth({ sessions, throttle = { refusalFloor: 0 }, ...options }: Partial<AuthOptions> = {}): Auth {
  return createAuth({
    roles: [ADMIN, VIEWER],
    throttle,
    ...options,
    sessions: { secret: generateSecret(), ...sessions },
  })
}
