import Fastify from 'fastify'
import { createAuth, defineUserSource, generateSecret } from 'ostiary'
import { ostiary } from 'ostiary/fastify'
import { expect, onTestFinished, test } from 'vitest'
import { openApplication } from '../application/open-application.ts'
import { cookieOf, setCookies } from '../application/serve-auth.ts'

const CLEARED = 'ostiary=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0'
const POST = { method: 'POST', url: '/auth/logout' } as const

test('signing out clears the cookie and ends the session: the cookie replayed is anonymous, and cleared again', async () => {
  const application = await openApplication()
  const cookie = await application.signIn('admin')
  const answer = await application.request({ ...POST, headers: { accept: 'application/json' } }, cookie)
  expect(answer.statusCode).toBe(200)
  expect(answer.json()).toMatchObject({ user: { name: 'anonymous', isAnonymous: true } })
  expect(setCookies(answer)).toEqual([CLEARED])
  const replayed = await application.request('/auth/logout', cookie)
  expect(replayed.body).toContain('Nobody is signed in')
  expect(setCookies(replayed)).toEqual([CLEARED])
})

test('a browser is sent to the login page, which says that it is done', async () => {
  const application = await openApplication()
  const answer = await application.request(
    { ...POST, headers: { accept: 'text/html' } },
    await application.signIn('admin'),
  )
  expect([answer.statusCode, answer.headers.location]).toEqual([303, '/auth/login?signed-out'])
  expect((await application.request('/auth/login?signed-out')).body).toContain('You are signed out.')
})

test('GET changes nothing: it is a page with a button', async () => {
  const application = await openApplication()
  const cookie = await application.signIn('admin')
  for (const method of ['GET', 'HEAD'] as const) {
    const answer = await application.request({ method, url: '/auth/logout' }, cookie)
    expect(answer.statusCode).toBe(200)
    expect(setCookies(answer)).toEqual([])
  }
  expect((await application.request('/auth/logout', cookie)).body).toMatch(/admin.*<button type="submit">Sign out/s)
})

test('who is not signed in is signed out all the same', async () => {
  const application = await openApplication()
  for (const cookie of [undefined, 'ostiary=x']) {
    const answer = await application.request({ ...POST, headers: { accept: 'application/json' } }, cookie)
    expect(answer.statusCode).toBe(200)
    expect(setCookies(answer)).toEqual([CLEARED])
  }
})

test('the two-hundredth logout ends its session like the first', async () => {
  const application = await openApplication()
  for (let count = 0; count < 200; count += 1) {
    const cookie = await application.signIn('viewer')
    await application.request(POST, cookie)
    const page = await application.request('/auth/logout', cookie)
    expect(page.body, `logout ${count + 1}`).toContain('Nobody is signed in')
  }
})

test('a session that is due for renewal is ended like any other', async () => {
  const application = await openApplication()
  const cookie = await application.signIn('viewer')
  application.clock.advance('10m')
  const answer = await application.request(POST, cookie)
  expect(setCookies(answer)).toEqual([CLEARED])
  application.clock.advance('1ms')
  expect((await application.request('/auth/logout', cookie)).body).toContain('Nobody is signed in')
})

test('while the store is down the browser forgets its cookie, and hears that the session may live on', async () => {
  const application = await openApplication()
  for (const lease of ['lasts', 'has ended']) {
    const cookie = await application.signIn('viewer')
    if (lease === 'has ended') application.clock.advance('2m')
    application.store.down = true
    const answer = await application.request(POST, cookie)
    expect(answer.statusCode, lease).toBe(503)
    expect(answer.headers['retry-after']).toBe('10')
    expect(setCookies(answer)).toEqual([CLEARED])
    application.store.down = false
  }
})

test('logging in again after logging out gives another session', async () => {
  const application = await openApplication()
  const first = await application.signIn('admin')
  await application.request(POST, first)
  const payload = { username: 'admin', password: 'pw of admin' }
  const answer = await application.request({ method: 'POST', url: '/auth/login', payload }, first)
  expect(cookieOf(answer)).not.toBe(first)
})

test('a source that hangs keeps nobody from signing out, or from the pages and the login, once a lease is over', async () => {
  let asked = 0
  const source = defineUserSource('ldap', async ({ username }) => ({ name: username }), {
    lookup: () => {
      asked += 1
      return new Promise(() => {})
    },
    deadline: '10m',
  })
  let now = Date.now()
  const auth = createAuth({ roles: [], sources: [source], sessions: { secret: generateSecret() }, clock: () => now })
  const app = Fastify()
  onTestFinished(async () => {
    await app.close()
    await auth.close()
  })
  await app.register(ostiary, { auth })
  const payload = { username: 'anna', password: 'x' }
  const login = (cookie?: string) =>
    app.inject({ method: 'POST', url: '/auth/login', payload, headers: cookie === undefined ? {} : { cookie } })

  const first = cookieOf(await login())
  now += 120_000
  const page = await app.inject({ url: '/auth/logout', headers: { cookie: first } })
  expect(page.body).toContain('<bdi>anna</bdi>')
  expect((await app.inject({ url: '/auth/login', headers: { cookie: first } })).statusCode).toBe(200)
  const second = cookieOf(await login(first))
  now += 120_000
  const logout = await app.inject({ ...POST, headers: { cookie: second, accept: 'application/json' } })
  expect([logout.statusCode, setCookies(logout)]).toEqual([200, [CLEARED]])
  const after = await app.inject({ url: '/auth/session', headers: { cookie: second } })
  expect(after.json().user).toBeNull()
  expect(asked).toBe(0)
})
