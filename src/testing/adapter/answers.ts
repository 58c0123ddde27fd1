import { describe, expect, test } from 'vitest'
import { jsonAnswer } from '../../http/answer.ts'
import type { Extension } from '../../http/extension.ts'
import type { AdapterUnderTest, ContractRoute } from './adapter-under-test.ts'
import { type ApplicationSetup, needs, openApplication, PAGE, passwordOf, VIEW } from './open-application.ts'

const text = (cacheControl?: string) => () => ({
  text: 'ok',
  headers: { 'x-own': 'kept', ...(cacheControl !== undefined && { 'cache-control': cacheControl }) },
})
const ROUTES: readonly ContractRoute[] = [
  { method: 'GET', path: '/view', declare: { permission: VIEW }, handle: text() },
  { method: 'GET', path: '/kept', declare: { permission: VIEW }, handle: text('private, max-age=60') },
  { method: 'GET', path: '/check', declare: { check: () => true }, handle: text() },
  { method: 'GET', path: '/open', declare: 'anyone', handle: text() },
  {
    method: 'GET',
    path: '/fails',
    declare: { permission: VIEW },
    handle: () => {
      throw new Error('a fault of the application')
    },
  },
  { method: 'GET', path: '/hello', declare: 'anyone', handle: ({ user }) => `Hello ${user.name}` },
]

/** Endpoints that return the context and body that reached them. */
const echo: Extension = {
  name: 'echo',
  endpoints: () => [
    {
      method: 'GET',
      path: '/echo',
      requirement: 'anyone',
      handle: ({ headers: _, ...context }, body, { user }) => jsonAnswer({ ...context, body, name: user.name }),
    },
    {
      method: 'POST',
      path: '/echo',
      requirement: { permission: VIEW },
      maxBodyBytes: 10,
      handle: ({ headers }, body) => jsonAnswer({ type: headers['content-type'], body: body ?? null }),
    },
    {
      method: 'POST',
      path: '/deaf',
      requirement: 'anyone',
      handle: (_, body) => jsonAnswer({ body: body ?? null }),
    },
    {
      method: 'GET',
      path: '/two-cookies',
      requirement: 'anyone-without-user',
      handle: () => ({ status: 202, headers: { 'x-a': 'b' }, cookies: ['a=1; Path=/', 'b=2'], body: null }),
    },
  ],
}

