import Fastify from 'fastify'
import { Hono } from 'hono'
import { type AuditEvent, memoryRecords } from 'ostiary'
import { ostiary, protect } from 'ostiary/fastify'
import { getUser, ostiary as honoOstiary, protect as honoProtect } from 'ostiary/hono'
import { type PasskeysOptions, passkeys, passkeysOf } from 'ostiary/passkeys'
import { openDatabase } from 'ostiary/sql'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { connectionOf, type NodeInfo, serveFetch } from '../adapters/serve-fetch.ts'
import { ADMIN, passwordOf, testAuth, testUsers, VIEW, VIEWER } from '../application/test-auth.ts'
import { fillIn, launchOptions } from '../browser/browser-test.ts'

let browser: Browser
beforeAll(async () => {
  browser = await chromium.launch(launchOptions())
})
afterAll(() => browser?.close())

async function openPasskeys(framework: 'fastify' | 'hono' = 'fastify', options: Partial<PasskeysOptions> = {}) {
  const events: AuditEvent[] = []
  const database = openDatabase('sqlite::memory:')
  const users = testUsers(database, { clock: Date.now })
  const port = await freePort()
  const origin = `http://localhost:${port}`
  const auth = testAuth({
    roles: [ADMIN, VIEWER],
    sources: [users],
    records: memoryRecords(),
    extensions: [passkeys({ origins: [origin], rpName: 'Harbour', ...options })],
    audit: { record: (event) => void events.push(event) },
  })
  onTestFinished(async () => {
    await auth.close()
    await database.close()
  })
  await auth.ready()
  for (const username of ['viewer', 'other'])
    await users.add({ username, password: passwordOf(username), roles: [VIEWER] })
  if (framework === 'fastify') {
    const app = Fastify()
    await app.register(ostiary, { auth, anonymous: 'login' })
    app.get('/view', protect({ permission: VIEW }), ({ user }) => `seen by ${user.name}`)
    app.get('/strong', protect({ authenticatedWith: 'second-factor' }), () => 'strong')
    onTestFinished(() => app.close())
    await app.listen({ port, host: '127.0.0.1' })
  } else {
    const app = new Hono<{ Bindings: NodeInfo }>()
    const connection = (c: { req: { raw: Request }; env: unknown }) => connectionOf(c.req.raw, c.env as NodeInfo, false)
    const doorkeeper = honoOstiary(app, { auth, anonymous: 'login', connection: connection as never })
    app.get('/view', honoProtect({ permission: VIEW }), (c) => c.text(`seen by ${getUser(c).name}`))
    app.get('/strong', honoProtect({ authenticatedWith: 'second-factor' }), (c) => c.text('strong'))
    await doorkeeper.ready()
    onTestFinished((await serveFetch((request, info) => app.fetch(request, info), port)).close)
  }
  const idOf = async (name: string) => `local:${(await users.get(name))?.id}`
  return { admin: passkeysOf(auth), auth, events, idOf, origin, users }
}

async function freePort(): Promise<number> {
  const probe = Fastify()
  await probe.listen({ port: 0, host: '127.0.0.1' })
  const { port } = probe.server.address() as { port: number }
  await probe.close()
  return port
}

/** A visitor with a virtual authenticator, such as a telephone with a finger on it. */
async function visitor(origin: string, { verified = true } = {}) {
  const context = await browser.newContext({ baseURL: origin, locale: 'en-GB' })
  onTestFinished(() => context.close())
  const page = await context.newPage()
  const authenticator = await addAuthenticator(context, page, verified)
  return { context, page, ...authenticator }
}

async function addAuthenticator(context: BrowserContext, page: Page, verified: boolean) {
  const session = await context.newCDPSession(page)
  await session.send('WebAuthn.enable')
  const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: verified,
      automaticPresenceSimulation: true,
    },
  })
  return { session, authenticatorId }
}

async function addPasskey(page: Page, name: string): Promise<void> {
  await page.goto('/auth/login?next=/auth/passkey/manage')
  await fillIn(page, name, passwordOf(name))
  await page.getByLabel('Name of the passkey').fill('My telephone')
  await page.getByRole('button', { name: 'Add a passkey' }).click()
  await page.getByText('My telephone').waitFor()
}

