import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Fastify from 'fastify'
import {
  type Auth,
  type AuthOptions,
  createAuth,
  definePermission,
  defineRole,
  generateSecret,
  type ManagedUsers,
  type UserSource,
} from 'ostiary'
import { anyone, ostiary, protect } from 'ostiary/fastify'
import { localUsers, openDatabase, sqlHomeSources, sqlRoleAssignments, sqlSessions } from 'ostiary/sql'
import { type FixedClock, fixedClock } from 'ostiary/testing'
import { onTestFinished } from 'vitest'

// One application that listens on a port, with a database of its own, for people of several places.

const VIEW = definePermission({ name: 'view', description: 'View' })
const EDIT = definePermission({ name: 'edit', description: 'Edit' })
export const ADMINISTRATOR = defineRole({ name: 'Administrator', description: 'Does all', permissions: [VIEW, EDIT] })
export const VIEWER = defineRole({ name: 'Viewer', description: 'Only views', permissions: [VIEW] })

/** What a browser gets, and the cookie that it sends from then on, if it was given one. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: string
  readonly cookie: string | undefined
}

export interface Application {
  readonly auth: Auth
  readonly users: ManagedUsers
  readonly clock: FixedClock
  signIn(username: string, password: string): Promise<Answer>
  signOut(cookie: string): Promise<Answer>
  get(path: string, cookie?: string): Promise<Answer>
  /** The statuses of `/admin` (a role), `/admin2` (a permission) and `/admin3` (a checker). */
  doors(cookie: string | undefined): Promise<readonly number[]>
}

export interface ApplicationOptions extends Pick<AuthOptions, 'sourceDeadline'> {
  /** The sources in their order, given the local one. */
  readonly sources: (local: UserSource) => readonly UserSource[]
}

/** Opens one. It is closed when the test is over, or whenever `whenDone` says so. */
export async function openApplication(
  { sources, ...options }: ApplicationOptions,
  whenDone: (close: () => Promise<void>) => void = onTestFinished,
): Promise<Application> {
  const folder = mkdtempSync(join(tmpdir(), 'ostiary-people-'))
  const database = openDatabase(`sqlite:${join(folder, 'people.db')}`)
  const clock = fixedClock(Date.now())
  const users = localUsers(database, {
    clock,
    passwordPolicy: 'none',
    passwords: { allowWeak: true, argon2: { memoryKiB: 8, iterations: 1, parallelism: 1 } },
  })
  const auth = createAuth({
    roles: [ADMINISTRATOR, VIEWER],
    sources: sources(users),
    homeSources: sqlHomeSources(database),
    roleAssignments: sqlRoleAssignments(database, { clock }),
    sessions: { store: sqlSessions(database, { clock }), secret: generateSecret() },
    clock,
    // Attempts in an outage are delayed like others, and no test here is about that.
    throttle: { wait: async () => {}, refusalFloor: 0 },
    ...options,
  })
  const app = Fastify({ forceCloseConnections: true })
  whenDone(async () => {
    await app.close()
    await auth.close()
    await database.close()
    rmSync(folder, { recursive: true })
  })
  await app.register(ostiary, { auth })
  app.get('/', anyone(), async ({ user }) => ({ id: user.id, user }))
  app.get('/admin', protect({ roles: [ADMINISTRATOR] }), async ({ user }) => ({ user }))
  app.get('/admin2', protect({ permission: VIEW }), async ({ user }) => ({ user }))
  app.get('/admin3', protect({ check: (user) => user.name === 'admin' }), async ({ user }) => ({ user }))
  const address = await app.listen({ port: 0, host: '127.0.0.1' })

  async function ask(path: string, init: RequestInit = {}): Promise<Answer> {
    const answer = await fetch(`${address}${path}`, init)
    const [set] = answer.headers.getSetCookie()
    return { status: answer.status, headers: answer.headers, body: await answer.text(), cookie: set?.split(';', 1)[0] }
  }
  const get: Application['get'] = (path, cookie) => ask(path, { headers: cookie === undefined ? {} : { cookie } })

  return {
    auth,
    users,
    clock,
    get,
    signIn: (username, password) =>
      ask('/auth/login', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ username, password }),
      }),
    signOut: (cookie) =>
      ask('/auth/logout', { method: 'POST', headers: { cookie, 'content-type': 'application/json' }, body: '{}' }),
    async doors(cookie) {
      const answers = await Promise.all(['/admin', '/admin2', '/admin3'].map((path) => get(path, cookie)))
      return answers.map(({ status }) => status)
    },
  }
}
