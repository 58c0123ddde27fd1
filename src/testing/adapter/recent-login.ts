import { describe, expect, test } from 'vitest'
import type { AdapterUnderTest, ContractRoute } from './adapter-under-test.ts'
import { cookieOf } from './ask.ts'
import { ADMIN, type ApplicationSetup, EDIT, openApplication, PAGE, PROGRAM, passwordOf } from './open-application.ts'

const CHALLENGE =
  'Cookie realm="ostiary", error="insufficient_user_authentication", error_description="Sign in again", max_age="900"'
const WITHIN = { authenticatedWithin: '15m' } as const

const handle = () => 'ok'
const ROUTES: readonly ContractRoute[] = [
  { method: 'GET', path: '/roles', declare: { roles: [ADMIN], ...WITHIN }, handle },
  { method: 'POST', path: '/roles', declare: { roles: [ADMIN], ...WITHIN }, handle },
  { method: 'GET', path: '/permission', declare: { permission: EDIT, ...WITHIN }, handle },
  { method: 'GET', path: '/check', declare: { check: async (user) => user.name !== 'viewer', ...WITHIN }, handle },
  { method: 'GET', path: '/alone', declare: WITHIN, handle },
]

export function describeRecentLogin(adapter: AdapterUnderTest): void {
  const open = (http: ApplicationSetup['http'] = {}) => openApplication(adapter, { routes: ROUTES, http })

  describe('a route that asks for a recent login', () => {
    test.for(['/roles', '/permission', '/check', '/alone'])(
      '%s lets in until the limit, to the millisecond, and again after a new login',
      async (path) => {
        const application = await open()
        const cookie = await application.signIn('admin')
        application.clock.advance('899999ms')
        expect((await application.ask({ path, headers: PROGRAM }, cookie)).status).toBe(200)
        application.clock.advance('1ms')
        const answer = await application.ask({ path, headers: PROGRAM }, cookie)
        expect([answer.status, answer.headers['www-authenticate']]).toEqual([401, CHALLENGE])
        expect(answer.headers['cache-control']).toBe('no-store')
        expect(answer.body).toBe('{"type":"about:blank","title":"Sign in again","status":401}')
        const again = await application.signIn('admin', { cookie })
        expect((await application.ask({ path, headers: PROGRAM }, again)).status).toBe(200)
      },
    )

    test('does not take a renewed session for a login', async () => {
      const application = await open()
      let cookie = await application.signIn('admin')
      for (let minute = 0; minute < 15; minute += 1) {
        application.clock.advance('1m')
        cookie = cookieOf(await application.ask('/alone', cookie))
      }
      expect((await application.ask('/alone', cookie)).status).toBe(401)
    })

    test('tells nothing of its limit to people who may not come in anyway', async () => {
      const application = await open()
      const cookie = await application.signIn('viewer')
      application.clock.advance('20m')
      for (const path of ['/roles', '/permission', '/check']) {
        for (const headers of [PROGRAM, PAGE]) {
          const answer = await application.ask({ path, headers }, cookie)
          expect([answer.status, answer.headers['www-authenticate']]).toEqual([403, undefined])
        }
      }
    })

    test.for([
      ['GET', PAGE, 303],
      ['HEAD', PAGE, 303],
      ['POST', PAGE, 401],
      ['GET', PROGRAM, 401],
      ['HEAD', PROGRAM, 401],
      ['POST', PROGRAM, 401],
    ] as const)('answers a late %s with %j by %i', async ([method, headers, status]) => {
      const application = await open({ prefix: '/door' })
      const cookie = await application.signIn('admin')
      application.clock.advance('20m')
      const answer = await application.ask({ method, path: '/roles?a=1', headers }, cookie)
      const way = status === 303 ? '/door/login?next=%2Froles%3Fa%3D1&again' : undefined
      expect([answer.status, answer.headers.location]).toEqual([status, way])
      expect(answer.headers['www-authenticate']).toBe(status === 303 ? undefined : CHALLENGE)
    })

    test('leads to a login page that knows the name, and back after the login', async () => {
      const application = await open()
      const cookie = await application.signIn('admin')
      application.clock.advance('20m')
      const sent = await application.ask({ path: '/roles?a=1', headers: PAGE }, cookie)
      const renewed = cookieOf(sent)
      const page = await application.ask({ path: String(sent.headers.location), headers: PAGE }, renewed)
      expect(page.body).toMatch(/<input id="username"[^>]* value="admin"/)
      const form = new URLSearchParams({ username: 'admin', password: passwordOf('admin'), next: '/roles?a=1' })
      const headers = { ...PAGE, 'content-type': 'application/x-www-form-urlencoded' }
      const login = { method: 'POST', path: '/auth/login', headers, body: form.toString() }
      const answer = await application.ask(login, renewed)
      expect([answer.status, answer.headers.location]).toEqual([303, '/roles?a=1'])
      expect((await application.ask('/roles?a=1', cookieOf(answer))).status).toBe(200)
    })
  })
}
