import { describe, expect, test } from 'vitest'
import type { AdapterUnderTest } from './adapter-under-test.ts'
import { type Application, needs, openApplication, passwordOf, VIEWER } from './open-application.ts'

const FORBIDDEN = '{"type":"about:blank","title":"Forbidden","status":403}'

/** Headers of requests that a page of another site makes a browser send. */
const FOREIGN: readonly Record<string, string>[] = [
  { 'sec-fetch-site': 'cross-site' },
  { 'sec-fetch-site': 'same-site' },
  { 'sec-fetch-site': 'same-origin, cross-site' },
  { 'sec-fetch-site': '' },
  { origin: 'null' },
  { origin: 'https://evil.example' },
  { origin: 'http://localhost:1' },
  { origin: 'http://localhost.evil.example' },
  { origin: '' },
  { origin: 'http://evil.example', 'x-forwarded-host': 'evil.example' },
]
const OURS: readonly Record<string, string>[] = [
  {},
  { 'sec-fetch-site': 'same-origin' },
  { 'sec-fetch-site': 'none' },
  { origin: 'http://localhost:8000', host: 'localhost:8000' },
  { referer: 'https://evil.example/' },
]

function post(application: Application, path: string, headers: Record<string, string>, cookie?: string) {
  const body = path.endsWith('login') ? { username: 'admin', password: passwordOf('admin') } : {}
  return application.ask({ method: 'POST', path, headers, body }, cookie)
}
const isSignedIn = async ({ ask }: Application, cookie: string) =>
  (await ask('/auth/session', cookie)).json().user !== null

export function describeCrossSite(adapter: AdapterUnderTest): void {
  describe('a page of another site', () => {
    test.for(FOREIGN)('signs nobody in or out: %j', async (headers) => {
      const application = await openApplication(adapter)
      const cookie = await application.signIn('viewer')
      const asked = application.people.asked
      const events: string[] = []
      application.auth.on('*', ({ type }) => void events.push(type))
      for (const path of ['/auth/login', '/auth/logout']) {
        const answer = await post(application, path, headers, cookie)
        expect([answer.status, answer.body, answer.cookies]).toEqual([403, FORBIDDEN, []])
      }
      expect(application.people.asked).toBe(asked)
      expect(events).toEqual(['login.cross-site', 'login.cross-site'])
      expect(await isSignedIn(application, cookie)).toBe(true)
    })

    test('may link to the pages: reading them changes nothing', async () => {
      const application = await openApplication(adapter)
      const cookie = await application.signIn('viewer')
      const headers = { 'sec-fetch-site': 'cross-site' }
      for (const path of ['/auth/login', '/auth/logout', '/auth/logout?yes=1'])
        expect((await application.ask({ path, headers }, cookie)).status).toBe(200)
      expect(await isSignedIn(application, cookie)).toBe(true)
    })

    test.for(['GET', 'HEAD', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])('signs nobody in or out by %s', async (method) => {
      const application = await openApplication(adapter)
      const cookie = await application.signIn('viewer')
      const form = { username: 'admin', password: passwordOf('admin') }
      const body = method === 'GET' || method === 'HEAD' ? {} : { body: form }
      for (const path of [`/auth/login?${new URLSearchParams(form)}`, '/auth/logout'])
        expect((await application.ask({ method, path, ...body }, cookie)).cookies).toEqual([])
      expect(await isSignedIn(application, cookie)).toBe(true)
    })
  })

  test.for(OURS)('a page of this site, or a program, signs in and out: %j', async (headers) => {
    const application = await openApplication(adapter)
    const answer = await post(application, '/auth/login', headers)
    expect([answer.status, answer.cookies.length]).toEqual([200, 1])
    expect((await post(application, '/auth/logout', headers)).status).toBe(200)
  })

  describe('a route with the same-site check', () => {
    const open = () =>
      openApplication(adapter, {
        routes: [
          { method: 'POST', path: '/form', declare: { roles: [VIEWER] }, sameSite: true, handle: () => 'done' },
          { method: 'GET', path: '/form', declare: { roles: [VIEWER] }, sameSite: true, handle: () => 'done' },
        ],
      })

    test('refuses what changes something from pages of other sites, with an event', async (context) => {
      needs(context, adapter, 'same-site')
      const application = await open()
      const cookie = await application.signIn('viewer')
      const events: unknown[] = []
      application.auth.on('request.cross-site', ({ request }) => void events.push(request.path))
      for (const headers of FOREIGN) expect((await post(application, '/form', headers, cookie)).status).toBe(403)
      expect(events).toEqual(FOREIGN.map(() => '/form'))
    })

    test('lets through pages of this site, and what changes nothing', async (context) => {
      needs(context, adapter, 'same-site')
      const application = await open()
      const cookie = await application.signIn('viewer')
      for (const headers of OURS) expect((await post(application, '/form', headers, cookie)).status).toBe(200)
      for (const headers of FOREIGN)
        expect((await application.ask({ path: '/form', headers }, cookie)).status).toBe(200)
    })

    test('checks after the guard: people who may not come in leave no event of it', async (context) => {
      needs(context, adapter, 'same-site')
      const application = await open()
      const events: string[] = []
      application.auth.on('*', ({ type }) => void events.push(type))
      expect((await post(application, '/form', FOREIGN[0] ?? {})).status).toBe(403)
      expect(events).toEqual(['denied'])
    })
  })
}
