import { describe, expect, test } from 'vitest'
import type { AdapterUnderTest, ContractRoute } from './adapter-under-test.ts'
import { askRaw, cookieOf } from './ask.ts'
import { type Application, needs, openApplication, passwordOf, VIEW } from './open-application.ts'

const CLEARED = 'ostiary=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0'
const HTTPS = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'us.example' }

const ROUTES: readonly ContractRoute[] = [
  { method: 'GET', path: '/open', declare: 'anyone', handle: ({ user }) => user.name },
  { method: 'GET', path: '/view', declare: { permission: VIEW }, handle: ({ user }) => user.name },
]

const login = ({ ask }: Application, headers: Record<string, string> = {}, more: object = {}) =>
  ask({
    method: 'POST',
    path: '/auth/login',
    headers,
    body: { username: 'viewer', password: passwordOf('viewer'), ...more },
  })

/** Returns invalid cookies: expired, revoked, forged or foreign. */
async function worthless(application: Application, foreign: Application): Promise<Record<string, string>> {
  const good = await application.signIn('viewer')
  const value = good.slice('ostiary='.length)
  const signedOut = await application.signIn('viewer')
  await application.ask({ method: 'POST', path: '/auth/logout' }, signedOut)
  return {
    empty: 'ostiary=',
    nonsense: 'ostiary=nonsense',
    'cut off': good.slice(0, -1),
    'with a flipped character': `${good.slice(0, -1)}${good.endsWith('A') ? 'B' : 'A'}`,
    quoted: `ostiary="${value}"`,
    'twice the same': `${good}; ${good}`,
    'a good one and a planted one': `${good}; ostiary=x`,
    'a planted one and a good one': `ostiary=x; ${good}`,
    'of another application': await foreign.signIn('viewer'),
    'signed out': signedOut,
    'too long': `ostiary=${value.padEnd(8000, 'A')}`,
    binary: 'ostiary=\x80\xff',
  }
}

export function describeCookies(adapter: AdapterUnderTest): void {
  const open = (options: Parameters<typeof openApplication>[1] = {}) =>
    openApplication(adapter, { routes: ROUTES, ...options })

  describe('the cookie of a session', () => {
    test('is HttpOnly and SameSite, for the browser session, or for as long as was asked for', async () => {
      const application = await open()
      expect((await login(application)).cookies).toEqual([
        expect.stringMatching(/^ostiary=[\w.-]+; Path=\/; HttpOnly; SameSite=Lax$/),
      ])
      expect((await login(application, {}, { persistent: true })).cookies).toEqual([
        expect.stringMatching(/; Max-Age=2592000$/),
      ])
    })

    test('has the prefix __Host- and Secure away from localhost', async () => {
      const application = await open()
      expect((await login(application, { host: 'us.example' })).cookies).toEqual([
        expect.stringMatching(/^__Host-ostiary=[\w.-]+; Path=\/; HttpOnly; SameSite=Lax; Secure$/),
      ])
    })

    test('has the prefix __Host- and Secure over HTTPS, as a trusted proxy says', async (context) => {
      needs(context, adapter, 'trusted-proxies')
      const application = await open({ trustProxy: true })
      const answer = await login(application, HTTPS)
      expect(answer.cookies[0]).toMatch(/^__Host-ostiary=[\w.-]+; Path=\/; HttpOnly; SameSite=Lax; Secure$/)
      const cookie = cookieOf(answer)
      expect((await application.ask({ path: '/open', headers: HTTPS }, cookie)).body).toBe('viewer')
      const plain = cookie.slice('__Host-'.length)
      expect((await application.ask({ path: '/open', headers: HTTPS }, plain)).body).toBe('anonymous')
      expect((await application.ask('/open', cookie)).body).toBe('anonymous')
    })

    test('is not changed by a proxy that nobody trusts', async () => {
      expect((await login(await open(), HTTPS)).cookies[0]).toMatch(/^ostiary=/)
    })

    test('is new at every login, and the cookie from before is dead', async () => {
      const application = await open()
      const cookies = [await application.signIn('viewer')]
      for (let round = 0; round < 5; round += 1)
        cookies.push(await application.signIn('viewer', { cookie: cookies.at(-1) ?? '' }))
      expect(new Set(cookies).size).toBe(6)
      const answers = await Promise.all(cookies.map((cookie) => application.ask('/open', cookie)))
      expect(answers.map(({ body }) => body)).toEqual([...Array(5).fill('anonymous'), 'viewer'])
    })

    test('is not taken from the browser: a planted cookie does not become a session', async () => {
      const application = await open()
      const planted = `ostiary=${'A'.repeat(300)}`
      expect(await application.signIn('viewer', { cookie: planted })).not.toBe(planted)
      expect((await application.ask('/open', planted)).body).toBe('anonymous')
    })

    test.for(['/open', '/view'])('is cleared at %s when it is worth nothing', async (path) => {
      const application = await open()
      for (const [name, cookie] of Object.entries(await worthless(application, await open()))) {
        const answer = await application.ask(path, cookie)
        expect([answer.status, answer.cookies], name).toEqual([path === '/open' ? 200 : 403, [CLEARED]])
        if (path === '/open') expect(answer.body, name).toBe('anonymous')
        expect(answer.headers['cache-control'], name).toBe('no-store')
      }
    })

    test('counts when it comes in one of two Cookie headers, and does not beside a planted one', async () => {
      const application = await open()
      const good = `Cookie: ${await application.signIn('viewer')}`
      const nameFor = async (headers: string[]) =>
        /\r\n(viewer|anonymous)\b/.exec((await askRaw(application.url, { target: '/open', headers })).text)?.[1]
      expect(await nameFor(['Cookie: theme=dark', good])).toBe('viewer')
      for (const headers of [
        [good, 'Cookie: ostiary=x'],
        ['Cookie: ostiary=x', good],
      ])
        expect(await nameFor(headers)).toBe('anonymous')
    })

    test.for(['theme=dark', 'xostiary=x', 'ostiary2=x', '__Host-ostiary=x', ';;;'])(
      'is not mistaken for another cookie: %s',
      async (cookie) => {
        const answer = await (await open()).ask('/open', cookie)
        expect([answer.body, answer.cookies]).toEqual(['anonymous', []])
      },
    )

    test('of one application is left alone by another on the same host', async () => {
      const one = await open({ auth: { application: 'one' } })
      const two = await open({ auth: { application: 'two' } })
      const first = await one.signIn('viewer')
      for (const path of ['/open', '/view', '/auth/login', '/auth/logout', '/auth/session'])
        expect((await two.ask(path, first)).cookies).toEqual([])
      const both = `${first}; ${await two.signIn('admin')}`
      expect([(await one.ask('/open', both)).body, (await two.ask('/open', both)).body]).toEqual(['viewer', 'admin'])
      await two.ask({ method: 'POST', path: '/auth/logout' }, both)
      expect((await one.ask('/open', both)).body).toBe('viewer')
    })

    test('is sealed as a whole: half of the cookie of another person opens nothing', async () => {
      const application = await open()
      const [ours, theirs] = [await application.signIn('viewer'), await application.signIn('admin')]
      const parts = theirs.split('.')
      for (const index of [2, 3, 4]) {
        const mixed = ours
          .split('.')
          .with(index, parts[index] ?? '')
          .join('.')
        expect((await application.ask('/view', mixed)).status).toBe(403)
      }
      expect((await application.ask('/view', ours)).status).toBe(200)
    })
  })
}
