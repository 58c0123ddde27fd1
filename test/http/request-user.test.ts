import type { FastifyInstance } from 'fastify'
import { ANONYMOUS, type Auth } from 'ostiary'
import { anyone, protect } from 'ostiary/fastify'
import { describe, expect, test } from 'vitest'
import { ADMIN, openHouse, setCookies, VIEW } from './open-house.ts'

/** An Auth that counts how often it is asked who somebody is. */
function counting() {
  const asked = { ahead: 0, atOnce: 0 }
  const inBetween = (auth: Auth): Auth => ({
    ...auth,
    authenticateRequest(context) {
      asked.ahead += 1
      return auth.authenticateRequest(context)
    },
    authenticateRequestAtOnce(context) {
      asked.atOnce += 1
      return auth.authenticateRequestAtOnce(context)
    },
  })
  return { asked, inBetween }
}

function routes(app: FastifyInstance): void {
  app.get('/silent', anyone(), async () => 'ok')
  app.get('/asking', anyone(), async ({ user }) => user.name)
  app.get('/sometimes', anyone(), async (request) => ('ask' in (request.query as object) ? request.user.name : 'ok'))
  app.get('/without-user', anyone({ user: false }), async ({ user }) => user.name)
  app.get('/view', protect({ permission: VIEW }), async ({ user }) => user.name)
}

describe('who is asking', () => {
  test('is known in handlers, hooks and checkers of every kind of route, one and the same all the way', async () => {
    const seen: unknown[] = []
    const house = await openHouse({
      routes: (app) => {
        const hooks = {
          onRequest: async ({ user }: { user: unknown }) => void seen.push(user),
          preHandler: async ({ user }: { user: unknown }) => void seen.push(user),
          onSend: async ({ user }: { user: unknown }) => void seen.push(user),
          onResponse: async ({ user }: { user: unknown }) => void seen.push(user),
        }
        for (const declaration of [
          anyone(),
          protect({ permission: VIEW }),
          protect({ check: (user) => seen.push(user) > 0 }),
        ])
          app.get(`/door${seen.push('route')}`, { ...declaration, ...hooks }, async ({ user }) => user.name)
      },
    })
    const cookie = await house.signIn('admin')
    for (const url of ['/door1', '/door2', '/door3']) {
      seen.length = 0
      expect((await house.request(url, cookie)).body).toBe('admin')
      expect(seen.length).toBeGreaterThanOrEqual(4)
      expect(new Set(seen).size).toBe(1)
      expect(seen[0]).toMatchObject({ name: 'admin', isAuthenticated: true, roles: [ADMIN] })
    }
  })

  test('is anonymous, and one value for all, when nobody has signed in', async () => {
    const house = await openHouse({ routes: (app) => app.get('/', anyone(), async ({ user }) => user === ANONYMOUS) })
    expect((await house.request('/')).body).toBe('true')
  })

  test('is known where there is no route, and where something fails', async () => {
    const house = await openHouse({
      routes: (app) => {
        app.setNotFoundHandler(async ({ user }, reply) => reply.code(404).send(user.name))
        app.setErrorHandler(async (_error, { user }, reply) => reply.code(500).send(user.name))
        app.get('/fails', anyone(), async () => {
          throw new Error('failed')
        })
      },
    })
    const cookie = await house.signIn('admin')
    const answer = async (url: string, as?: string) => (await house.request(url, as)).body
    expect([await answer('/nowhere', cookie), await answer('/nowhere')]).toEqual(['admin', 'anonymous'])
    expect([await answer('/fails', cookie), await answer('/fails')]).toEqual(['admin', 'anonymous'])
  })

  test('is known to hooks of the application that come before the guard, as far as it can be known at once', async () => {
    const seen: string[] = []
    const house = await openHouse({
      routes: (app) => {
        app.addHook('onRequest', async ({ user }) => void seen.push(user.name))
        routes(app)
      },
    })
    const cookie = await house.signIn('viewer')
    seen.length = 0
    expect((await house.request('/view', cookie)).body).toBe('viewer')
    house.clock.advance('1m')
    expect((await house.request('/view', cookie)).body).toBe('viewer')
    expect(seen).toEqual(['viewer', 'anonymous'])
  })

  test('cannot be overwritten, nor can what it says', async () => {
    const failures: unknown[] = []
    const house = await openHouse({
      routes: (app) =>
        app.get('/', anyone(), async (request) => {
          for (const change of [
            () => Object.assign(request, { user: { name: 'root', isSuperuser: true } }),
            () => Object.assign(request.user, { isSuperuser: true }),
            () => Object.assign(request.user, { name: 'root' }),
            () => (request.user.roles as unknown[]).push(ADMIN),
            () => Object.assign(request.user.properties, { a: 1 }),
          ]) {
            try {
              change()
            } catch (error) {
              failures.push(error)
            }
          }
          return request.user
        }),
    })
    const answer = await house.request('/', await house.signIn('viewer'))
    expect(answer.json()).toMatchObject({ name: 'viewer', roles: ['Viewer'] })
    for (const error of failures) expect(error).toBeInstanceOf(TypeError)
    expect(failures.length).toBeGreaterThanOrEqual(4)
  })
})

