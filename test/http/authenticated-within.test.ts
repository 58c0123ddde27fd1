import type { FastifyInstance, HTTPMethods } from 'fastify'
import type { AuditEvent } from 'ostiary'
import { protect } from 'ostiary/fastify'
import { fixedClock } from 'ostiary/testing'
import { describe, expect, test } from 'vitest'
import { ADMIN, cookieOf, EDIT, type House, type HouseOptions, openHouse, passwordOf } from './open-house.ts'

const PAGE = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }
const PROGRAM = { accept: 'application/json' }
const CHALLENGE =
  'Cookie realm="ostiary", error="insufficient_user_authentication", error_description="Sign in again", max_age="900"'
const FORBIDDEN = '{"type":"about:blank","title":"Forbidden","status":403}'

/** When the clock of every house begins. */
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

const open = (options: HouseOptions = {}): Promise<House> => openHouse({ routes, ...options })

async function statusOf(house: House, url: string, cookie?: string): Promise<number> {
  return (await house.request({ url, headers: PROGRAM }, cookie)).statusCode
}

describe('a door that asks for a recent login', () => {
  test.each(DOORS.flatMap((door) => (['admin', 'root'] as const).map((person) => [door, person] as const)))(
    '%s lets %s in until the limit, to the millisecond, and again after a new login',
    async (door, person) => {
      const house = await open()
      const cookie = await house.signIn(person)
      house.clock.advance('899999ms')
      expect(await statusOf(house, door, cookie)).toBe(200)
      house.clock.advance('1ms')
      const answer = await house.request({ url: door, headers: PROGRAM }, cookie)
      expect([answer.statusCode, answer.headers['www-authenticate']]).toEqual([401, CHALLENGE])
      expect(answer.headers['cache-control']).toBe('no-store')
      expect(answer.body).toBe('{"type":"about:blank","title":"Sign in again","status":401}')

      const again = await house.signIn(person, { cookie })
      expect(await statusOf(house, door, again)).toBe(200)
      expect(await statusOf(house, door, cookie)).toBe(403)
    },
  )

  test('does not take use for a login: neither requests nor renewals of the session move the time', async () => {
    const house = await open()
    let cookie = await house.signIn('admin')
    const signedInAt = house.clock()
    for (let minute = 0; minute < 15; minute += 1) {
      expect(await statusOf(house, '/alone', cookie)).toBe(200)
      house.clock.advance('1m')
      const answer = await house.request('/plain', cookie)
      expect(answer.json()).toEqual({ since: signedInAt })
      cookie = cookieOf(answer)
    }
    expect(await statusOf(house, '/alone', cookie)).toBe(401)
    expect(await statusOf(house, '/plain', cookie)).toBe(200)
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
    const house: House = await open({ auth: { clock: () => START - setBack } })
    const cookie = await house.signIn('admin')
    setBack = back
    expect(await statusOf(house, '/alone', cookie)).toBe(status)
  })
})

