import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Auth, AuthOptions, ManagedUsers, UserSource } from 'ostiary'
import { anyone, protect } from 'ostiary/fastify'
import { sqlHomeSources, sqlRoleAssignments, sqlSessions } from 'ostiary/sql'
import { type FixedClock, fixedClock } from 'ostiary/testing'
import { onTestFinished } from 'vitest'
import { openApplication } from '../application/open-application.ts'
import type { Answer } from '../application/serve-auth.ts'
import { ADMIN, VIEW } from '../application/test-auth.ts'

/** An application that listens on a port, with a database file of its own, for people of several sources. */
export interface PeopleApplication {
  readonly auth: Auth
  readonly users: ManagedUsers
  readonly clock: FixedClock
  signIn(username: string, password: string): Promise<Answer>
  signOut(cookie: string): Promise<Answer>
  get(path: string, cookie?: string): Promise<Answer>
  /** The statuses of `/admin` (a role), `/admin2` (a permission) and `/admin3` (a checker). */
  doors(cookie: string | undefined): Promise<readonly number[]>
}

export interface PeopleOptions extends Pick<AuthOptions, 'sourceDeadline'> {
  /** The sources in their order, given the local one. */
  readonly sources: (local: UserSource) => readonly UserSource[]
}

/** Opens the application. It is closed when the test ends, or when `whenDone` says so. */
export async function openPeopleApplication(
  { sources, ...options }: PeopleOptions,
  whenDone: (close: () => Promise<void>) => void = onTestFinished,
): Promise<PeopleApplication> {
  const folder = mkdtempSync(join(tmpdir(), 'ostiary-people-'))
  const { auth, users, clock, ask, login } = await openApplication(
    {
      database: `sqlite:${join(folder, 'people.db')}`,
      people: [],
      clock: fixedClock(Date.now()),
      fastify: { forceCloseConnections: true },
      listen: true,
      auth: ({ users: local, database, clock: time }) => ({
        sources: sources(local),
        homeSources: sqlHomeSources(database),
        roleAssignments: sqlRoleAssignments(database, { clock: time }),
        sessions: { store: sqlSessions(database, { clock: time }) },
        // Attempts in an outage are delayed like others, and no test here is about that.
        throttle: { wait: async () => {}, refusalFloor: 0 },
        ...options,
      }),
      routes(app) {
        app.get('/', anyone(), async ({ user }) => ({ id: user.id, user }))
        app.get('/admin', protect({ roles: [ADMIN] }), async ({ user }) => ({ user }))
        app.get('/admin2', protect({ permission: VIEW }), async ({ user }) => ({ user }))
        app.get('/admin3', protect({ check: (user) => user.name === 'admin' }), async ({ user }) => ({ user }))
      },
    },
    (close) =>
      whenDone(async () => {
        await close()
        rmSync(folder, { recursive: true })
      }),
  )
  const get: PeopleApplication['get'] = (path, cookie) => ask(path, { cookie })

  return {
    auth,
    users,
    clock,
    get,
    signIn: login,
    signOut: (cookie) =>
      ask('/auth/logout', { method: 'POST', cookie, headers: { 'content-type': 'application/json' }, body: '{}' }),
    async doors(cookie) {
      const answers = await Promise.all(['/admin', '/admin2', '/admin3'].map((path) => get(path, cookie)))
      return answers.map(({ status }) => status)
    },
  }
}
