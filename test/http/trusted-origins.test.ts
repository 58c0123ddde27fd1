import cors from '@fastify/cors'
import type { InjectOptions } from 'fastify'
import { anyone, protect, sameSite } from 'ostiary/fastify'
import { describe, expect, test } from 'vitest'
import { type Application, type ApplicationOptions, openApplication } from '../application/open-application.ts'
import { cookieOf, setCookies } from '../application/serve-auth.ts'
import { passwordOf, VIEWER } from '../application/test-auth.ts'

// A front end at another port or on a sibling domain: another origin to browsers, though of the same site.

const FRONT = 'http://localhost:5173'
const FROM_FRONT = { origin: FRONT, 'sec-fetch-site': 'same-site' }
const OTHERS = [
  { origin: 'http://localhost:5174', 'sec-fetch-site': 'same-site' },
  { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
  { origin: 'null', 'sec-fetch-site': 'cross-site' },
]
const ROUTES = [
  ['POST', '/auth/login'],
  ['POST', '/auth/logout'],
  ['GET', '/auth/session'],
] as const

const open = (options: ApplicationOptions = {}) =>
  openApplication({ ...options, plugin: { trustedOrigins: [FRONT], ...options.plugin } })
const post = (application: Application, url: string, headers: Record<string, string>, cookie?: string) => {
  const payload = url.endsWith('login') ? { username: 'viewer', password: passwordOf('viewer') } : {}
  return application.request({ method: 'POST', url, headers, payload }, cookie)
}
const preflight = (application: Application, url: string, method: string, headers: Record<string, string>) =>
  application.request({
    method: 'OPTIONS',
    url,
    headers: { 'access-control-request-method': method, 'access-control-request-headers': 'content-type', ...headers },
  })
const corsOf = ({ headers }: { headers: Record<string, unknown> }) =>
  Object.keys(headers).filter((name) => name.startsWith('access-control-'))

describe('a page of a trusted origin', () => {
  test('signs in and out, and may read the answers', async () => {
    const application = await open()
    const login = await post(application, '/auth/login', FROM_FRONT)
    expect(login.statusCode).toBe(200)
    const cookie = cookieOf(login)
    const session = await application.request({ url: '/auth/session', headers: FROM_FRONT }, cookie)
    expect(session.json().user.name).toBe('viewer')
    const logout = await post(application, '/auth/logout', FROM_FRONT, cookie)
    expect(logout.statusCode).toBe(200)
    for (const { headers } of [login, session, logout]) {
      expect(headers).toMatchObject({
        'access-control-allow-origin': FRONT,
        'access-control-allow-credentials': 'true',
      })
      expect(headers.vary).toMatch(/\bOrigin\b/)
    }
    expect((await application.request('/auth/session', cookie)).json().user).toBeNull()
  })

  test('may read refusals, too, and how long to wait', async () => {
    const application = await open()
    const payload = { username: 'viewer', password: 'wrong' }
    const refused = await application.request({ method: 'POST', url: '/auth/login', headers: FROM_FRONT, payload })
    const broken = await application.request({ method: 'POST', url: '/auth/login', headers: FROM_FRONT, payload: '{' })
    expect([refused.statusCode, broken.statusCode]).toEqual([401, 400])
    for (const { headers } of [refused, broken])
      expect(headers).toMatchObject({
        'access-control-allow-origin': FRONT,
        'access-control-expose-headers': 'Retry-After',
      })
  })

  test.each(ROUTES)('gets a yes to its preflight for %s %s', async (method, url) => {
    const application = await open()
    const answer = await preflight(application, url, method, FROM_FRONT)
    expect([answer.statusCode, answer.body]).toEqual([204, ''])
    expect(answer.headers).toMatchObject({
      'access-control-allow-origin': FRONT,
      'access-control-allow-credentials': 'true',
      'access-control-allow-methods': method,
      'access-control-allow-headers': 'content-type',
      vary: 'Origin',
    })
    expect(setCookies(answer)).toEqual([])
  })
})

describe('a page of any other origin', () => {
  test.each(OTHERS)('%j does not sign in or out, and reads nothing', async (headers) => {
    const application = await open()
    const cookie = await application.signIn('viewer')
    for (const url of ['/auth/login', '/auth/logout']) {
      const answer = await post(application, url, headers, cookie)
      expect([answer.statusCode, setCookies(answer), corsOf(answer)]).toEqual([403, [], []])
      expect(answer.headers.vary).toMatch(/\bOrigin\b/)
    }
    const session = await application.request({ url: '/auth/session', headers }, cookie)
    expect(corsOf(session)).toEqual([])
    expect(session.headers.vary).toMatch(/\bOrigin\b/)
  })

  test.each(ROUTES)('gets a no to its preflight for %s %s', async (method, url) => {
    const application = await open()
    for (const headers of OTHERS) {
      const answer = await preflight(application, url, method, headers)
      expect([answer.statusCode, corsOf(answer), answer.headers.vary]).toEqual([403, [], 'Origin'])
    }
  })
})

test('without trusted origins nothing is said of origins, and no preflight is answered', async () => {
  const application = await openApplication()
  for (const [method, url] of ROUTES) {
    const answer = await preflight(application, url, method, FROM_FRONT)
    expect([answer.statusCode, corsOf(answer)]).toEqual([404, []])
  }
  const login = await post(application, '/auth/login', FROM_FRONT)
  expect([login.statusCode, corsOf(login)]).toEqual([403, []])
})

test.each([['*'], ['http://localhost:5173/'], ['https://*.example.org'], 'http://localhost:5173'])(
  'the application does not start with trustedOrigins: %j',
  async (trustedOrigins) => {
    await expect(openApplication({ plugin: { trustedOrigins: trustedOrigins as string[] } })).rejects.toThrow(
      /trustedOrigins/,
    )
  },
)

test('beside @fastify/cors, each looks after its own routes', async () => {
  const application = await open({
    plugin: { routes: { 'OPTIONS *': anyone() } },
    routes: async (app) => {
      await app.register(cors, { origin: [FRONT], credentials: true })
      app.get('/data', anyone(), async () => 'data')
    },
  })
  const login = await post(application, '/auth/login', FROM_FRONT)
  expect([login.statusCode, login.headers['access-control-allow-origin']]).toEqual([200, FRONT])
  expect((await preflight(application, '/auth/login', 'POST', FROM_FRONT)).headers['access-control-allow-origin']).toBe(
    FRONT,
  )
  const data = await application.request({ url: '/data', headers: FROM_FRONT })
  expect(data.headers['access-control-allow-origin']).toBe(FRONT)
})

describe('sameSite() on routes of the application', () => {
  const routes: ApplicationOptions['routes'] = (app) => {
    const handler = async () => 'done'
    app.post('/form', { ...protect({ roles: [VIEWER] }), onRequest: sameSite() }, handler)
    app.post('/open', anyone(), handler)
    app.get('/socket', { ...anyone(), onRequest: sameSite({ everyMethod: true }) }, handler)
    app.register(async (scope) => {
      scope.addHook('onRequest', sameSite())
      scope.route({ method: ['GET', 'POST', 'PUT', 'DELETE'], url: '/scoped', ...anyone(), handler })
    })
  }
  const status = async (
    application: Application,
    method: InjectOptions['method'],
    url: string,
    headers: object,
    cookie?: string,
  ) => (await application.request({ method: method ?? 'GET', url, headers: { ...headers } }, cookie)).statusCode

  test('lets through our own pages, those of trusted origins, and programs', async () => {
    const application = await open({ routes })
    const cookie = await application.signIn('viewer')
    for (const headers of [{}, FROM_FRONT, { 'sec-fetch-site': 'same-origin', origin: 'http://localhost' }]) {
      expect(await status(application, 'POST', '/form', headers, cookie)).toBe(200)
      expect(await status(application, 'POST', '/scoped', headers)).toBe(200)
      expect(await status(application, 'GET', '/socket', headers)).toBe(200)
    }
  })

  test('refuses pages of others, with an event', async () => {
    const application = await open({ routes })
    const cookie = await application.signIn('viewer')
    const events: unknown[] = []
    application.auth.on('*', ({ type, ...rest }) => void events.push([type, 'request' in rest && rest.request.path]))
    for (const headers of OTHERS) {
      events.length = 0
      expect(await status(application, 'POST', '/form', headers, cookie)).toBe(403)
      for (const method of ['POST', 'PUT', 'DELETE'] as const)
        expect(await status(application, method, '/scoped', headers)).toBe(403)
      expect(events).toEqual([
        ['request.cross-site', '/form'],
        ['request.cross-site', '/scoped'],
        ['request.cross-site', '/scoped'],
        ['request.cross-site', '/scoped'],
      ])
    }
  })

  test('leaves alone what changes nothing, unless every method is to be checked', async () => {
    const application = await open({ routes })
    for (const headers of OTHERS) {
      expect(await status(application, 'GET', '/scoped', headers)).toBe(200)
      expect(await status(application, 'HEAD', '/scoped', headers)).toBe(200)
      expect(await status(application, 'GET', '/socket', headers)).toBe(403)
      expect(await status(application, 'POST', '/open', headers)).toBe(200)
    }
  })

  test('comes after the guard: who may not come in hears nothing of it', async () => {
    const application = await open({ routes })
    const events: string[] = []
    application.auth.on('*', ({ type }) => void events.push(type))
    expect(await status(application, 'POST', '/form', OTHERS[0] ?? {})).toBe(403)
    expect(events).toEqual(['denied'])
  })

  test('answers 500 where there is no plugin', async () => {
    const { default: Fastify } = await import('fastify')
    const app = Fastify()
    app.post('/', { onRequest: sameSite() }, async () => 'done')
    const answer = await app.inject({ method: 'POST', url: '/' })
    expect(answer.statusCode).toBe(500)
    expect(answer.body).toContain('sameSite() needs the plugin')
    await app.close()
  })
})