describe.each(['fastify', 'hono'] as const)('a passkey, with %s', (framework) => {
  test('is added, then asked for after the password, and signs in alone', async () => {
    const { origin } = await openPasskeys(framework)
    const { context, page } = await visitor(origin)
    await addPasskey(page, 'viewer')
    await context.clearCookies()

    await page.goto('/auth/login?next=/view')
    await fillIn(page, 'viewer', passwordOf('viewer'))
    await page.waitForURL('**/auth/passkey/second')
    expect((await context.request.get('/view', { maxRedirects: 0 })).status()).not.toBe(200)
    await page.getByRole('button', { name: 'Use a passkey' }).click()
    await page.getByText('seen by viewer').waitFor()
    await page.goto('/strong')
    expect(await page.textContent('body')).toBe('strong')

    await context.clearCookies()
    await page.goto('/auth/login?next=/view')
    await page.getByRole('link', { name: 'Sign in with a passkey' }).click()
    await page.getByRole('button', { name: 'Use a passkey' }).click()
    await page.getByText('seen by viewer').waitFor()
    await page.goto('/strong')
    expect(await page.textContent('body')).toBe('strong')
  }, 60_000)
})

test('pages for passkeys have one script from this site, and other pages have none of it', async () => {
  const { origin } = await openPasskeys()
  const policyOf = async (path: string) => (await fetch(origin + path)).headers.get('content-security-policy')
  expect(await policyOf('/auth/passkey')).toContain("script-src 'self'")
  expect(await policyOf('/auth/login')).not.toContain("script-src 'self'")
})

test('an answer is good once, and only in the browser that was asked', async () => {
  const { events, origin } = await openPasskeys()
  const { context, page } = await visitor(origin)
  await addPasskey(page, 'viewer')
  await context.clearCookies()
  await page.goto('/auth/passkey')
  const sent = page.waitForRequest('**/auth/passkey/login')
  await page.route('**/auth/passkey/login', (route) => route.abort())
  await page.getByRole('button', { name: 'Use a passkey' }).click()
  const body = (await sent).postData() ?? ''
  const send = (cookie: string) =>
    fetch(`${origin}/auth/passkey/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie, origin },
      body,
    })
  const own = (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join('; ')
  expect((await send('')).status).toBe(403)
  expect((await send(own.replace(/=.*/, `=${'A'.repeat(43)}`))).status).toBe(403)
  expect((await send(own)).status).toBe(200)
  expect((await send(own)).status).toBe(403)
  expect(events.filter((event) => event.type === 'login.succeeded')).toHaveLength(2)
}, 60_000)

test('of one user does not end the login of another', async () => {
  const { origin } = await openPasskeys()
  const viewer = await visitor(origin)
  await addPasskey(viewer.page, 'viewer')
  const other = await visitor(origin)
  await addPasskey(other.page, 'other')
  await viewer.context.clearCookies()
  await viewer.page.goto('/auth/login?next=/view')
  await fillIn(viewer.page, 'other', passwordOf('other'))
  await viewer.page.getByRole('button', { name: 'Use a passkey' }).click()
  await viewer.page.getByText('The passkey was not accepted.').waitFor()
  expect((await viewer.context.request.get('/view', { maxRedirects: 0 })).status()).not.toBe(200)
}, 60_000)

test('without the finger, or with a counter that went back, is refused', async () => {
  const { events, origin } = await openPasskeys()
  const { authenticatorId, context, page, session } = await visitor(origin)
  await addPasskey(page, 'viewer')
  await context.clearCookies()
  const signIn = async () => {
    await page.goto('/auth/passkey')
    await page.getByRole('button', { name: 'Use a passkey' }).click()
  }
  await signIn()
  await page.waitForURL((url) => url.pathname === '/')
  await context.clearCookies()
  const { credentials } = await session.send('WebAuthn.getCredentials', { authenticatorId })
  const [credential] = credentials
  if (!credential) throw new Error('no credential')
  await session.send('WebAuthn.removeCredential', { authenticatorId, credentialId: credential.credentialId })
  await session.send('WebAuthn.addCredential', { authenticatorId, credential: { ...credential, signCount: 0 } })
  await signIn()
  await page.getByText('The passkey was not accepted.').waitFor()
  expect(JSON.stringify(events)).toContain('counter value')
  await session.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false })
  await signIn()
  await page.getByText('The passkey was not accepted.').waitFor()
}, 60_000)

test('is removed by its user and by an administrator, and then lets nobody in', async () => {
  const { admin, idOf, origin } = await openPasskeys()
  const { context, page } = await visitor(origin)
  await addPasskey(page, 'viewer')
  const id = await idOf('viewer')
  expect(await admin.list(id)).toMatchObject([{ name: 'My telephone' }])
  expect(await admin.remove(id)).toBe(1)
  expect((await context.request.get('/view', { maxRedirects: 0 })).status()).not.toBe(200)
  await context.clearCookies()
  await page.goto('/auth/passkey')
  await page.getByRole('button', { name: 'Use a passkey' }).click()
  await page.getByText('The passkey was not accepted.').waitFor()
  await page.goto('/auth/login?next=/view')
  await fillIn(page, 'viewer', passwordOf('viewer'))
  await page.getByText('seen by viewer').waitFor()
}, 60_000)
