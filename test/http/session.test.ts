import Fastify from 'fastify'
import { accepted, createAuth, defineRole, defineUserSource, generateSecret, unavailable } from 'ostiary'
import { anyone, ostiary } from 'ostiary/fastify'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type Application, openApplication } from '../application/open-application.ts'
import { cookieOf, setCookies } from '../application/serve-auth.ts'
import { ADMIN, VIEWER } from '../application/test-auth.ts'

const ask = (application: Application, cookie?: string) => application.request('/auth/session', cookie)
const userOf = async (application: Application, cookie: string) => (await ask(application, cookie)).json().user
const lastSeen = async (application: Application) =>
  (await Array.fromAsync(application.auth.sessions.list())).map(({ lastSeenAt }) => lastSeenAt)

test('a page learns who is signed in, what they may do, and how long', async () => {
  const application = await openApplication()
  const now = application.clock()
  const cookie = await application.signIn('viewer')
  const answer = await ask(application, cookie)
  expect(answer.statusCode).toBe(200)
  expect(answer.headers['cache-control']).toBe('no-store')
  expect(answer.headers['content-type']).toMatch(/^application\/json/)
  expect(answer.json()).toEqual({
    user: {
      name: 'viewer',
      description: '',
      roles: ['Viewer'],
      permissions: ['view'],
      isAnonymous: false,
      isSuperuser: false,
      properties: {},
    },
    expiresAt: new Date(now + 12 * 3_600_000).toISOString(),
    idleUntil: new Date(now + 31 * 60_000).toISOString(),
  })
})

test('a superuser has every permission that the application knows', async () => {
  const application = await openApplication()
  expect(await userOf(application, await application.signIn('root'))).toMatchObject({
    roles: [],
    permissions: ['view', 'edit'],
    isSuperuser: true,
  })
})

test('a persistent session has no time of idleness', async () => {
  const application = await openApplication()
  const { expiresAt, idleUntil } = (
    await ask(application, await application.signIn('viewer', { persistent: true }))
  ).json()
  expect([Date.parse(expiresAt) - application.clock(), idleUntil]).toEqual([30 * 24 * 3_600_000, null])
})

test('who is not signed in is nobody: 200, and user null', async () => {
  const application = await openApplication()
  const nobody = { user: null, expiresAt: null, idleUntil: null }
  for (const cookie of [undefined, 'theme=dark', 'ostiary=x']) {
    const answer = await ask(application, cookie)
    expect([answer.statusCode, answer.json()]).toEqual([200, nobody])
    expect(answer.headers['cache-control']).toBe('no-store')
  }
  const cookie = await application.signIn('viewer')
  await application.request({ method: 'POST', url: '/auth/logout' }, cookie)
  expect((await ask(application, cookie)).json()).toEqual(nobody)
})

describe('to ask is no activity', () => {
  test('who does nothing else is signed out when the time of idleness is over', async () => {
    const application = await openApplication()
    const cookie = await application.signIn('viewer')
    const [seen] = await lastSeen(application)
    for (let minute = 1; minute <= 30; minute += 1) {
      application.clock.advance('1m')
      const answer = await ask(application, cookie)
      expect(answer.json().user?.name, `minute ${minute}`).toBe('viewer')
      expect(setCookies(answer)).toEqual([])
    }
    expect(await lastSeen(application)).toEqual([seen])
    application.clock.advance('1m')
    const answer = await ask(application, cookie)
    expect(answer.json().user).toBeNull()
    expect(setCookies(answer)).toEqual([expect.stringContaining('Max-Age=0')])
  })

  test('the store and the source are asked once a lease, however often a page asks', async () => {
    const application = await openApplication()
    const cookie = await application.signIn('viewer')
    application.clock.advance('2m')
    const before = { ...application.store.asked }
    for (let count = 0; count < 50; count += 1) await ask(application, cookie)
    await Promise.all(Array.from({ length: 50 }, () => ask(application, cookie)))
    expect(application.store.asked.confirm).toBe(before.confirm)
    const asked = Object.values(application.store.asked).reduce((a, b) => a + b, 0)
    expect(asked - Object.values(before).reduce((a, b) => a + b, 0)).toBeLessThanOrEqual(2)
  })

  test('a session that is used goes on as ever', async () => {
    const application = await openApplication({
      routes: (app) => app.get('/active', anyone(), async ({ user }) => user.name),
    })
    let cookie = await application.signIn('viewer')
    for (let round = 0; round < 4; round += 1) {
      application.clock.advance('20m')
      expect((await userOf(application, cookie)).name).toBe('viewer')
      cookie = cookieOf(await application.request('/active', cookie))
    }
  })
})

describe('once the lease is over', () => {
  test('a session that was ended is nobody', async () => {
    const application = await openApplication()
    const cookie = await application.signIn('viewer')
    application.clock.advance('5m')
    expect((await userOf(application, cookie)).name).toBe('viewer')
    const [session] = await Array.fromAsync(application.auth.sessions.list())
    await application.auth.sessions.revoke({ user: session?.userId ?? '' })
    expect(await userOf(application, cookie)).toBeNull()
  })

  test('roles are those of now', async () => {
    const application = await openApplication()
    const cookie = await application.signIn('viewer')
    application.clock.advance('5m')
    expect((await userOf(application, cookie)).roles).toEqual(['Viewer'])
    await application.users.setRoles('viewer', [VIEWER, ADMIN])
    expect((await userOf(application, cookie)).roles.sort()).toEqual(['Administrator', 'Viewer'])
    await application.users.disable('viewer')
    expect(await userOf(application, cookie)).toBeNull()
  })

  test('while the store is down, the time of grace holds, and then it is a 503 as problem', async () => {
    const application = await openApplication()
    const cookie = await application.signIn('viewer')
    application.store.down = true
    application.clock.advance('2m')
    expect((await userOf(application, cookie)).name).toBe('viewer')
    application.clock.advance('10m')
    const answer = await ask(application, cookie)
    expect([answer.statusCode, answer.headers['retry-after'], answer.headers['cache-control']]).toEqual([
      503,
      '10',
      'no-store',
    ])
    expect(answer.json()).toEqual({ type: 'about:blank', title: 'Service Unavailable', status: 503 })
    application.store.down = false
    expect((await userOf(application, cookie)).name).toBe('viewer')
  })

  test('a source that is down leaves the roles as they were', async () => {
    let down = false
    const role = defineRole({ name: 'Viewer', description: 'd', permissions: [] })
    const account = { name: 'anna', roles: ['Viewer'] }
    const source = defineUserSource('ldap', async () => account, {
      lookup: async () => (down ? unavailable(new Error('down')) : accepted(account)),
    })
    let now = Date.now()
    const auth = createAuth({
      roles: [role],
      sources: [source],
      sessions: { secret: generateSecret() },
      clock: () => now,
    })
    const app = Fastify()
    onTestFinished(async () => {
      await app.close()
      await auth.close()
    })
    await app.register(ostiary, { auth })
    const payload = { username: 'anna', password: 'x' }
    const cookie = cookieOf(await app.inject({ method: 'POST', url: '/auth/login', payload }))
    now += 120_000
    down = true
    const answer = await app.inject({ url: '/auth/session', headers: { cookie } })
    expect(answer.json().user.roles).toEqual(['Viewer'])
  })
})

test('GET alone: nothing else is there', async () => {
  const application = await openApplication()
  for (const method of ['POST', 'PUT', 'DELETE'] as const)
    expect((await application.request({ method, url: '/auth/session' })).statusCode).toBe(404)
  expect((await application.request({ method: 'HEAD', url: '/auth/session' })).statusCode).toBe(200)
})