export function describeAnswers(adapter: AdapterUnderTest): void {
  const open = (options: ApplicationSetup = {}) => openApplication(adapter, { routes: ROUTES, ...options })

  describe('an answer', () => {
    test.for(['/view', '/check'])('of the guarded route %s is kept by no cache, refused or not', async (path) => {
      const application = await open()
      for (const cookie of [undefined, await application.signIn('viewer')])
        expect((await application.ask(path, cookie)).headers['cache-control']).toBe('no-store')
    })

    test('of a guarded route is kept by no cache when its handler fails', async () => {
      const application = await open()
      const answer = await application.ask('/fails', await application.signIn('viewer'))
      expect([answer.status, answer.headers['cache-control'], answer.cookies]).toEqual([500, 'no-store', []])
    })

    test('of a guarded route is kept as the handler says, if it says so', async () => {
      const application = await open()
      const { headers } = await application.ask('/kept', await application.signIn('viewer'))
      expect([headers['cache-control'], headers['x-own']]).toEqual(['private, max-age=60', 'kept'])
    })

    test('of a public route says nothing of caches to anonymous people', async () => {
      const { headers } = await (await open()).ask('/open')
      expect([headers['cache-control'], headers['x-own']]).toEqual([undefined, 'kept'])
    })

    test('of a public route that was made for one person is kept by no cache', async () => {
      const application = await open()
      const answer = await application.ask('/hello', await application.signIn('viewer'))
      expect([answer.body, answer.headers['cache-control']]).toEqual(['Hello viewer', 'no-store'])
    })

    test.for([
      ['a guarded route', '/view'],
      ['a public route', '/hello'],
      ['the login page', '/auth/login'],
      ['the session endpoint', '/auth/session'],
    ] as const)('to HEAD has the status and the type of GET, and no body: %s', async ([, path]) => {
      const application = await open()
      const cookie = await application.signIn('viewer')
      const [get, head] = [await application.ask(path, cookie), await application.ask({ method: 'HEAD', path }, cookie)]
      expect([head.status, head.body]).toEqual([get.status, ''])
      for (const name of ['content-type', 'cache-control', 'content-security-policy'])
        expect(head.headers[name], name).toBe(get.headers[name])
    })

    test('has the headers that the application sets on every answer, with Vary joined', async (context) => {
      needs(context, adapter, 'common-headers')
      const application = await open({
        headers: { vary: 'Accept-Encoding', 'x-frame-options': 'DENY' },
        http: { trustedOrigins: ['http://localhost:5173'] },
      })
      const body = { username: 'viewer', password: passwordOf('viewer') }
      for (const answer of [
        await application.ask('/auth/session'),
        await application.ask('/auth/login'),
        await application.ask({ method: 'POST', path: '/auth/login', body }),
        await application.ask({ method: 'POST', path: '/auth/login', headers: { origin: 'http://evil' }, body }),
      ]) {
        const names = String(answer.headers.vary).toLowerCase().split(/, */)
        expect(names).toEqual(expect.arrayContaining(['accept-encoding', 'origin']))
        expect(new Set(names).size).toBe(names.length)
        expect(answer.headers['x-frame-options']).toBeDefined()
      }
      const refusal = await application.ask({ path: '/view', headers: PAGE })
      expect(String(refusal.headers.vary)).toMatch(/accept-encoding/i)
    })
  })

  describe('an endpoint of an extension', () => {
    const prepare = (trustProxy = false) => open({ http: { extensions: [echo] }, trustProxy })

    test('gets the request as it came, and who sent it', async (context) => {
      needs(context, adapter, 'extensions')
      const application = await prepare()
      const answer = await application.ask('/auth/echo?a=1&a=%20?b', await application.signIn('viewer'))
      const seen = { method: 'GET', path: '/auth/echo', query: 'a=1&a=%20?b', https: false, name: 'viewer' }
      const { port } = new URL(application.url)
      expect(answer.json()).toMatchObject({ ...seen, host: `localhost:${port}`, clientAddress: '127.0.0.1' })
      expect(answer.json()).not.toHaveProperty('body')
    })

    test('gets the scheme, the host and the client that a trusted proxy names, and no other proxy', async (context) => {
      needs(context, adapter, 'extensions')
      needs(context, adapter, 'trusted-proxies')
      const headers = {
        'x-forwarded-proto': 'https',
        'x-forwarded-host': 'us.example',
        'x-forwarded-for': '198.51.100.7',
      }
      const said = async (trusted: boolean) => {
        const { https, host, clientAddress } = (
          await (await prepare(trusted)).ask({ path: '/auth/echo', headers })
        ).json()
        return { https, host, clientAddress }
      }
      expect(await said(true)).toEqual({ https: true, host: 'us.example', clientAddress: '198.51.100.7' })
      expect(await said(false)).toMatchObject({ https: false, clientAddress: '127.0.0.1' })
    })

    test('gets its body as text up to its bound, and none beyond', async (context) => {
      needs(context, adapter, 'extensions')
      const application = await prepare()
      const cookie = await application.signIn('viewer')
      const headers = { 'content-type': 'text/anything' }
      const post = (body: string, as?: string) =>
        application.ask({ method: 'POST', path: '/auth/echo', headers, body }, as)
      expect((await post('0123ä', cookie)).json()).toEqual({ type: 'text/anything', body: '0123ä' })
      expect((await post('0123456789', cookie)).json().body).toBe('0123456789')
      expect((await post('0123456789a', cookie)).json().body).toBeNull()
      expect((await post('0123')).status).toBe(403)
    })

    test('gets no body where it has no bound', async (context) => {
      needs(context, adapter, 'extensions')
      const application = await prepare()
      expect((await application.ask({ method: 'POST', path: '/auth/deaf', body: { a: 1 } })).json().body).toBeNull()
    })

    test('answers with its status, its headers and all of its cookies', async (context) => {
      needs(context, adapter, 'extensions')
      const answer = await (await prepare()).ask('/auth/two-cookies')
      expect([answer.status, answer.headers['x-a'], answer.body]).toEqual([202, 'b', ''])
      expect(answer.cookies).toEqual(['a=1; Path=/', 'b=2'])
    })
  })
}
