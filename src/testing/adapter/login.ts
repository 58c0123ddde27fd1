import { describe, expect, test } from 'vitest'
import type { AdapterUnderTest } from './adapter-under-test.ts'
import { type Application, openApplication, PAGE, PROGRAM, passwordOf } from './open-application.ts'

const FORM = { 'content-type': 'application/x-www-form-urlencoded' }
const CLEARED = 'ostiary=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0'
const LOGOUT = { method: 'POST', path: '/auth/logout' } as const

const asJson = ({ ask }: Application, body: object, headers = {}, cookie?: string) =>
  ask({ method: 'POST', path: '/auth/login', body, headers }, cookie)
const asForm = ({ ask }: Application, fields: Record<string, string>, headers = {}) =>
  ask({
    method: 'POST',
    path: '/auth/login',
    body: new URLSearchParams(fields).toString(),
    headers: { ...FORM, ...headers },
  })
const RIGHT = { username: 'admin', password: passwordOf('admin') }

export function describeLogin(adapter: AdapterUnderTest): void {
  describe('signing in', () => {
    test('as a program answers with the user as JSON, whatever next says', async () => {
      const application = await openApplication(adapter)
      const answer = await asJson(application, { ...RIGHT, next: '/x' })
      expect([answer.status, answer.headers.location, answer.cookies.length]).toEqual([200, undefined, 1])
      expect(answer.headers['cache-control']).toBe('no-store')
      const user = { name: 'admin', description: '', roles: ['Administrator'], isAnonymous: false, properties: {} }
      expect(answer.json()).toEqual({ user })
    })

    test('as a browser leads to next, or home when next leads to another site', async () => {
      const application = await openApplication(adapter, { http: { home: '/start' } })
      const lead = async (next: string) => {
        const { status, headers } = await asForm(application, { ...RIGHT, next }, PAGE)
        return [status, headers.location]
      }
      expect(await lead('/a?b=c#d')).toEqual([303, '/a?b=c#d'])
      for (const next of ['//e', '/\\e', '/\t/e', 'https://e', 'javascript:alert(1)', '/x\r\na: b', '/.//e', ''])
        expect(await lead(next), next).toEqual([303, '/start'])
    })

    test('answers in the kind that was asked for, whatever the kind of the body', async () => {
      const application = await openApplication(adapter)
      expect((await asForm(application, RIGHT, PROGRAM)).json().user.name).toBe('admin')
      expect((await asJson(application, RIGHT, PAGE)).status).toBe(303)
    })

    test.for([
      ['a wrong password', 'admin', 'wrong'],
      ['an unknown name', 'nobod', 'wrong'],
      ['the right password of a disabled account', 'ghost', passwordOf('ghost')],
      ['a name as long as the form', 'n'.repeat(9000), 'wrong'],
    ] as const)('is refused for %s in the same bytes with the same headers', async ([, username, password]) => {
      const application = await openApplication(adapter)
      const usual = await asJson(application, { username: 'admin', password: 'quite wrong' })
      const answer = await asJson(application, { username, password })
      expect(answer.body).toBe('{"type":"about:blank","title":"Sign-in refused","status":401}')
      expect({ ...answer.headers, date: '' }).toEqual({ ...usual.headers, date: '' })
      expect(answer.headers).toMatchObject({
        'www-authenticate': 'Cookie realm="ostiary"',
        'cache-control': 'no-store',
      })
      expect([answer.status, answer.cookies]).toEqual([401, []])
    })

    test('is refused as a page that shows the name as text, and no password', async () => {
      const application = await openApplication(adapter)
      const answer = await asForm(application, { username: '"><b>', password: 'a secret', next: '/a' }, PAGE)
      expect([answer.status, answer.headers['content-type']]).toEqual([401, 'text/html; charset=utf-8'])
      expect(answer.body).toContain('value="&quot;&gt;&lt;b&gt;"')
      expect(answer.body).not.toContain('a secret')
      expect(answer.body).toContain('name="next" value="/a"')
    })

    test('is answered with 503 while the source is down', async () => {
      const application = await openApplication(adapter)
      application.people.down = true
      const answer = await asJson(application, RIGHT)
      expect([answer.status, answer.headers['retry-after'], answer.cookies]).toEqual([503, '10', []])
      expect(answer.headers['www-authenticate']).toBeUndefined()
    })

    test('is answered with 429 and a time to wait after too many attempts', async () => {
      const throttle = { refusalFloor: 0, client: { attempts: 1, window: '1m' } } as const
      const application = await openApplication(adapter, { auth: { throttle } })
      await asJson(application, { ...RIGHT, password: 'wrong' })
      const answer = await asJson(application, { ...RIGHT, password: 'wrong' })
      expect(answer.status).toBe(429)
      expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
    })

    test('is answered with 500 and without a word about a fault', async () => {
      const application = await openApplication(adapter, {
        inBetween: (auth) => ({ ...auth, signIn: () => Promise.reject(new Error('a detail')) }),
      })
      const answer = await asJson(application, RIGHT)
      expect([answer.status, answer.headers['cache-control'], answer.cookies]).toEqual([500, 'no-store', []])
      expect(answer.body).toBe('{"type":"about:blank","title":"Internal Server Error","status":500}')
    })

    test('leaves a session as it was when it is refused', async () => {
      const application = await openApplication(adapter)
      const cookie = await application.signIn('viewer')
      expect((await asJson(application, { ...RIGHT, password: 'wrong' }, {}, cookie)).cookies).toEqual([])
      expect((await application.ask('/auth/session', cookie)).json().user.name).toBe('viewer')
    })
  })

  describe('the login page', () => {
    test('is served for GET and HEAD, in the language of the browser, and kept by no cache', async () => {
      const { ask } = await openApplication(adapter)
      const page = await ask({ path: '/auth/login', headers: { ...PAGE, 'accept-language': 'de' } })
      expect([page.status, page.headers['cache-control']]).toEqual([200, 'no-store'])
      expect(page.body).toMatch(/<html[^>]* lang="de"/)
      expect(page.headers['content-security-policy']).toContain("default-src 'none'")
      const head = await ask({ method: 'HEAD', path: '/auth/login' })
      expect([head.status, head.body]).toEqual([200, ''])
    })

    test('carries next along when next leads somewhere on this site, and stands there once', async () => {
      const { ask } = await openApplication(adapter)
      const pageOf = async (query: string) => (await ask(`/auth/login?${query}`)).body
      expect(await pageOf('next=%2Fa%3Fb%3D%22%3E')).toContain('name="next" value="/a?b=%22%3E"')
      for (const query of ['next=//e', 'next=https://e', 'next=/', 'next=/a&next=/b'])
        expect(await pageOf(query), query).not.toContain('name="next"')
    })

    test('is below the prefix, and nowhere else', async () => {
      const { ask } = await openApplication(adapter, { http: { prefix: '/door' } })
      expect((await ask('/door/login')).body).toContain('action="/door/login"')
      expect((await ask('/auth/login')).status).toBe(404)
    })
  })

  describe('signing out', () => {
    test('ends the session and clears the cookie: replayed, it is anonymous', async () => {
      const application = await openApplication(adapter)
      const cookie = await application.signIn('admin')
      const answer = await application.ask({ ...LOGOUT, headers: PROGRAM }, cookie)
      expect([answer.status, answer.json().user.isAnonymous, answer.cookies]).toEqual([200, true, [CLEARED]])
      expect((await application.ask('/auth/session', cookie)).json().user).toBeNull()
    })

    test('leads browsers to a login page that says so', async () => {
      const application = await openApplication(adapter)
      const answer = await application.ask({ ...LOGOUT, headers: PAGE }, await application.signIn('admin'))
      expect([answer.status, answer.headers.location]).toEqual([303, '/auth/login?signed-out'])
      expect((await application.ask('/auth/login?signed-out')).body).toContain('You are signed out.')
    })

    test('needs POST: GET and HEAD show a page and change nothing', async () => {
      const application = await openApplication(adapter)
      const cookie = await application.signIn('admin')
      for (const method of ['GET', 'HEAD']) {
        const answer = await application.ask({ method, path: '/auth/logout' }, cookie)
        expect([answer.status, answer.cookies]).toEqual([200, []])
      }
      expect((await application.ask('/auth/logout', cookie)).body).toContain('<bdi>admin</bdi>')
    })

    test.for([undefined, 'ostiary=x'])('succeeds without a session: %s', async (cookie) => {
      const application = await openApplication(adapter)
      const answer = await application.ask({ ...LOGOUT, headers: PROGRAM }, cookie)
      expect([answer.status, answer.cookies]).toEqual([200, [CLEARED]])
    })
  })

  describe('the session endpoint', () => {
    test('tells who is signed in, with rights and times', async () => {
      const application = await openApplication(adapter)
      const answer = await application.ask('/auth/session', await application.signIn('viewer'))
      expect([answer.status, answer.headers['cache-control']]).toEqual([200, 'no-store'])
      expect(answer.headers['content-type']).toMatch(/^application\/json/)
      const { user, expiresAt, idleUntil } = answer.json()
      expect(user).toMatchObject({ name: 'viewer', roles: ['Viewer'], permissions: ['view'], isSuperuser: false })
      expect([expiresAt, idleUntil].map((time) => Date.parse(time) > application.clock())).toEqual([true, true])
    })

    test('tells that nobody is signed in', async () => {
      const { ask } = await openApplication(adapter)
      const answer = await ask('/auth/session')
      expect([answer.status, answer.json()]).toEqual([200, { user: null, expiresAt: null, idleUntil: null }])
    })

    test('is no activity: an idle session ends, however often a page asks', async () => {
      const application = await openApplication(adapter)
      const cookie = await application.signIn('viewer')
      for (let minute = 1; minute <= 30; minute += 1) {
        application.clock.advance('1m')
        const answer = await application.ask('/auth/session', cookie)
        expect([answer.json().user?.name, answer.cookies], `minute ${minute}`).toEqual(['viewer', []])
      }
      application.clock.advance('1m')
      const answer = await application.ask('/auth/session', cookie)
      expect([answer.json().user, answer.cookies]).toEqual([null, [CLEARED]])
    })
  })
}
