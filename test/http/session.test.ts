import Fastify from 'fastify'
import { accepted, createAuth, defineRole, defineUserSource, generateSecret, unavailable } from 'ostiary'
import { anyone, ostiary } from 'ostiary/fastify'
import { describe, expect, onTestFinished, test } from 'vitest'
import { ADMIN, cookieOf, type House, openHouse, setCookies, VIEWER } from './open-house.ts'

const ask = (house: House, cookie?: string) => house.request('/auth/session', cookie)
const userOf = async (house: House, cookie: string) => (await ask(house, cookie)).json().user
const lastSeen = async (house: House) =>
  (await Array.fromAsync(house.auth.sessions.list())).map(({ lastSeenAt }) => lastSeenAt)

test('a page learns who is signed in, what they may do, and how long', async () => {
  const house = await openHouse()
  const now = house.clock()
  const cookie = await house.signIn('viewer')
  const answer = await ask(house, cookie)
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
  const house = await openHouse()
  expect(await userOf(house, await house.signIn('root'))).toMatchObject({
    roles: [],
    permissions: ['view', 'edit'],
    isSuperuser: true,
  })
})

test('a persistent session has no time of idleness', async () => {
  const house = await openHouse()
  const { expiresAt, idleUntil } = (await ask(house, await house.signIn('viewer', { persistent: true }))).json()
  expect([Date.parse(expiresAt) - house.clock(), idleUntil]).toEqual([30 * 24 * 3_600_000, null])
})

test('who is not signed in is nobody: 200, and user null', async () => {
  const house = await openHouse()
  const nobody = { user: null, expiresAt: null, idleUntil: null }
  for (const cookie of [undefined, 'theme=dark', 'ostiary=x']) {
    const answer = await ask(house, cookie)
    expect([answer.statusCode, answer.json()]).toEqual([200, nobody])
    expect(answer.headers['cache-control']).toBe('no-store')
  }
  const cookie = await house.signIn('viewer')
  await house.request({ method: 'POST', url: '/auth/logout' }, cookie)
  expect((await ask(house, cookie)).json()).toEqual(nobody)
})

describe('to ask is no activity', () => {
  test('who does nothing else is signed out when the time of idleness is over', async () => {
    const house = await openHouse()
    const cookie = await house.signIn('viewer')
    const [seen] = await lastSeen(house)
    for (let minute = 1; minute <= 30; minute += 1) {
      house.clock.advance('1m')
      const answer = await ask(house, cookie)
      expect(answer.json().user?.name, `minute ${minute}`).toBe('viewer')
      expect(setCookies(answer)).toEqual([])
    }
    expect(await lastSeen(house)).toEqual([seen])
    house.clock.advance('1m')
    const answer = await ask(house, cookie)
    expect(answer.json().user).toBeNull()
    expect(setCookies(answer)).toEqual([expect.stringContaining('Max-Age=0')])
  })

  test('the store and the source are asked once a lease, however often a page asks', async () => {
    const house = await openHouse()
    const cookie = await house.signIn('viewer')
    house.clock.advance('2m')
    const before = { ...house.store.asked }
    for (let count = 0; count < 50; count += 1) await ask(house, cookie)
    await Promise.all(Array.from({ length: 50 }, () => ask(house, cookie)))
    expect(house.store.asked.confirm).toBe(before.confirm)
    const asked = Object.values(house.store.asked).reduce((a, b) => a + b, 0)
    expect(asked - Object.values(before).reduce((a, b) => a + b, 0)).toBeLessThanOrEqual(2)
  })

  test('a session that is used goes on as ever', async () => {
    const house = await openHouse({ routes: (app) => app.get('/active', anyone(), async ({ user }) => user.name) })
    let cookie = await house.signIn('viewer')
    for (let round = 0; round < 4; round += 1) {
      house.clock.advance('20m')
      expect((await userOf(house, cookie)).name).toBe('viewer')
      cookie = cookieOf(await house.request('/active', cookie))
    }
  })
})

describe('once the lease is over', () => {
  test('a session that was ended is nobody', async () => {
    const house = await openHouse()
    const cookie = await house.signIn('viewer')
    house.clock.advance('5m')
    expect((await userOf(house, cookie)).name).toBe('viewer')
    const [session] = await Array.fromAsync(house.auth.sessions.list())
    await house.auth.sessions.revoke({ user: session?.userId ?? '' })
    expect(await userOf(house, cookie)).toBeNull()
  })

  test('roles are those of now', async () => {
    const house = await openHouse()
    const cookie = await house.signIn('viewer')
    house.clock.advance('5m')
    expect((await userOf(house, cookie)).roles).toEqual(['Viewer'])
    await house.users.setRoles('viewer', [VIEWER, ADMIN])
    expect((await userOf(house, cookie)).roles.sort()).toEqual(['Administrator', 'Viewer'])
    await house.users.disable('viewer')
    expect(await userOf(house, cookie)).toBeNull()
  })

  test('while the store is down, the time of grace holds, and then it is a 503 as problem', async () => {
    const house = await openHouse()
    const cookie = await house.signIn('viewer')
    house.store.down = true
    house.clock.advance('2m')
    expect((await userOf(house, cookie)).name).toBe('viewer')
    house.clock.advance('10m')
    const answer = await ask(house, cookie)
    expect([answer.statusCode, answer.headers['retry-after'], answer.headers['cache-control']]).toEqual([
      503,
      '10',
      'no-store',
    ])
    expect(answer.json()).toEqual({ type: 'about:blank', title: 'Service Unavailable', status: 503 })
    house.store.down = false
    expect((await userOf(house, cookie)).name).toBe('viewer')
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
  const house = await openHouse()
  for (const method of ['POST', 'PUT', 'DELETE'] as const)
    expect((await house.request({ method, url: '/auth/session' })).statusCode).toBe(404)
  expect((await house.request({ method: 'HEAD', url: '/auth/session' })).statusCode).toBe(200)
})
