import type { FastifyInstance, HTTPMethods } from 'fastify'
import type { AuditEvent } from 'ostiary'
import { protect } from 'ostiary/fastify'
import { fixedClock } from 'ostiary/testing'
import { describe, expect, test } from 'vitest'
import { type Application, type ApplicationOptions, openApplication } from '../application/open-application.ts'
import { cookieOf } from '../application/serve-auth.ts'
import { ADMIN, EDIT, passwordOf } from '../application/test-auth.ts'

const PAGE = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }
const PROGRAM = { accept: 'application/json' }
const CHALLENGE =
  'Cookie realm="ostiary", error="insufficient_user_authentication", error_description="Sign in again", max_age="900"'
const FORBIDDEN = '{"type":"about:blank","title":"Forbidden","status":403}'

/** When the clock of every application begins. */
const START = fixedClock()()
const WITHIN = '15m'
const DOORS = ['/roles', '/permission', '/check', '/later', '/alone']

function routes(app: FastifyInstance): void {
  const handler = async () => 'ok'
  const method: HTTPMethods[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']
  app.route({ method, url: '/roles', ...protect({ roles: [ADMIN], authenticatedWithin: WITHIN }), handler })
  app.get('/permission', protect({ permission: EDIT, authenticatedWithin: WITHIN }), handler)
  app.get('/check', protect({ check: (user) => user.name !== 'viewer', authenticatedWithin: WITHIN }), handler)
  app.get('/later', protect({ check: async (user) => user.name !== 'viewer', authenticatedWithin: 900 }), handler)
  app.get('/alone', protect({ authenticatedWithin: WITHIN }), handler)
  app.get('/plain', protect({ roles: [ADMIN] }), async ({ user }) => ({ since: user.authenticatedAt }))
}

const open = (options: ApplicationOptions = {}): Promise<Application> => openApplication({ routes, ...options })

async function statusOf(application: Application, url: string, cookie?: string): Promise<number> {
  return (await application.request({ url, headers: PROGRAM }, cookie)).statusCode
}

describe('a door that asks for a recent login', () => {
  test.each(DOORS.flatMap((door) => (['admin', 'root'] as const).map((person) => [door, person] as const)))(
    '%s lets %s in until the limit, to the millisecond, and again after a new login',
    async (door, person) => {
      const application = await open()
      const cookie = await application.signIn(person)
      application.clock.advance('899999ms')
      expect(await statusOf(application, door, cookie)).toBe(200)
      application.clock.advance('1ms')
      const answer = await application.request({ url: door, headers: PROGRAM }, cookie)
      expect([answer.statusCode, answer.headers['www-authenticate']]).toEqual([401, CHALLENGE])
      expect(answer.headers['cache-control']).toBe('no-store')
      expect(answer.body).toBe('{"type":"about:blank","title":"Sign in again","status":401}')

      const again = await application.signIn(person, { cookie })
      expect(await statusOf(application, door, again)).toBe(200)
      expect(await statusOf(application, door, cookie)).toBe(403)
    },
  )

  test('does not take use for a login: neither requests nor renewals of the session move the time', async () => {
    const application = await open()
    let cookie = await application.signIn('admin')
    const signedInAt = application.clock()
    for (let minute = 0; minute < 15; minute += 1) {
      expect(await statusOf(application, '/alone', cookie)).toBe(200)
      application.clock.advance('1m')
      const answer = await application.request('/plain', cookie)
      expect(answer.json()).toEqual({ since: signedInAt })
      cookie = cookieOf(answer)
    }
    expect(await statusOf(application, '/alone', cookie)).toBe(401)
    expect(await statusOf(application, '/plain', cookie)).toBe(200)
  })

  test.each([
    [0, 200],
    [1, 200],
    [59_000, 200],
    // The session is from the future: nobody is signed in.
    [61_000, 403],
    [3_600_000, 403],
  ])('after a clock is set back by %d ms, %d', async (back, status) => {
    let setBack = 0
    const application: Application = await open({ auth: { clock: () => START - setBack } })
    const cookie = await application.signIn('admin')
    setBack = back
    expect(await statusOf(application, '/alone', cookie)).toBe(status)
  })
})

describe('whoever would be refused anyway learns nothing of it', () => {
  test.each(DOORS.filter((door) => door !== '/alone'))('%s', async (door) => {
    const application = await open()
    const cookie = await application.signIn('viewer')
    for (const each of [undefined, 'ostiary=x', cookie]) {
      const early = await application.request({ url: door, headers: PROGRAM }, each)
      expect([early.statusCode, early.body, early.headers['www-authenticate']]).toEqual([403, FORBIDDEN, undefined])
    }
    application.clock.advance('20m')
    for (const headers of [PROGRAM, PAGE]) {
      const late = await application.request({ url: door, headers }, cookie)
      expect([late.statusCode, late.headers.location, late.headers['www-authenticate']]).toEqual([
        403,
        undefined,
        undefined,
      ])
    }
  })

  test.each([
    ['forbid', 403, undefined],
    ['challenge', 401, 'Cookie realm="ostiary"'],
    ['login', 401, 'Cookie realm="ostiary"'],
  ] as const)('anonymous people get what they get at every door: %s', async (anonymous, status, challenge) => {
    const application = await open({ plugin: { anonymous } })
    for (const door of DOORS) {
      const answer = await application.request({ url: door, headers: PROGRAM })
      expect([answer.statusCode, answer.headers['www-authenticate']]).toEqual([status, challenge])
    }
  })
})

describe('who is asked to sign in again', () => {
  async function late(plugin: ApplicationOptions['plugin'] = {}) {
    const application = await open({ plugin })
    const cookie = await application.signIn('admin')
    application.clock.advance('20m')
    return { application, cookie }
  }

  const METHODS: readonly (readonly [
    HTTPMethods,
    Record<string, string>,
    number,
    'page' | 'problem' | 'empty' | 'way',
  ])[] = [
    ['GET', PAGE, 303, 'way'],
    ['HEAD', PAGE, 303, 'way'],
    ['POST', PAGE, 401, 'page'],
    ['PUT', PAGE, 401, 'page'],
    ['PATCH', PAGE, 401, 'page'],
    ['DELETE', PAGE, 401, 'page'],
    ['GET', PROGRAM, 401, 'problem'],
    ['GET', { accept: '*/*' }, 401, 'problem'],
    ['GET', {}, 401, 'problem'],
    ['HEAD', PROGRAM, 401, 'empty'],
    ['POST', PROGRAM, 401, 'problem'],
    ['DELETE', {}, 401, 'problem'],
  ]
  test('an address that is too long for a way back leads to the login page all the same', async () => {
    const { application, cookie } = await late({ anonymous: 'login' })
    const answer = await application.request({ url: `/roles?${'&'.repeat(8000)}`, headers: PAGE }, cookie)
    expect([answer.statusCode, answer.headers.location]).toEqual([303, '/auth/login?again'])
  })

  test.each(METHODS)('%s with %j gets %d, a %s', async (method, headers, status, kind) => {
    for (const anonymous of ['forbid', 'challenge', 'login'] as const) {
      const { application, cookie } = await late({ anonymous, prefix: '/door' })
      const answer = await application.request({ method: method as 'GET', url: '/roles?a=1', headers }, cookie)
      expect(answer.statusCode).toBe(status)
      expect(answer.headers['cache-control']).toBe('no-store')
      expect(answer.headers['www-authenticate']).toBe(kind === 'way' ? undefined : CHALLENGE)
      expect(answer.headers.location).toBe(kind === 'way' ? '/door/login?next=%2Froles%3Fa%3D1&again' : undefined)
      if (kind === 'page') {
        expect(answer.body).toContain('<h1>Please sign in again</h1>')
        expect(answer.body).toContain('href="/door/login?again"')
      }
      if (kind === 'empty') expect(answer.body).toBe('')
      expect(answer.body).not.toContain('Administrator')
    }
  })

  test.each([
    ['en', 'To go on, please sign in again.'],
    ['de', 'melden Sie sich bitte noch einmal an.'],
  ])(
    'is told so on the login page (%s), where the name is filled in, and comes back after it',
    async (language, text) => {
      const { application, cookie } = await late()
      const sent = await application.request({ url: '/roles?a=1', headers: PAGE }, cookie)
      const renewed = cookieOf(sent)
      const headers = { ...PAGE, 'accept-language': language }
      const page = await application.request({ url: String(sent.headers.location), headers }, renewed)
      expect(page.statusCode).toBe(200)
      expect(page.body).toMatch(new RegExp(`role="status">[^<]*${text.replaceAll('.', '\\.')}`))
      expect(page.body).toMatch(/<input id="username"[^>]* value="admin"/)
      expect(page.body).toContain('name="next" value="/roles?a=1"')
      expect(page.body).not.toContain(' checked')
      expect(page.headers['cache-control']).toBe('no-store')

      const payload = new URLSearchParams({ username: 'admin', password: passwordOf('admin'), next: '/roles?a=1' })
      const post = { ...PAGE, 'content-type': 'application/x-www-form-urlencoded' }
      const login = { method: 'POST', url: '/auth/login', headers: post, payload: payload.toString() } as const
      const answer = await application.request(login, renewed)
      expect([answer.statusCode, answer.headers.location]).toEqual([303, '/roles?a=1'])
      expect((await application.request({ url: '/roles?a=1', headers: PAGE }, cookieOf(answer))).statusCode).toBe(200)
      expect(await statusOf(application, '/plain', renewed)).toBe(403)
    },
  )

  test('keeps the tick at staying signed in', async () => {
    const application = await open()
    const cookie = await application.signIn('admin', { persistent: true })
    application.clock.advance('5d')
    const page = await application.request({ url: '/auth/login?again', headers: PAGE }, cookie)
    expect(page.body).toContain('name="persistent" value="on" checked')
  })

  test.each([undefined, 'ostiary=x'])('and brings no session along (%s), sees a plain login page', async (cookie) => {
    const application = await open()
    const [plain, again] = [
      await application.request({ url: '/auth/login', headers: PAGE }, cookie),
      await application.request({ url: '/auth/login?again', headers: PAGE }, cookie),
    ]
    expect(again.body).toBe(plain.body)
  })

  test('may be somebody else now: whoever signs in is judged anew', async () => {
    const { application, cookie } = await late()
    const viewer = await application.signIn('viewer', { cookie })
    expect(await statusOf(application, '/roles', viewer)).toBe(403)
    expect(await statusOf(application, '/alone', viewer)).toBe(200)
  })

  test('is in the record, with the reason', async () => {
    const { application, cookie } = await late()
    const denied: AuditEvent[] = []
    application.auth.on('denied', (event) => denied.push(event))
    for (const door of DOORS) await application.request(door, cookie)
    expect(denied).toHaveLength(DOORS.length)
    for (const [index, event] of denied.entries()) {
      expect(event).toMatchObject({
        decision: { allowed: false, reason: { code: 'signed-in-too-long-ago' } },
        explanation: `denied: has not signed in within ${DOORS[index] === '/later' ? '900s' : '15m'}`,
        request: { path: DOORS[index] },
      })
    }
  })
})

test('the limit is rounded down to seconds where it is told', async () => {
  const application = await openApplication({
    routes: (app) => app.get('/short', protect({ authenticatedWithin: '2500ms' }), async () => 'ok'),
  })
  const cookie = await application.signIn('viewer')
  application.clock.advance('2500ms')
  expect((await application.request('/short', cookie)).headers['www-authenticate']).toMatch(/max_age="2"$/)
})
