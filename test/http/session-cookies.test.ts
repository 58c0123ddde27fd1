import type { FastifyInstance } from 'fastify'
import { generateSecret } from 'ostiary'
import { anyone, protect } from 'ostiary/fastify'
import { describe, expect, test, vi } from 'vitest'
import { type Application, openApplication } from '../application/open-application.ts'
import { cookieOf, setCookies } from '../application/serve-auth.ts'
import { passwordOf, VIEW } from '../application/test-auth.ts'

const CLEARED = 'ostiary=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0'

function routes(app: FastifyInstance): void {
  app.get('/open', anyone(), async ({ user }) => user.name)
  app.get('/view', protect({ permission: VIEW }), async ({ user }) => user.name)
  app.get('/own-cookie', protect({ permission: VIEW }), async ({ user }, reply) => {
    reply.header('set-cookie', 'theme=dark; Path=/')
    reply.header('set-cookie', 'other=1')
    return user.name
  })
}

const login = (application: Application, headers: Record<string, string> = {}, payload: object = {}) =>
  application.request({
    method: 'POST',
    url: '/auth/login',
    headers,
    payload: { username: 'viewer', password: passwordOf('viewer'), ...payload },
  })
const nameAt = async (application: Application, url: string, cookie?: string) =>
  (await application.request(url, cookie)).body

describe('every login', () => {
  test('gives a new session, and the one from before it is dead', async () => {
    const application = await openApplication({ routes })
    const cookies = [await application.signIn('viewer')]
    for (let round = 0; round < 5; round += 1) {
      cookies.push(await application.signIn('viewer', { cookie: cookies.at(-1) ?? '' }))
    }
    expect(new Set(cookies).size).toBe(6)
    const names = await Promise.all(cookies.map((cookie) => nameAt(application, '/open', cookie)))
    expect(names).toEqual([...Array(5).fill('anonymous'), 'viewer'])
  })

  test('the two-hundredth like the first', async () => {
    const application = await openApplication({ routes })
    let cookie = await application.signIn('viewer')
    for (let count = 0; count < 200; count += 1) {
      const before = cookie
      cookie = await application.signIn('viewer', { cookie })
      expect(await nameAt(application, '/open', before), `login ${count + 1}`).toBe('anonymous')
    }
  })

  test('ends a session that is due for renewal too, and somebody else may be next', async () => {
    const application = await openApplication({ routes })
    const before = await application.signIn('viewer')
    application.clock.advance('10m')
    expect(await nameAt(application, '/open', await application.signIn('admin', { cookie: before }))).toBe('admin')
    expect(await nameAt(application, '/open', before)).toBe('anonymous')
  })

  test('takes nothing over that the browser brought: a planted cookie does not become a session', async () => {
    const application = await openApplication({ routes })
    const planted = `ostiary=${'A'.repeat(300)}`
    const cookie = await application.signIn('viewer', { cookie: planted })
    expect(cookie).not.toBe(planted)
    expect(await nameAt(application, '/open', planted)).toBe('anonymous')
  })

  test('sets one cookie, for the browser session, or for as long as was asked for', async () => {
    const application = await openApplication({ routes })
    expect(setCookies(await login(application))).toEqual([
      expect.stringMatching(/^ostiary=[\w.-]+; Path=\/; HttpOnly; SameSite=Lax$/),
    ])
    expect(setCookies(await login(application, {}, { persistent: true }))).toEqual([
      expect.stringMatching(/; Max-Age=2592000$/),
    ])
  })

  test('is for the browser session only where staying is not offered, whoever asks', async () => {
    const application = await openApplication({ plugin: { persistent: false } })
    expect(setCookies(await login(application, {}, { persistent: true }))[0]).not.toContain('Max-Age')
    expect((await application.request('/auth/login')).body).not.toContain('persistent')
  })
})

describe('a cookie that is worth nothing is anonymous, and cleared', () => {
  async function worthless(application: Application): Promise<Record<string, string>> {
    const good = await application.signIn('viewer')
    const value = good.slice('ostiary='.length)
    const foreign = await openApplication({ routes, sessions: { secret: generateSecret() } })
    const revoked = await application.signIn('viewer')
    await application.request({ method: 'POST', url: '/auth/logout' }, revoked)
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
      'signed out': revoked,
      'too long': `ostiary=${value.padEnd(8000, 'A')}`,
      binary: 'ostiary=\x80\xff',
    }
  }

  test.each(['/open', '/view'])('at %s', async (url) => {
    const application = await openApplication({ routes })
    for (const [name, cookie] of Object.entries(await worthless(application))) {
      const answer = await application.request(url, cookie)
      expect([answer.statusCode, setCookies(answer)], name).toEqual([url === '/open' ? 200 : 403, [CLEARED]])
      if (url === '/open') expect(answer.body, name).toBe('anonymous')
      expect(answer.headers['cache-control'], name).toBe('no-store')
    }
  })

  test('once it has expired, unused or at its end', async () => {
    const application = await openApplication({ routes })
    const cookie = await application.signIn('viewer')
    application.clock.advance('31m')
    const answer = await application.request('/open', cookie)
    expect([answer.body, setCookies(answer)]).toEqual(['anonymous', [CLEARED]])
  })

  test("and another cookie is nobody's business", async () => {
    const application = await openApplication({ routes })
    for (const cookie of ['theme=dark', 'xostiary=x', 'ostiary2=x', '__Host-ostiary=x', ';;;']) {
      const answer = await application.request('/open', cookie)
      expect([answer.body, setCookies(answer)]).toEqual(['anonymous', []])
    }
  })
})

