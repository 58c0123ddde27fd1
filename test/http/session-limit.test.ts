import type { FastifyInstance } from 'fastify'
import { protect } from 'ostiary/fastify'
import { describe, expect, test } from 'vitest'
import { type ApplicationOptions, openApplication } from '../application/open-application.ts'
import { setCookies } from '../application/serve-auth.ts'
import { passwordOf, VIEWER } from '../application/test-auth.ts'

const routes = (app: FastifyInstance) => app.get('/door', protect({ roles: [VIEWER] }), async () => 'ok')
const RIGHT = { username: 'viewer', password: passwordOf('viewer') }

/** A application in which everybody may have two sessions. */
async function crowded(beyond: 'end-oldest' | 'refuse', options: ApplicationOptions = {}) {
  const events: { type: string; reason?: string; outcome?: string }[] = []
  const audit = { record: (event: { type: string }) => void events.push(event) }
  const perUser = { most: 2, beyond }
  const application = await openApplication({ routes, sessions: { perUser }, auth: { audit }, ...options })
  const first = await application.signIn('viewer')
  application.clock.advance('1s')
  const cookies = [first, await application.signIn('viewer')] as const
  const login = (payload: object, headers = {}, cookie?: string) =>
    application.request({ method: 'POST', url: '/auth/login', payload, headers }, cookie)
  const door = async (cookie: string) => (await application.request('/door', cookie)).statusCode
  return { ...application, events, cookies, login, door }
}

describe('one session too many', () => {
  test('ends the oldest, and says so in the audit', async () => {
    const { cookies, login, door, events } = await crowded('end-oldest')
    expect((await login(RIGHT)).statusCode).toBe(200)
    expect(await Promise.all(cookies.map(door))).toEqual([403, 200])
    expect(events.filter(({ reason }) => reason !== undefined)).toMatchObject([
      { type: 'session.revoked', ended: 1, reason: 'the user has as many sessions as are allowed' },
    ])
  })

  test('is refused with 409, sets no cookie, and leaves the others alone', async () => {
    const { cookies, login, door, events } = await crowded('refuse')
    const answer = await login(RIGHT, { accept: 'application/json' })
    expect(answer.statusCode).toBe(409)
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/)
    expect(answer.json()).toEqual({ type: 'about:blank', title: 'Too many sessions', status: 409 })
    expect(setCookies(answer)).toEqual([])
    expect(await Promise.all(cookies.map(door))).toEqual([200, 200])
    expect(events.at(-1)).toMatchObject({
      type: 'login.failed',
      outcome: 'too-many-sessions',
      username: 'viewer',
      reason: 'the user has as many sessions as are allowed',
    })
  })

  test.each([
    ['en', 'signed in on as many devices'],
    ['de', 'so vielen Geräten angemeldet'],
  ])('is a login page that says so (%s)', async (language, text) => {
    const { login } = await crowded('refuse')
    const answer = await login(RIGHT, { accept: 'text/html', 'accept-language': language })
    expect(answer.statusCode).toBe(409)
    expect(answer.body).toContain(text)
    expect(answer.body).toContain('role="alert"')
    expect(answer.body).not.toContain(RIGHT.password)
  })

  test('is told to nobody whose password is wrong', async () => {
    const { login } = await crowded('refuse')
    expect((await login({ ...RIGHT, password: 'wrong' })).statusCode).toBe(401)
  })

  test('is none when the login replaces the session that the browser brings along', async () => {
    const { cookies, login, door } = await crowded('refuse')
    expect((await login(RIGHT, {}, cookies[0])).statusCode).toBe(200)
    expect(await Promise.all(cookies.map(door))).toEqual([403, 200])
  })

  test("is not made up for by somebody else's session that is brought along", async () => {
    const { login, signIn } = await crowded('refuse')
    expect((await login(RIGHT, {}, await signIn('admin'))).statusCode).toBe(409)
  })

  test('ends with one of the others', async () => {
    const { cookies, login, request } = await crowded('refuse')
    await request({ method: 'POST', url: '/auth/logout' }, cookies[0])
    expect((await login(RIGHT)).statusCode).toBe(200)
    expect((await login(RIGHT)).statusCode).toBe(409)
  })
})
