import type { FastifyInstance } from 'fastify'
import { ANONYMOUS, type Auth } from 'ostiary'
import { anyone, protect } from 'ostiary/fastify'
import { describe, expect, test } from 'vitest'
import { openApplication } from '../application/open-application.ts'
import { setCookies } from '../application/serve-auth.ts'
import { ADMIN, VIEW } from '../application/test-auth.ts'

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
    const application = await openApplication({
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
    const cookie = await application.signIn('admin')
    for (const url of ['/door1', '/door2', '/door3']) {
      seen.length = 0
      expect((await application.request(url, cookie)).body).toBe('admin')
      expect(seen.length).toBeGreaterThanOrEqual(4)
      expect(new Set(seen).size).toBe(1)
      expect(seen[0]).toMatchObject({ name: 'admin', isAuthenticated: true, roles: [ADMIN] })
    }
  })

  test('is anonymous, and one value for all, when nobody has signed in', async () => {
    const application = await openApplication({
      routes: (app) => app.get('/', anyone(), async ({ user }) => user === ANONYMOUS),
    })
    expect((await application.request('/')).body).toBe('true')
  })

  test('is known where there is no route, and where something fails', async () => {
    const application = await openApplication({
      routes: (app) => {
        app.setNotFoundHandler(async ({ user }, reply) => reply.code(404).send(user.name))
        app.setErrorHandler(async (_error, { user }, reply) => reply.code(500).send(user.name))
        app.get('/fails', anyone(), async () => {
          throw new Error('failed')
        })
      },
    })
    const cookie = await application.signIn('admin')
    const answer = async (url: string, as?: string) => (await application.request(url, as)).body
    expect([await answer('/nowhere', cookie), await answer('/nowhere')]).toEqual(['admin', 'anonymous'])
    expect([await answer('/fails', cookie), await answer('/fails')]).toEqual(['admin', 'anonymous'])
  })

  test('is known to hooks of the application that come before the guard, as far as it can be known at once', async () => {
    const seen: string[] = []
    const application = await openApplication({
      routes: (app) => {
        app.addHook('onRequest', async ({ user }) => void seen.push(user.name))
        routes(app)
      },
    })
    const cookie = await application.signIn('viewer')
    seen.length = 0
    expect((await application.request('/view', cookie)).body).toBe('viewer')
    application.clock.advance('1m')
    expect((await application.request('/view', cookie)).body).toBe('viewer')
    expect(seen).toEqual(['viewer', 'anonymous'])
  })

  test('cannot be overwritten, nor can what it says', async () => {
    const failures: unknown[] = []
    const application = await openApplication({
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
    const answer = await application.request('/', await application.signIn('viewer'))
    expect(answer.json()).toMatchObject({ name: 'viewer', roles: ['Viewer'] })
    for (const error of failures) expect(error).toBeInstanceOf(TypeError)
    expect(failures.length).toBeGreaterThanOrEqual(4)
  })
})

describe('no route learns from the requests before', () => {
  test('a request without a cookie asks nobody', async () => {
    const { asked, inBetween } = counting()
    const application = await openApplication({ routes, inBetween })
    for (const url of ['/silent', '/sometimes', '/without-user']) await application.request(url)
    expect(asked).toEqual({ ahead: 0, atOnce: 0 })
  })

  test.each(['/silent', '/asking', '/view'])('%s works out the user of every request, and once', async (url) => {
    const { asked, inBetween } = counting()
    const application = await openApplication({ routes, inBetween })
    const cookie = await application.signIn('viewer')
    asked.ahead = 0
    for (let count = 0; count < 150; count += 1) await application.request(url, cookie)
    expect(asked).toEqual({ ahead: 150, atOnce: 0 })
  })

  test('a public route that asks late has the right user at the end of a lease', async () => {
    const { asked, inBetween } = counting()
    const application = await openApplication({ routes, inBetween })
    const cookie = await application.signIn('viewer')
    for (let count = 0; count < 150; count += 1) await application.request('/sometimes', cookie)
    application.clock.advance('1m')
    asked.ahead = 0
    const late = await application.request('/sometimes?ask', cookie)
    expect([late.body, setCookies(late).length, asked]).toEqual(['viewer', 1, { ahead: 1, atOnce: 0 }])
  })

  test('a public route without its user reads no cookie, and its user is anonymous', async () => {
    const { asked, inBetween } = counting()
    const application = await openApplication({ routes, inBetween })
    const cookie = await application.signIn('viewer')
    asked.ahead = 0
    application.clock.advance('1m')
    const answers = [
      await application.request('/without-user', cookie),
      await application.request('/without-user', cookie),
    ]
    expect(answers.map((answer) => [answer.body, setCookies(answer)])).toEqual([
      ['anonymous', []],
      ['anonymous', []],
    ])
    expect(asked).toEqual({ ahead: 0, atOnce: 0 })
  })
})

describe('while the store is down', () => {
  test('sessions whose lease lasts are served', async () => {
    const application = await openApplication({ routes })
    const cookie = await application.signIn('viewer')
    application.store.down = true
    expect((await application.request('/view', cookie)).body).toBe('viewer')
    expect((await application.request('/asking', cookie)).body).toBe('viewer')
  })

  test('those whose lease has ended go on for the time of grace, and keep their cookie', async () => {
    const application = await openApplication({ routes })
    const cookie = await application.signIn('viewer')
    application.store.down = true
    application.clock.advance('359s')
    for (const path of ['/view', '/asking']) {
      const answer = await application.request(path, cookie)
      expect([answer.body, setCookies(answer)]).toEqual(['viewer', []])
    }
  })

  test('an open door lets in an anonymous user, and the cookie stays for better times', async () => {
    const application = await openApplication({ routes })
    const cookie = await application.signIn('viewer')
    application.clock.advance('6m')
    application.store.down = true
    const answer = await application.request('/asking', cookie)
    expect([answer.statusCode, answer.body, setCookies(answer)]).toEqual([200, 'anonymous', []])
    application.store.down = false
    expect((await application.request('/asking', cookie)).body).toBe('viewer')
  })

  test('a guarded door stays closed: 503 and when to try again, neither yes nor no', async () => {
    const application = await openApplication({ routes })
    const events: string[] = []
    application.auth.on('session.unavailable', ({ reason }) => void events.push(reason))
    const cookie = await application.signIn('viewer')
    application.clock.advance('6m')
    application.store.down = true
    const answer = await application.request('/view', cookie)
    expect([answer.statusCode, answer.body]).toEqual([
      503,
      '{"type":"about:blank","title":"Service Unavailable","status":503}',
    ])
    expect(answer.headers).toMatchObject({ 'retry-after': '10', 'cache-control': 'no-store' })
    expect(setCookies(answer)).toEqual([])
    const page = await application.request({ url: '/view', headers: { accept: 'text/html' } }, cookie)
    expect([page.statusCode, page.headers['retry-after']]).toEqual([503, '10'])
    expect(page.body).toContain('Not possible at the moment')
    expect(events).toEqual([expect.stringContaining('the store is down'), expect.any(String)])
    // Who brings no cookie needs no store to be refused.
    expect((await application.request('/view')).statusCode).toBe(403)
    application.store.down = false
    expect((await application.request('/view', cookie)).body).toBe('viewer')
  })
})
