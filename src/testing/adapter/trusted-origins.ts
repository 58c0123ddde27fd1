import type { IncomingHttpHeaders } from 'node:http'
import { describe, expect, test } from 'vitest'
import type { AdapterUnderTest } from './adapter-under-test.ts'
import { cookieOf } from './ask.ts'
import { type Application, openApplication, passwordOf } from './open-application.ts'

const FRONT = 'http://localhost:5173'
const FROM_FRONT = { origin: FRONT, 'sec-fetch-site': 'same-site' }
const OTHERS = [
  { origin: 'http://localhost:5174', 'sec-fetch-site': 'same-site' },
  { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
  { origin: 'null', 'sec-fetch-site': 'cross-site' },
]
const ENDPOINTS = [
  ['POST', '/auth/login'],
  ['POST', '/auth/logout'],
  ['GET', '/auth/session'],
] as const
const READABLE = { 'access-control-allow-origin': FRONT, 'access-control-allow-credentials': 'true' }

function post({ ask }: Application, path: string, headers: Record<string, string>, cookie?: string) {
  const body = path.endsWith('login') ? { username: 'viewer', password: passwordOf('viewer') } : {}
  return ask({ method: 'POST', path, headers, body }, cookie)
}
const preflight = ({ ask }: Application, path: string, method: string, headers: Record<string, string>) =>
  ask({
    method: 'OPTIONS',
    path,
    headers: { 'access-control-request-method': method, 'access-control-request-headers': 'content-type', ...headers },
  })
const corsOf = ({ headers }: { headers: IncomingHttpHeaders }) =>
  Object.keys(headers).filter((name) => name.startsWith('access-control-'))

export function describeTrustedOrigins(adapter: AdapterUnderTest): void {
  const open = () => openApplication(adapter, { http: { trustedOrigins: [FRONT] } })

  describe('a page of a trusted origin', () => {
    test('signs in and out, and may read the answers', async () => {
      const application = await open()
      const login = await post(application, '/auth/login', FROM_FRONT)
      const cookie = cookieOf(login)
      const session = await application.ask({ path: '/auth/session', headers: FROM_FRONT }, cookie)
      expect(session.json().user.name).toBe('viewer')
      const logout = await post(application, '/auth/logout', FROM_FRONT, cookie)
      for (const { status, headers } of [login, session, logout]) {
        expect(status).toBe(200)
        expect(headers).toMatchObject(READABLE)
        expect(headers.vary).toMatch(/\bOrigin\b/)
      }
      expect((await application.ask('/auth/session', cookie)).json().user).toBeNull()
    })

    test('may read refusals, and how long to wait', async () => {
      const application = await open()
      for (const [body, status] of [
        ['{"username":"viewer","password":"wrong"}', 401],
        ['{', 400],
        [`{"more":"${'x'.repeat(20_000)}"}`, 400],
      ] as const) {
        const headers = { ...FROM_FRONT, 'content-type': 'application/json' }
        const answer = await application.ask({ method: 'POST', path: '/auth/login', headers, body })
        expect(answer.status).toBe(status)
        expect(answer.headers).toMatchObject({ ...READABLE, 'access-control-expose-headers': 'Retry-After' })
      }
    })

    test.for(ENDPOINTS)('gets a yes to its preflight for %s %s', async ([method, path]) => {
      const answer = await preflight(await open(), path, method, FROM_FRONT)
      expect([answer.status, answer.body, answer.cookies]).toEqual([204, '', []])
      const allowed = { 'access-control-allow-methods': method, 'access-control-allow-headers': 'content-type' }
      expect(answer.headers).toMatchObject({ ...READABLE, ...allowed, vary: 'Origin' })
    })
  })

  describe('a page of any other origin', () => {
    test.for(OTHERS)('does not sign in or out, and reads nothing: %j', async (headers) => {
      const application = await open()
      const cookie = await application.signIn('viewer')
      for (const path of ['/auth/login', '/auth/logout']) {
        const answer = await post(application, path, headers, cookie)
        expect([answer.status, answer.cookies, corsOf(answer)]).toEqual([403, [], []])
        expect(answer.headers.vary).toMatch(/\bOrigin\b/)
      }
      const session = await application.ask({ path: '/auth/session', headers }, cookie)
      expect(corsOf(session)).toEqual([])
      expect(session.headers.vary).toMatch(/\bOrigin\b/)
    })

    test.for(ENDPOINTS)('gets a no to its preflight for %s %s', async ([method, path]) => {
      const application = await open()
      for (const headers of OTHERS) {
        const answer = await preflight(application, path, method, headers)
        expect([answer.status, corsOf(answer), answer.headers.vary]).toEqual([403, [], 'Origin'])
      }
    })
  })

  test('without trusted origins no preflight is answered, and nothing is said of origins', async () => {
    const application = await openApplication(adapter)
    for (const [method, path] of ENDPOINTS) {
      const answer = await preflight(application, path, method, FROM_FRONT)
      expect(answer.status).toBeGreaterThanOrEqual(400)
      expect(corsOf(answer)).toEqual([])
    }
    const login = await post(application, '/auth/login', FROM_FRONT)
    expect([login.status, corsOf(login)]).toEqual([403, []])
  })
}
