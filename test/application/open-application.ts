import { type Auth, type AuthOptions, type ManagedUserSource, memorySessions, type SessionOptions } from 'ostiary'
import { type Database, type LocalUsersOptions, openDatabase } from 'ostiary/sql'
import { type FixedClock, fixedClock } from 'ostiary/testing'
import { onTestFinished } from 'vitest'
import { type WatchedStore, watched } from '../sessions/session-node.ts'
import { cookieOf, type ServedAuth, type ServeOptions, serveAuth } from './serve-auth.ts'
import { ADMIN, passwordOf, testAuth, testUsers, VIEWER } from './test-auth.ts'

/** Names of the users. `ghost` is disabled, `root` is a superuser without any role. */
export const PEOPLE = ['admin', 'viewer', 'ghost', 'root'] as const
export type Person = (typeof PEOPLE)[number]

/** The parts that are there before the Auth. */
export interface Parts {
  readonly users: ManagedUserSource
  readonly clock: FixedClock
  readonly database: Database
}

export interface ApplicationOptions extends ServeOptions {
  /** Options of the Auth, or how they are made of the parts. Default: the users, and sessions in memory. */
  readonly auth?: Partial<AuthOptions> | ((parts: Parts) => Partial<AuthOptions>)
  readonly sessions?: SessionOptions
  /** Default: as cheap as can be. */
  readonly passwords?: LocalUsersOptions['passwords']
  /** Default: stands still, at a time that is the same in every test. */
  readonly clock?: FixedClock
  /** The URL of the database of the users. Default: SQLite, in memory. */
  readonly database?: string
  /** The users who are added. Default: all of `PEOPLE`. */
  readonly people?: readonly Person[]
}

export interface Application extends ServedAuth, Parts {
  readonly auth: Auth
  readonly store: WatchedStore
  /** How many password hashes have been computed. */
  readonly hashes: () => number
  /** Signs in, and returns the `Cookie` header that a browser would send from then on. */
  signIn(person: Person, options?: { readonly persistent?: boolean; readonly cookie?: string }): Promise<string>
}

/**
 * Opens the application of the tests: a database with users, an Auth, and Fastify around it. The application is closed
 * when the test ends, or when `whenDone` says so.
 *
 * @example
 * const { signIn, request } = await openApplication({
 *   routes: (app) => app.get('/view', protect({ permission: VIEW }), () => 'seen'),
 * })
 * expect((await request('/view', await signIn('viewer'))).statusCode).toBe(200)
 */
export async function openApplication(
  options: ApplicationOptions = {},
  whenDone: (close: () => Promise<void>) => void = onTestFinished,
): Promise<Application> {
  const { clock = fixedClock(), people = PEOPLE } = options
  const database = openDatabase(options.database ?? 'sqlite::memory:')
  const store = watched(memorySessions({ clock }))
  let hashes = 0
  const onHash = () => {
    hashes += 1
  }
  const users = testUsers(database, { clock, passwords: { ...options.passwords, onHash } })
  const parts = { users, clock, database }
  const auth = testAuth({
    sources: [users],
    sessions: { store, ...options.sessions },
    clock,
    ...(typeof options.auth === 'function' ? options.auth(parts) : options.auth),
  })
  const closings: (() => Promise<void>)[] = [() => auth.close(), () => database.close()]
  whenDone(async () => {
    for (const close of closings) await close()
  })
  const served = await serveAuth(auth, options, (close) => void closings.unshift(close))

  for (const username of people)
    await users.add({ username, password: passwordOf(username), superuser: username === 'root' })
  if (people.includes('admin')) await users.setRoles('admin', [ADMIN])
  if (people.includes('viewer')) await users.setRoles('viewer', [VIEWER])
  if (people.includes('ghost')) await users.disable('ghost')
  // So that nothing from the opening happened in the same millisecond as a test.
  clock.advance(1)

  return {
    ...served,
    ...parts,
    auth,
    store,
    hashes: () => hashes,
    async signIn(person, { persistent = false, cookie } = {}) {
      const payload = { username: person, password: passwordOf(person), persistent }
      const url = `${options.plugin?.prefix ?? '/auth'}/login`
      return cookieOf(await served.request({ method: 'POST', url, payload }, cookie))
    },
  }
}
