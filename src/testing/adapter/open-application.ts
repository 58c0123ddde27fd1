import { randomBytes } from 'node:crypto'
import { onTestFinished, type TestContext } from 'vitest'
import type { Auth } from '../../auth.ts'
import type { AuthOptions, SessionOptions } from '../../auth-options.ts'
import { createAuth } from '../../create-auth.ts'
import { definePermission } from '../../policy/permission.ts'
import { defineRole } from '../../policy/role.ts'
import { memorySessions } from '../../sessions/memory-sessions.ts'
import type { SessionStore } from '../../sessions/session-store.ts'
import type { AccountInput } from '../../users/account.ts'
import { accepted, blocked, rejected, unavailable, unknown } from '../../users/outcome.ts'
import { defineUserSource, type UserSource } from '../../users/user-source.ts'
import { type FixedClock, fixedClock } from '../fixed-clock.ts'
import type { AdapterFeature, AdapterUnderTest, ContractApplication } from './adapter-under-test.ts'
import { type Answered, type Asked, ask, cookieOf } from './ask.ts'

export const VIEW = definePermission({ name: 'view', description: 'View' })
export const EDIT = definePermission({ name: 'edit', description: 'Edit' })
export const ADMIN = defineRole({ name: 'Administrator', description: 'Does everything', permissions: [VIEW, EDIT] })
export const VIEWER = defineRole({ name: 'Viewer', description: 'Only views', permissions: [VIEW] })

/** The people of the application. `ghost` is disabled, `root` is a superuser without any role. */
export type Person = 'admin' | 'viewer' | 'ghost' | 'root'
export const passwordOf = (person: string) => `pw of ${person}`

const ACCOUNTS: Readonly<Record<string, AccountInput>> = {
  admin: { name: 'admin', roles: [ADMIN] },
  viewer: { name: 'viewer', roles: [VIEWER] },
  ghost: { name: 'ghost', roles: [ADMIN] },
  root: { name: 'root', superuser: true },
}

/** Headers of a browser that navigates, and of a program. */
export const PAGE = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' }
export const PROGRAM = { accept: 'application/json' }

export interface ApplicationSetup extends Partial<Omit<ContractApplication, 'auth'>> {
  readonly auth?: Partial<AuthOptions>
  readonly sessions?: SessionOptions
  /** Wraps the Auth for the adapter, to observe or to change its calls. */
  readonly inBetween?: (auth: Auth) => Auth
}

export interface Application {
  readonly url: string
  readonly auth: Auth
  readonly clock: FixedClock
  readonly store: WatchedStore
  /** The user source, with its count of calls and a switch for outages. */
  readonly people: People
  readonly secret: string
  ask(asked: string | Asked, cookie?: string): Promise<Answered>
  /** Signs in, and returns the `Cookie` header that a browser sends from then on. */
  signIn(person: Person, options?: { readonly persistent?: boolean; readonly cookie?: string }): Promise<string>
}

/** Opens an application. It is closed when the test is over, or whenever `whenDone` says so. */
export async function openApplication(
  { start }: AdapterUnderTest,
  { routes = [], http = {}, trustProxy = false, headers = {}, ...options }: ApplicationSetup = {},
  whenDone: (close: () => Promise<void>) => void = onTestFinished,
): Promise<Application> {
  const clock = fixedClock()
  const store = watched(memorySessions({ clock }))
  const people: People = { asked: 0, down: false }
  const secret = randomBytes(32).toString('base64url')
  const auth = createAuth({
    roles: [ADMIN, VIEWER],
    sources: [sourceOf(people)],
    sessions: { store, secret, ...options.sessions },
    clock,
    // Why an empty log: refusals stay off the screen.
    audit: { record: () => {} },
    throttle: { refusalFloor: 0 },
    ...options.auth,
  })
  whenDone(() => auth.close())
  const seen = options.inBetween?.(auth) ?? auth
  const { url, close } = await start({ auth: seen, http, routes, trustProxy, headers })
  whenDone(close)

  const request: Application['ask'] = (asked, cookie) =>
    ask(url, { ...(typeof asked === 'string' ? { path: asked } : asked), ...(cookie !== undefined && { cookie }) })
  return {
    url,
    auth,
    clock,
    store,
    people,
    secret,
    ask: request,
    async signIn(person, { persistent = false, cookie } = {}) {
      const body = { username: person, password: passwordOf(person), persistent }
      return cookieOf(await request({ method: 'POST', path: `${http.prefix ?? '/auth'}/login`, body }, cookie))
    },
  }
}

/** Skips a test of a feature that the framework cannot have, with the reason. */
export function needs(context: TestContext, { without }: AdapterUnderTest, feature: AdapterFeature): void {
  const reason = without?.[feature]
  if (reason !== undefined) context.skip(`without ${feature}: ${reason}`)
}

interface People {
  asked: number
  down: boolean
}

/** A source in memory. */
function sourceOf(people: People): UserSource {
  const answer = (name: string) => {
    people.asked += 1
    if (people.down) return unavailable(new Error('the source is down'))
    const account = ACCOUNTS[name]
    if (!account) return unknown()
    return name === 'ghost' ? blocked('disabled') : accepted(account)
  }
  return defineUserSource(
    'people',
    async ({ username, password }) => {
      const outcome = answer(username)
      return outcome.outcome === 'accepted' && password !== passwordOf(username) ? rejected() : outcome
    },
    { lookup: async (id) => answer(id) },
  )
}

/** A store that counts its calls, and can be down. */
export interface WatchedStore extends SessionStore {
  asked: number
  down: boolean
}

function watched(store: SessionStore): WatchedStore {
  const watching: WatchedStore = {
    name: store.name,
    asked: 0,
    down: false,
    revision: () => count(() => store.revision()),
    start: (record, revision) => count(() => store.start(record, revision)),
    confirm: (id, at) => count(() => store.confirm(id, at)),
    record: (change, now) => count(() => store.record(change, now)),
    list: (query) => store.list(query),
    follow: (listener, onConnected) => store.follow(listener, onConnected),
  }
  async function count<T>(question: () => Promise<T>): Promise<T> {
    watching.asked += 1
    if (watching.down) throw new Error('the store is down')
    return await question()
  }
  return watching
}
