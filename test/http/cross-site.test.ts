import { describe, expect, test } from 'vitest'
import { type House, type HouseOptions, openHouse, passwordOf, setCookies } from './open-house.ts'

// A page of somebody else's can make a browser send a login or a logout. We do not answer those.

const PROBLEM = '{"type":"about:blank","title":"Forbidden","status":403}'

async function houseAndCookie(options: HouseOptions = {}) {
  const house = await openHouse(options)
  return { house, cookie: await house.signIn('viewer') }
}
const post = (house: House, url: string, headers: Record<string, string>, cookie?: string) => {
  const payload = url.endsWith('login') ? { username: 'admin', password: passwordOf('admin') } : {}
  return house.request({ method: 'POST', url, headers, payload }, cookie)
}
const isSignedIn = async (house: House, cookie: string) =>
  (await house.request('/auth/logout', cookie)).body.includes('Signed in as')

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
    const { house, cookie } = await houseAndCookie()
    const events: string[] = []
    house.auth.on('*', ({ type }) => void events.push(type))
    const hashes = house.hashes()
    for (const sent of [undefined, cookie]) {
      const answer = await post(house, '/auth/login', headers, sent)
      expect([answer.statusCode, answer.body, setCookies(answer)]).toEqual([403, PROBLEM, []])
    }
    expect(house.hashes()).toBe(hashes)
    expect(events).toEqual(['login.cross-site', 'login.cross-site'])
  })

  test.each(FOREIGN)('%j: no logout', async (headers) => {
    const { house, cookie } = await houseAndCookie()
    const answer = await post(house, '/auth/logout', headers, cookie)
    expect([answer.statusCode, setCookies(answer)]).toEqual([403, []])
    expect(await isSignedIn(house, cookie)).toBe(true)
  })

  test('a body is not even read', async () => {
    const house = await openHouse()
    const headers = { 'sec-fetch-site': 'cross-site', 'content-type': 'application/json' }
    for (const payload of ['{', 'x'.repeat(100_000)])
      expect((await house.request({ method: 'POST', url: '/auth/login', headers, payload })).statusCode).toBe(403)
  })

  test('the pages may be linked to: reading them changes nothing', async () => {
    const { house, cookie } = await houseAndCookie()
    for (const url of ['/auth/login', '/auth/logout', '/auth/logout?yes=1'])
      expect((await house.request({ url, headers: { 'sec-fetch-site': 'cross-site' } }, cookie)).statusCode).toBe(200)
    expect(await isSignedIn(house, cookie)).toBe(true)
  })

  test.each(['GET', 'HEAD', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'] as const)(
    '%s signs nobody in or out',
    async (method) => {
      const { house, cookie } = await houseAndCookie()
      const payload = { username: 'admin', password: passwordOf('admin') }
      const query = new URLSearchParams(payload)
      for (const url of [`/auth/login?${query}`, '/auth/logout']) {
        const body = method === 'GET' || method === 'HEAD' ? {} : { payload }
        expect(setCookies(await house.request({ method, url, ...body }, cookie))).toEqual([])
      }
      expect(await isSignedIn(house, cookie)).toBe(true)
    },
  )
})

describe('from our own pages, and from what is no browser', () => {
  test.each(OURS)('%j: login and logout', async (headers) => {
    const house = await openHouse()
    const answer = await post(house, '/auth/login', headers)
    expect([answer.statusCode, setCookies(answer).length]).toEqual([200, 1])
    expect((await post(house, '/auth/logout', headers)).statusCode).toBe(200)
  })
})

describe('behind a proxy', () => {
  const forwarded = { 'x-forwarded-host': 'us.example', 'x-forwarded-proto': 'https' }

  test('that is trusted, the host is the one that the browser sees', async () => {
    const house = await openHouse({ fastify: { trustProxy: true } })
    const status = async (origin: string) => (await post(house, '/auth/login', { ...forwarded, origin })).statusCode
    expect(await status('https://us.example')).toBe(200)
    expect(await status('https://localhost')).toBe(403)
    expect(await status('https://evil.example')).toBe(403)
  })

  test('that nobody trusts, what it says does not count', async () => {
    const house = await openHouse()
    const status = async (origin: string) =>
      (await post(house, '/auth/login', { ...forwarded, origin, host: 'localhost' })).statusCode
    expect(await status('https://us.example')).toBe(403)
    expect(await status('http://localhost')).toBe(200)
  })
})