describe('whoever would be refused anyway learns nothing of it', () => {
  test.each(DOORS.filter((door) => door !== '/alone'))('%s', async (door) => {
    const house = await open()
    const cookie = await house.signIn('viewer')
    for (const each of [undefined, 'ostiary=x', cookie]) {
      const early = await house.request({ url: door, headers: PROGRAM }, each)
      expect([early.statusCode, early.body, early.headers['www-authenticate']]).toEqual([403, FORBIDDEN, undefined])
    }
    house.clock.advance('20m')
    for (const headers of [PROGRAM, PAGE]) {
      const late = await house.request({ url: door, headers }, cookie)
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
    const house = await open({ plugin: { anonymous } })
    for (const door of DOORS) {
      const answer = await house.request({ url: door, headers: PROGRAM })
      expect([answer.statusCode, answer.headers['www-authenticate']]).toEqual([status, challenge])
    }
  })
})

describe('who is asked to sign in again', () => {
  async function late(plugin: HouseOptions['plugin'] = {}) {
    const house = await open({ plugin })
    const cookie = await house.signIn('admin')
    house.clock.advance('20m')
    return { house, cookie }
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
    const { house, cookie } = await late({ anonymous: 'login' })
    const answer = await house.request({ url: `/roles?${'&'.repeat(8000)}`, headers: PAGE }, cookie)
    expect([answer.statusCode, answer.headers.location]).toEqual([303, '/auth/login?again'])
  })

  test.each(METHODS)('%s with %j gets %d, a %s', async (method, headers, status, kind) => {
    for (const anonymous of ['forbid', 'challenge', 'login'] as const) {
      const { house, cookie } = await late({ anonymous, prefix: '/door' })
      const answer = await house.request({ method: method as 'GET', url: '/roles?a=1', headers }, cookie)
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
      const { house, cookie } = await late()
      const sent = await house.request({ url: '/roles?a=1', headers: PAGE }, cookie)
      const renewed = cookieOf(sent)
      const headers = { ...PAGE, 'accept-language': language }
      const page = await house.request({ url: String(sent.headers.location), headers }, renewed)
      expect(page.statusCode).toBe(200)
      expect(page.body).toMatch(new RegExp(`role="status">[^<]*${text.replaceAll('.', '\\.')}`))
      expect(page.body).toMatch(/<input id="username"[^>]* value="admin"/)
      expect(page.body).toContain('name="next" value="/roles?a=1"')
      expect(page.body).not.toContain(' checked')
      expect(page.headers['cache-control']).toBe('no-store')

      const payload = new URLSearchParams({ username: 'admin', password: passwordOf('admin'), next: '/roles?a=1' })
      const post = { ...PAGE, 'content-type': 'application/x-www-form-urlencoded' }
      const login = { method: 'POST', url: '/auth/login', headers: post, payload: payload.toString() } as const
      const answer = await house.request(login, renewed)
      expect([answer.statusCode, answer.headers.location]).toEqual([303, '/roles?a=1'])
      expect((await house.request({ url: '/roles?a=1', headers: PAGE }, cookieOf(answer))).statusCode).toBe(200)
      expect(await statusOf(house, '/plain', renewed)).toBe(403)
    },
  )

  test('keeps the tick at staying signed in', async () => {
    const house = await open()
    const cookie = await house.signIn('admin', { persistent: true })
    house.clock.advance('5d')
    const page = await house.request({ url: '/auth/login?again', headers: PAGE }, cookie)
    expect(page.body).toContain('name="persistent" value="on" checked')
  })

  test.each([undefined, 'ostiary=x'])('and brings no session along (%s), sees a plain login page', async (cookie) => {
    const house = await open()
    const [plain, again] = [
      await house.request({ url: '/auth/login', headers: PAGE }, cookie),
      await house.request({ url: '/auth/login?again', headers: PAGE }, cookie),
    ]
    expect(again.body).toBe(plain.body)
  })

  test('may be somebody else now: whoever signs in is judged anew', async () => {
    const { house, cookie } = await late()
    const viewer = await house.signIn('viewer', { cookie })
    expect(await statusOf(house, '/roles', viewer)).toBe(403)
    expect(await statusOf(house, '/alone', viewer)).toBe(200)
  })

  test('is in the record, with the reason', async () => {
    const { house, cookie } = await late()
    const denied: AuditEvent[] = []
    house.auth.on('denied', (event) => denied.push(event))
    for (const door of DOORS) await house.request(door, cookie)
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
  const house = await openHouse({
    routes: (app) => app.get('/short', protect({ authenticatedWithin: '2500ms' }), async () => 'ok'),
  })
  const cookie = await house.signIn('viewer')
  house.clock.advance('2500ms')
  expect((await house.request('/short', cookie)).headers['www-authenticate']).toMatch(/max_age="2"$/)
})
