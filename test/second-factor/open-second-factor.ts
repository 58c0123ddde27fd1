import Fastify from 'fastify'
import { Hono } from 'hono'
import { type AuditEvent, type Auth, type AuthOptions, memoryRecords, memorySessions, type RecordStore } from 'ostiary'
import { ostiary, protect } from 'ostiary/fastify'
import { getUser, ostiary as honoOstiary, protect as honoProtect } from 'ostiary/hono'
import {
  type SecondFactorAdministration,
  type SecondFactorOptions,
  secondFactor,
  secondFactorsOf,
} from 'ostiary/second-factor'
import { openDatabase } from 'ostiary/sql'
import { Secret, TOTP } from 'otpauth'
import { onTestFinished } from 'vitest'
import { connectionOf, type NodeInfo, serveFetch } from '../adapters/serve-fetch.ts'
import { ADMIN, passwordOf, testAuth, testUsers, VIEW, VIEWER } from '../application/test-auth.ts'
import { type SmallBrowser, smallBrowser, type Visited } from '../oidc/small-browser.ts'

export type Framework = 'fastify' | 'hono'

export interface FactorApplication {
  readonly origin: string
  readonly auth: Auth
  readonly events: AuditEvent[]
  readonly admin: SecondFactorAdministration
  /** `local:id` of a user. */
  idOf(person: string): Promise<string>
  advance(ms: number): void
  /** The code that an app shows now, or some steps later. */
  codeOf(secret: string, steps?: number): string
  /** Sends the password. */
  login(person: string, browser?: SmallBrowser): Promise<{ browser: SmallBrowser; at: Visited }>
  /** Signs in and adds a factor. */
  enrolled(person: string): Promise<{ browser: SmallBrowser; secret: string; recoveryCodes: readonly string[] }>
  post(browser: SmallBrowser, path: string, form: Record<string, string>): Promise<Visited>
}

export interface FactorSetup {
  readonly framework?: Framework
  readonly factor?: SecondFactorOptions
  readonly auth?: Partial<AuthOptions>
  readonly records?: (store: RecordStore) => RecordStore
}

/** Opens an application with second factors, on a port of this machine. `admin` must have one, `viewer` may. */
export async function openSecondFactor(setup: FactorSetup = {}): Promise<FactorApplication> {
  const { framework = 'fastify', records = (store) => store } = setup
  let ahead = 0
  const clock = () => Date.now() + ahead
  const events: AuditEvent[] = []
  const database = openDatabase('sqlite::memory:')
  const users = testUsers(database, { clock })
  const auth = testAuth({
    roles: [ADMIN, VIEWER],
    sources: [users],
    sessions: { store: memorySessions({ clock }) },
    extensions: [secondFactor({ issuer: 'Harbour', requiredFor: [ADMIN], ...setup.factor })],
    records: records(memoryRecords({ clock })),
    clock,
    audit: { record: (event) => void events.push(event) },
    ...setup.auth,
  })
  onTestFinished(async () => {
    await auth.close()
    await database.close()
  })
  await auth.ready()
  for (const [username, role] of [
    ['admin', ADMIN],
    ['viewer', VIEWER],
    ['other', VIEWER],
  ] as const)
    await users.add({ username, password: passwordOf(username), roles: [role] })
  const origin = await (framework === 'fastify' ? serveFastify(auth) : serveHono(auth))
  const codeOf = (secret: string, steps = 0) =>
    new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: clock() + steps * 30_000 })

  const application: FactorApplication = {
    origin,
    auth,
    events,
    admin: secondFactorsOf(auth),
    codeOf,
    advance: (ms) => {
      ahead += ms
    },
    async idOf(person) {
      return `local:${(await users.get(person))?.id}`
    },
    async login(person, browser = smallBrowser()) {
      const at = await browser.visit(`${origin}/auth/login`, {
        form: { username: person, password: passwordOf(person), next: '/view' },
      })
      return { browser, at }
    },
    post: (browser, path, form) => browser.visit(`${origin}${path}`, { form }),
    async enrolled(person) {
      const { browser } = await application.login(person)
      const { html } = await browser.visit(`${origin}/auth/second-factor/enrol`)
      const secret = /<code>([A-Z2-7 ]+)<\/code>/.exec(html)?.[1]?.replaceAll(' ', '') ?? ''
      const done = await application.post(browser, '/auth/second-factor/enrol', { code: codeOf(secret) })
      const recoveryCodes = [...done.html.matchAll(/<li><code>([^<]+)/g)].map(([, code]) => code ?? '')
      return { browser, secret, recoveryCodes }
    },
  }
  return application
}

async function serveFastify(auth: Auth): Promise<string> {
  const app = Fastify()
  await app.register(ostiary, { auth })
  app.get('/view', protect({ permission: VIEW }), ({ user }) => `seen by ${user.name}`)
  app.get('/strong', protect({ permission: VIEW, authenticatedWith: 'second-factor' }), () => 'strong')
  app.get(
    '/fresh',
    protect({ permission: VIEW, authenticatedWith: 'second-factor', authenticatedWithin: '30m' }),
    () => 'fresh',
  )
  onTestFinished(() => app.close())
  return app.listen({ port: 0, host: '127.0.0.1' })
}

async function serveHono(auth: Auth): Promise<string> {
  const app = new Hono<{ Bindings: NodeInfo }>()
  const doorkeeper = honoOstiary(app, { auth, connection: (c) => connectionOf(c.req.raw, c.env as NodeInfo, false) })
  app.get('/view', honoProtect({ permission: VIEW }), (c) => c.text(`seen by ${getUser(c).name}`))
  app.get('/strong', honoProtect({ permission: VIEW, authenticatedWith: 'second-factor' }), (c) => c.text('strong'))
  await doorkeeper.ready()
  const { close, url } = await serveFetch((request, info) => app.fetch(request, info))
  onTestFinished(close)
  return url
}