describe('at the end of a lease', () => {
  test('the answer brings a new cookie, which nobody may keep', async () => {
    const application = await openApplication({ routes })
    const cookie = await application.signIn('viewer')
    expect(setCookies(await application.request('/view', cookie))).toEqual([])
    application.clock.advance('1m')
    const answer = await application.request('/open', cookie)
    expect(answer.body).toBe('viewer')
    expect(answer.headers['cache-control']).toBe('no-store')
    expect(cookieOf(answer)).not.toBe(cookie)
    expect(await nameAt(application, '/view', cookieOf(answer))).toBe('viewer')
  })

  test('cookies of the handler are sent beside it, whether there is a new one or not', async () => {
    const application = await openApplication({ routes })
    const cookie = await application.signIn('viewer')
    const own = ['theme=dark; Path=/', 'other=1']
    expect(setCookies(await application.request('/own-cookie', cookie))).toEqual(own)
    application.clock.advance('1m')
    expect(setCookies(await application.request('/own-cookie', cookie))).toEqual([
      expect.stringMatching(/^ostiary=/),
      ...own,
    ])
  })

  test('a refusal brings it too', async () => {
    const application = await openApplication({
      routes: (app) => app.get('/never', protect({ check: () => false }), async () => 'ok'),
    })
    const cookie = await application.signIn('viewer')
    application.clock.advance('1m')
    const answer = await application.request('/never', cookie)
    expect([answer.statusCode, setCookies(answer).length]).toEqual([403, 1])
  })

  test('a hundred requests at once ask the store and the source once', async () => {
    const application = await openApplication({ routes })
    const cookie = await application.signIn('viewer')
    application.clock.advance('1m')
    const before = application.store.asked.confirm
    const answers = await Promise.all(Array.from({ length: 100 }, () => application.request('/view', cookie)))
    expect(answers.every(({ statusCode }) => statusCode === 200)).toBe(true)
    expect(application.store.asked.confirm - before).toBe(1)
    expect(new Set(answers.map(cookieOf)).size).toBe(1)
  })

  test('while it lasts, a thousand requests ask nobody', async () => {
    const application = await openApplication({ routes })
    const cookie = await application.signIn('viewer')
    const before = { ...application.store.asked }
    for (let count = 0; count < 1000; count += 1) await application.request('/view', cookie)
    expect(application.store.asked).toEqual(before)
  })
})

describe('the name and the attributes', () => {
  const https = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'us.example' }

  test('over https, as a trusted proxy says: __Host- and Secure', async () => {
    const application = await openApplication({ routes, fastify: { trustProxy: true } })
    const answer = await login(application, https)
    expect(setCookies(answer)).toEqual([
      expect.stringMatching(/^__Host-ostiary=[\w.-]+; Path=\/; HttpOnly; SameSite=Lax; Secure$/),
    ])
    const cookie = cookieOf(answer)
    expect((await application.request({ url: '/open', headers: https }, cookie)).body).toBe('viewer')
    // The same value under the name that plain http would use, or the other way round, is no session.
    expect((await application.request({ url: '/open', headers: https }, cookie.slice('__Host-'.length))).body).toBe(
      'anonymous',
    )
    expect((await application.request({ url: '/open' }, cookie)).body).toBe('anonymous')
  })

  test('what a proxy says that nobody trusts does not count', async () => {
    const application = await openApplication({ routes })
    expect(setCookies(await login(application, https))[0]).toMatch(/^ostiary=/)
  })

  test('over plain http, away from this machine: __Host- and Secure, which such a browser refuses', async () => {
    const application = await openApplication({ routes })
    expect(setCookies(await login(application, { host: 'us.example' }))[0]).toMatch(/^__Host-ostiary=.*; Secure$/)
  })

  test('a browser that would drop it is worth one warning, which says what to do', async () => {
    const warned = vi.spyOn(process, 'emitWarning').mockReturnValue()
    try {
      const application = await openApplication({ routes, fastify: { trustProxy: true } })
      const plainHttp = () =>
        warned.mock.calls.filter(([, options]) => (options as { code?: string })?.code === 'OSTIARY_PLAIN_HTTP')
      await login(application)
      await login(application, https)
      await login(application, { host: '127.0.0.1:8000' })
      expect(plainHttp()).toEqual([])
      for (let time = 0; time < 3; time += 1) await login(application, { host: '192.168.7.5:8000' })
      await login(application, { host: 'us.example' })
      expect(plainHttp()).toHaveLength(1)
      const [message] = plainHttp()[0] ?? []
      expect(message).toContain('plain HTTP at "192.168.7.5"')
      for (const way of ['Serve HTTPS', 'trustProxy', 'http://localhost']) expect(message).toContain(way)
    } finally {
      warned.mockRestore()
    }
  })

  test('two applications on localhost leave the cookie of the other alone', async () => {
    const one = await openApplication({ routes, auth: { application: 'one' } })
    const two = await openApplication({ routes, auth: { application: 'two' } })
    let jar = await one.signIn('viewer')
    expect(jar).toMatch(/^one\.ostiary=/)
    for (const url of ['/open', '/view', '/auth/login', '/auth/logout', '/auth/session'])
      expect(setCookies(await two.request(url, jar))).toEqual([])
    jar = `${jar}; ${await two.signIn('admin')}`
    expect(await nameAt(one, '/open', jar)).toBe('viewer')
    expect(await nameAt(two, '/open', jar)).toBe('admin')
    await two.request({ method: 'POST', url: '/auth/logout' }, jar)
    expect(await nameAt(one, '/open', jar)).toBe('viewer')
  })
})