describe('no route learns from the requests before', () => {
  test('a request without a cookie asks nobody', async () => {
    const { asked, inBetween } = counting()
    const house = await openHouse({ routes, inBetween })
    for (const url of ['/silent', '/sometimes', '/without-user']) await house.request(url)
    expect(asked).toEqual({ ahead: 0, atOnce: 0 })
  })

  test.each(['/silent', '/asking', '/view'])('%s works out the user of every request, and once', async (url) => {
    const { asked, inBetween } = counting()
    const house = await openHouse({ routes, inBetween })
    const cookie = await house.signIn('viewer')
    asked.ahead = 0
    for (let count = 0; count < 150; count += 1) await house.request(url, cookie)
    expect(asked).toEqual({ ahead: 150, atOnce: 0 })
  })

  test('a public route that asks late has the right user at the end of a lease', async () => {
    const { asked, inBetween } = counting()
    const house = await openHouse({ routes, inBetween })
    const cookie = await house.signIn('viewer')
    for (let count = 0; count < 150; count += 1) await house.request('/sometimes', cookie)
    house.clock.advance('1m')
    asked.ahead = 0
    const late = await house.request('/sometimes?ask', cookie)
    expect([late.body, setCookies(late).length, asked]).toEqual(['viewer', 1, { ahead: 1, atOnce: 0 }])
  })

  test('a public route without its user reads no cookie, and its user is anonymous', async () => {
    const { asked, inBetween } = counting()
    const house = await openHouse({ routes, inBetween })
    const cookie = await house.signIn('viewer')
    asked.ahead = 0
    house.clock.advance('1m')
    const answers = [await house.request('/without-user', cookie), await house.request('/without-user', cookie)]
    expect(answers.map((answer) => [answer.body, setCookies(answer)])).toEqual([
      ['anonymous', []],
      ['anonymous', []],
    ])
    expect(asked).toEqual({ ahead: 0, atOnce: 0 })
  })
})

describe('while the store is down', () => {
  test('sessions whose lease lasts are served', async () => {
    const house = await openHouse({ routes })
    const cookie = await house.signIn('viewer')
    house.store.down = true
    expect((await house.request('/view', cookie)).body).toBe('viewer')
    expect((await house.request('/asking', cookie)).body).toBe('viewer')
  })

  test('those whose lease has ended go on for the time of grace, and keep their cookie', async () => {
    const house = await openHouse({ routes })
    const cookie = await house.signIn('viewer')
    house.store.down = true
    house.clock.advance('359s')
    for (const path of ['/view', '/asking']) {
      const answer = await house.request(path, cookie)
      expect([answer.body, setCookies(answer)]).toEqual(['viewer', []])
    }
  })

  test('an open door lets in an anonymous user, and the cookie stays for better times', async () => {
    const house = await openHouse({ routes })
    const cookie = await house.signIn('viewer')
    house.clock.advance('6m')
    house.store.down = true
    const answer = await house.request('/asking', cookie)
    expect([answer.statusCode, answer.body, setCookies(answer)]).toEqual([200, 'anonymous', []])
    house.store.down = false
    expect((await house.request('/asking', cookie)).body).toBe('viewer')
  })

  test('a guarded door stays closed: 503 and when to try again, neither yes nor no', async () => {
    const house = await openHouse({ routes })
    const events: string[] = []
    house.auth.on('session.unavailable', ({ reason }) => void events.push(reason))
    const cookie = await house.signIn('viewer')
    house.clock.advance('6m')
    house.store.down = true
    const answer = await house.request('/view', cookie)
    expect([answer.statusCode, answer.body]).toEqual([
      503,
      '{"type":"about:blank","title":"Service Unavailable","status":503}',
    ])
    expect(answer.headers).toMatchObject({ 'retry-after': '10', 'cache-control': 'no-store' })
    expect(setCookies(answer)).toEqual([])
    const page = await house.request({ url: '/view', headers: { accept: 'text/html' } }, cookie)
    expect([page.statusCode, page.headers['retry-after']]).toEqual([503, '10'])
    expect(page.body).toContain('Not possible at the moment')
    expect(events).toEqual([expect.stringContaining('the store is down'), expect.any(String)])
    // Who brings no cookie needs no store to be refused.
    expect((await house.request('/view')).statusCode).toBe(403)
    house.store.down = false
    expect((await house.request('/view', cookie)).body).toBe('viewer')
  })
})
