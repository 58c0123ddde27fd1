import Fastify, {
  type FastifyInstance,
  type FastifyServerOptions,
  type InjectOptions,
  type LightMyRequestResponse,
} from 'fastify'
import {
  type Auth,
  type AuthOptions,
  createAuth,
  definePermission,
  defineRole,
  generateSecret,
  type ManagedUsers,
  memorySessions,
  type SessionOptions,
} from 'ostiary'
import { type OstiaryOptions, ostiary } from 'ostiary/fastify'
import { type LocalUsersOptions, localUsers, openDatabase } from 'ostiary/sql'
import { type FixedClock, fixedClock } from 'ostiary/testing'
import { onTestFinished } from 'vitest'
import { type WatchedStore, watched } from '../sessions/session-node.ts'

// A application with four people in it, for tests that come in through the front door.

export const VIEW = definePermission({ name: 'view', description: 'View' })
export const EDIT = definePermission({ name: 'edit', description: 'Edit' })
export const ADMIN = defineRole({ name: 'Administrator', description: 'May do everything', permissions: [VIEW, EDIT] })
export const VIEWER = defineRole({ name: 'Viewer', description: 'Only views', permissions: [VIEW] })

/** Who lives there. `ghost` is disabled, `root` is a superuser without any role. */
export const PEOPLE = ['admin', 'viewer', 'ghost', 'root'] as const
export type Person = (typeof PEOPLE)[number]
export const passwordOf = (person: string) => `pw of ${person}`

export interface ApplicationOptions {
  /** The application's routes. */
  readonly routes?: (app: FastifyInstance) => unknown
  /** What comes before the doorkeeper, such as other plugins. */
  readonly before?: (app: FastifyInstance) => unknown
  readonly fastify?: FastifyServerOptions
  readonly plugin?: Partial<OstiaryOptions>
  readonly auth?: Partial<AuthOptions>
  readonly sessions?: SessionOptions
  /** Stands between the plugin and the Auth, to see what is asked. */
  readonly inBetween?: (auth: Auth) => Auth
  /** Default: as cheap as can be. */
  readonly passwords?: LocalUsersOptions['passwords']
}

export interface Application {
  readonly app: FastifyInstance
  readonly auth: Auth
  readonly users: ManagedUsers
  readonly clock: FixedClock
  readonly store: WatchedStore
  /** How many password hashes have been computed. */
  readonly hashes: () => number
  /** Signs in, and returns the `Cookie` header that a browser would send from then on. */
  signIn(person: Person, options?: { readonly persistent?: boolean; readonly cookie?: string }): Promise<string>
  /** A request, signed in if there is a cookie. The status, the body and the headers of the answer. */
  request(target: string | InjectOptions, cookie?: string): Promise<LightMyRequestResponse>
}

/** Opens a application. It is closed when the test is over, or whenever `whenDone` says so. */
export async function openApplication(
  options: ApplicationOptions = {},
  whenDone: (close: () => Promise<void>) => void = onTestFinished,
): Promise<Application> {
  const clock = fixedClock()
  const database = openDatabase('sqlite::memory:')
  const store = watched(memorySessions({ clock }))
  let hashes = 0
  const users = localUsers(database, {
    clock,
    passwordPolicy: 'none',
    passwords: {
      allowWeak: true,
      argon2: { memoryKiB: 8, iterations: 1, parallelism: 1 },
      ...options.passwords,
      onHash: () => {
        hashes += 1
      },
    },
  })
  const auth = createAuth({
    roles: [ADMIN, VIEWER],
    sources: [users],
    sessions: { store, secret: generateSecret(), ...options.sessions },
    clock,
    ...options.auth,
    throttle: options.auth?.throttle ?? { refusalFloor: 0 },
  })
  const app = Fastify(options.fastify)
  whenDone(async () => {
    await app.close()
    await auth.close()
    await database.close()
  })
  await options.before?.(app)
  await app.register(ostiary, { auth: options.inBetween?.(auth) ?? auth, ...options.plugin })
  await options.routes?.(app)
  await app.ready()

  for (const username of PEOPLE)
    await users.add({ username, password: passwordOf(username), superuser: username === 'root' })
  await users.setRoles('admin', [ADMIN])
  await users.setRoles('viewer', [VIEWER])
  await users.disable('ghost')
  // So that nothing from the opening happened in the same millisecond as a test.
  clock.advance(1)

  const request: Application['request'] = (target, cookie) => {
    const asked = typeof target === 'string' ? { url: target } : target
    return app.inject(cookie === undefined ? asked : { ...asked, headers: { ...asked.headers, cookie } })
  }
  return {
    app,
    auth,
    users,
    clock,
    store,
    hashes: () => hashes,
    request,
    async signIn(person, { persistent = false, cookie } = {}) {
      const payload = { username: person, password: passwordOf(person), persistent }
      const url = `${options.plugin?.prefix ?? '/auth'}/login`
      return cookieOf(await request({ method: 'POST', url, payload }, cookie))
    },
  }
}

/** All `Set-Cookie` headers of an answer, but the one by which the throttle knows a browser again. */
export function setCookies(answer: LightMyRequestResponse): string[] {
  return [answer.headers['set-cookie'] ?? []].flat().filter((cookie) => !/^[^=]+-device=/.test(cookie))
}

/** The cookie that an answer sets, as a browser would send it. */
export function cookieOf(answer: LightMyRequestResponse): string {
  const [setCookie, ...more] = setCookies(answer)
  if (setCookie === undefined || more.length > 0)
    throw new Error(`No one cookie in ${answer.statusCode} ${answer.body}`)
  return setCookie.split(';', 1)[0] ?? ''
}
