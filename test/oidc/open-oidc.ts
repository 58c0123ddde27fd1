import { randomUUID } from 'node:crypto'
import Fastify from 'fastify'
import { Hono } from 'hono'
import { type AuditEvent, type Auth, type AuthOptions, memoryRecords, memorySessions } from 'ostiary'
import { ostiary, protect } from 'ostiary/fastify'
import { getUser, ostiary as honoOstiary, protect as honoProtect } from 'ostiary/hono'
import { type OidcLoginOptions, oidcLogin } from 'ostiary/oidc'
import { onTestFinished } from 'vitest'
import { connectionOf, type NodeInfo, serveFetch } from '../adapters/serve-fetch.ts'
import { ADMIN, testAuth, VIEW, VIEWER } from '../application/test-auth.ts'
import type { OpenidProvider } from './openid-provider.ts'
import { type SmallBrowser, smallBrowser, type Visited } from './small-browser.ts'

export type Framework = 'fastify' | 'hono'

export interface OidcSetup {
  readonly framework?: Framework
  readonly oidc?: Partial<OidcLoginOptions>
  readonly auth?: Partial<AuthOptions>
  /** The providers that the application knows. The first is `uni`, the second `other`. */
  readonly providers: readonly OpenidProvider[]
}

export interface OidcApplication {
  readonly origin: string
  readonly auth: Auth
  readonly events: AuditEvent[]
  /** Lets time pass for the application. */
  advance(ms: number): void
  /** Signs in at a provider, from the login page on. */
  signIn(
    user: string,
    browser?: SmallBrowser,
    query?: string,
    provider?: string,
  ): Promise<{ browser: SmallBrowser; at: Visited }>
  /** The page that names the user, or the refusal. */
  view(browser: SmallBrowser): Promise<Visited>
}

/** Opens an application with OpenID providers, on a port of this machine. It is closed when the test ends. */
export async function openOidc({
  framework = 'fastify',
  providers,
  oidc,
  auth: options,
}: OidcSetup): Promise<OidcApplication> {
  const _started = Date.now()
  let ahead = 0
  const clock = () => Date.now() + ahead
  const events: AuditEvent[] = []
  const port = await freePort()
  const origin = `http://localhost:${port}`
  const clientId = randomUUID()
  const extensions = providers.map(({ issuer }, index) =>
    oidcLogin({
      name: index === 0 ? 'uni' : 'other',
      issuer,
      clientId,
      clientSecret: 'a-secret-of-the-tests',
      origin,
      scopes: ['profile', 'groups'],
      roles: { staff: VIEWER, admins: ADMIN },
      refreshEvery: '1s',
      deadline: '1s',
      ...oidc,
    }),
  )
  const auth = testAuth({
    roles: [VIEWER, ADMIN],
    sessions: { store: memorySessions({ clock }) },
    records: memoryRecords({ clock }),
    extensions,
    clock,
    audit: { record: (event) => void events.push(event) },
    ...options,
  })
  onTestFinished(() => auth.close())
  for (const [index, provider] of providers.entries()) {
    const below = `${origin}/auth/oidc/${index === 0 ? 'uni' : 'other'}`
    await provider.tell({
      do: 'client',
      client: {
        client_id: clientId,
        client_secret: 'a-secret-of-the-tests',
        token_endpoint_auth_method: 'client_secret_post',
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        redirect_uris: [`${below}/callback`],
        post_logout_redirect_uris: [`${origin}/auth/login?signed-out`],
        backchannel_logout_uri: `${below}/backchannel-logout`,
        backchannel_logout_session_required: true,
      },
    })
  }
  await (framework === 'fastify' ? serveFastify(auth, port) : serveHono(auth, port))

  return {
    origin,
    auth,
    events,
    advance: (ms) => {
      ahead += ms
    },
    view: (browser) => browser.visit(`${origin}/view`),
    async signIn(user, browser = smallBrowser(), query = '', provider = 'uni') {
      let at = await browser.visit(`${origin}/auth/oidc/${provider}/login${query}`, { goOn: () => true })
      const action = /action="(\/sign-in\/[^"]+)"/.exec(at.html)?.[1]
      if (action) at = await browser.visit(new URL(action, at.url), { form: { user } })
      return { browser, at }
    },
  }
}

async function serveFastify(auth: Auth, port: number): Promise<void> {
  const app = Fastify()
  await app.register(ostiary, { auth })
  app.get('/view', protect({ permission: VIEW }), ({ user }) =>
    JSON.stringify({ id: user.id, roles: [...user.roleNames] }),
  )
  app.get('/recent', protect({ authenticatedWithin: '10m' }), () => 'recent')
  app.get('/strong', protect({ authenticatedWith: 'second-factor' }), () => 'strong')
  onTestFinished(() => app.close())
  await app.listen({ port, host: 'localhost' })
}

async function serveHono(auth: Auth, port: number): Promise<void> {
  const app = new Hono<{ Bindings: NodeInfo }>()
  const doorkeeper = honoOstiary(app, { auth, connection: (c) => connectionOf(c.req.raw, c.env as NodeInfo, false) })
  app.get('/view', honoProtect({ permission: VIEW }), (c) => {
    const user = getUser(c)
    return c.json({ id: user.id, roles: [...user.roleNames] })
  })
  await doorkeeper.ready()
  const { close } = await serveFetch((request, info) => app.fetch(request, info), port)
  onTestFinished(close)
}

async function freePort(): Promise<number> {
  const probe = Fastify()
  await probe.listen({ port: 0, host: 'localhost' })
  const { port } = probe.server.address() as { port: number }
  await probe.close()
  return port
}
