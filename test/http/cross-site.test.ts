import { describe, expect, test } from 'vitest'
import { type Application, type ApplicationOptions, openApplication } from '../application/open-application.ts'
import { setCookies } from '../application/serve-auth.ts'
import { passwordOf } from '../application/test-auth.ts'

// A page of somebody else's can make a browser send a login or a logout. We do not answer those.

const PROBLEM = '{"type":"about:blank","title":"Forbidden","status":403}'

async function houseAndCookie(options: ApplicationOptions = {}) {
  const application = await openApplication(options)
  return { application, cookie: await application.signIn('viewer') }
}
const post = (application: Application, url: string, headers: Record<string, string>, cookie?: string) => {
  const payload = url.endsWith('login') ? { username: 'admin', password: passwordOf('admin') } : {}
  return application.request({ method: 'POST', url, headers, payload }, cookie)
}
const isSignedIn = async (application: Application, cookie: string) =>
  (await application.request('/auth/logout', cookie)).body.includes('Signed in as')

const FOREIGN: readonly Record<string, string>[] = [
  { 'sec-fetch-site': 'cross-site' },
  { 'sec-fetch-site': 'same-site' },
  { 'sec-fetch-site': 'cross-site', origin: 'http://localhost:80' },
  { 'sec-fetch-site': 'same-origin, cross-site' },
  { 'sec-fetch-site': '' },
  { origin: 'null' },
  { origin: 'https://evil.example' },
  { origin: 'http://localhost:81' },
  { origin: 'http://localhost.evil.example' },
  { origin: '' },
  { origin: 'localhost' },
  { origin: 'http://evil.example', host: 'localhost', 'x-forwarded-host': 'evil.example' },
]
const OURS: readonly Record<string, string>[] = [
  {},
  { 'sec-fetch-site': 'same-origin' },
  { 'sec-fetch-site': 'none' },
  { 'sec-fetch-site': 'same-origin', origin: 'null' },
  { origin: 'http://localhost', host: 'localhost' },
  { origin: 'http://localhost:8000', host: 'localhost:8000' },
  { referer: 'https://evil.example/' },
]

describe('from a page of somebody else', () => {
  test.each(FOREIGN)('%j: no login', async (headers) => {
    const { application, cookie } = await houseAndCookie()
    const events: string[] = []
    application.auth.on('*', ({ type }) => void events.push(type))
    const hashes = application.hashes()
    for (const sent of [undefined, cookie]) {
      const answer = await post(application, '/auth/login', headers, sent)
      expect([answer.statusCode, answer.body, setCookies(answer)]).toEqual([403, PROBLEM, []])
    }
    expect(application.hashes()).toBe(hashes)
    expect(events).toEqual(['login.cross-site', 'login.cross-site'])
  })

  test.each(FOREIGN)('%j: no logout', async (headers) => {
    const { application, cookie } = await houseAndCookie()
    const answer = await post(application, '/auth/logout', headers, cookie)
    expect([answer.statusCode, setCookies(answer)]).toEqual([403, []])
    expect(await isSignedIn(application, cookie)).toBe(true)
  })

  test('a body is not even read', async () => {
    const application = await openApplication()
    const headers = { 'sec-fetch-site': 'cross-site', 'content-type': 'application/json' }
    for (const payload of ['{', 'x'.repeat(100_000)])
      expect((await application.request({ method: 'POST', url: '/auth/login', headers, payload })).statusCode).toBe(403)
  })

  test('the pages may be linked to: reading them changes nothing', async () => {
    const { application, cookie } = await houseAndCookie()
    for (const url of ['/auth/login', '/auth/logout', '/auth/logout?yes=1'])
      expect((await application.request({ url, headers: { 'sec-fetch-site': 'cross-site' } }, cookie)).statusCode).toBe(
        200,
      )
    expect(await isSignedIn(application, cookie)).toBe(true)
  })

  test.each(['GET', 'HEAD', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'] as const)(
    '%s signs nobody in or out',
    async (method) => {
      const { application, cookie } = await houseAndCookie()
      const payload = { username: 'admin', password: passwordOf('admin') }
      const query = new URLSearchParams(payload)
      for (const url of [`/auth/login?${query}`, '/auth/logout']) {
        const body = method === 'GET' || method === 'HEAD' ? {} : { payload }
        expect(setCookies(await application.request({ method, url, ...body }, cookie))).toEqual([])
      }
      expect(await isSignedIn(application, cookie)).toBe(true)
    },
  )
})

describe('from our own pages, and from what is no browser', () => {
  test.each(OURS)('%j: login and logout', async (headers) => {
    const application = await openApplication()
    const answer = await post(application, '/auth/login', headers)
    expect([answer.statusCode, setCookies(answer).length]).toEqual([200, 1])
    expect((await post(application, '/auth/logout', headers)).statusCode).toBe(200)
  })
})

describe('behind a proxy', () => {
  const forwarded = { 'x-forwarded-host': 'us.example', 'x-forwarded-proto': 'https' }

  test('that is trusted, the host is the one that the browser sees', async () => {
    const application = await openApplication({ fastify: { trustProxy: true } })
    const status = async (origin: string) =>
      (await post(application, '/auth/login', { ...forwarded, origin })).statusCode
    expect(await status('https://us.example')).toBe(200)
    expect(await status('https://localhost')).toBe(403)
    expect(await status('https://evil.example')).toBe(403)
  })

  test('that nobody trusts, what it says does not count', async () => {
    const application = await openApplication()
    const status = async (origin: string) =>
      (await post(application, '/auth/login', { ...forwarded, origin, host: 'localhost' })).statusCode
    expect(await status('https://us.example')).toBe(403)
    expect(await status('http://localhost')).toBe(200)
  })
})
