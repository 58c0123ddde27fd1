import { describe, expect, test } from 'vitest'
import type { AdapterUnderTest, ContractRoute } from './adapter-under-test.ts'
import { ADMIN, EDIT, openApplication, PAGE, PROGRAM, passwordOf, VIEW } from './open-application.ts'

const FORBIDDEN = '{"type":"about:blank","title":"Forbidden","status":403}'
const UNAUTHORIZED = '{"type":"about:blank","title":"Unauthorized","status":401}'
const CHALLENGE = 'Cookie realm="ostiary"'

const handle = () => 'ok'
const ROUTES: readonly ContractRoute[] = [
  { method: 'GET', path: '/roles', declare: { roles: [ADMIN] }, handle },
  { method: 'GET', path: '/permission', declare: { permission: EDIT }, handle },
  { method: 'GET', path: '/check', declare: { check: () => false }, handle },
  { method: 'GET', path: '/items/:id', declare: { roles: [ADMIN] }, handle },
  { method: 'GET', path: '/view', declare: { permission: VIEW }, handle: ({ query }) => `x=${query.x}` },
  { method: 'POST', path: '/post', declare: { roles: [ADMIN] }, handle },
]
const PATHS = ['/roles', '/permission', '/check', '/items/viewer?role=Administrator', '/items/%3Cscript%3E']

export function describeRefusals(adapter: AdapterUnderTest): void {
  const open = (anonymous: 'forbid' | 'challenge' | 'login' = 'forbid', prefix: `/${string}` = '/auth') =>
    openApplication(adapter, { routes: ROUTES, http: { anonymous, prefix } })

  describe('the refusal', () => {
    test.for([
      ['nothing', {}],
      ['JSON', PROGRAM],
      ['problem+json', { accept: 'application/problem+json' }],
      ['anything', { accept: '*/*' }],
      ['nonsense', { accept: ';;;,,' }],
    ] as const)(
      'is the same bytes for everybody and on every route, for programs that accept %s',
      async ([, headers]) => {
        const application = await open()
        for (const cookie of [undefined, 'ostiary=x', await application.signIn('viewer')]) {
          for (const path of PATHS) {
            const answer = await application.ask({ path, headers }, cookie)
            expect([answer.status, answer.body]).toEqual([403, FORBIDDEN])
            expect(answer.headers['content-type']).toMatch(/^application\/problem\+json\b/)
            expect(answer.headers['cache-control']).toBe('no-store')
            expect(answer.headers['www-authenticate']).toBeUndefined()
          }
        }
      },
    )

    test('as a page names the person and the way back, and no role or permission', async () => {
      const application = await open()
      const pages = new Set<string>()
      for (const cookie of [undefined, 'ostiary=x', await application.signIn('viewer')]) {
        for (const path of PATHS) {
          const answer = await application.ask({ path, headers: PAGE }, cookie)
          expect([answer.status, answer.headers['content-type']]).toEqual([403, 'text/html; charset=utf-8'])
          expect(answer.headers['cache-control']).toBe('no-store')
          expect(answer.headers['content-security-policy']).toContain("default-src 'none'")
          const [link, ...more] = answer.body.match(/href="\/auth\/login\?next=[\w%.-]*"/g) ?? []
          expect(more).toEqual([])
          expect(answer.body.includes('<bdi>viewer</bdi>')).toBe(cookie !== undefined && cookie !== 'ostiary=x')
          pages.add(answer.body.replace(link ?? '', 'LINK'))
        }
      }
      expect(pages.size).toBe(2)
      for (const page of pages) {
        const text = page.replace(/<style>.*<\/style>/s, '').toLowerCase()
        for (const hidden of ['administrator', 'permission', '/roles', 'items']) expect(text).not.toContain(hidden)
      }
    })

    test('as a page is in the language of the browser', async () => {
      const application = await open()
      const headers = { ...PAGE, 'accept-language': 'de-AT,de;q=0.9' }
      const { body } = await application.ask({ path: '/roles', headers })
      expect(body).toContain('Sie dürfen diese Seite nicht öffnen')
    })

    test('has the same headers with and without a session', async () => {
      const application = await open()
      const names = async (cookie?: string) => Object.keys((await application.ask('/roles', cookie)).headers).sort()
      expect(await names(await application.signIn('viewer'))).toEqual(await names())
    })

    test('of a HEAD request has no body', async () => {
      const application = await open()
      const answer = await application.ask({ method: 'HEAD', path: '/roles' })
      expect([answer.status, answer.body]).toEqual([403, ''])
    })
  })

  describe('anonymous people on a guarded route', () => {
    test.for(['challenge', 'login'] as const)('get a 401 with a challenge as programs: %s', async (anonymous) => {
      const application = await open(anonymous)
      for (const path of PATHS) {
        const answer = await application.ask(path)
        expect([answer.status, answer.body]).toEqual([401, UNAUTHORIZED])
        expect(answer.headers['www-authenticate']).toBe(CHALLENGE)
      }
    })

    test.for(['challenge', 'login'] as const)(
      'are told apart from signed-in people, who get 403: %s',
      async (anonymous) => {
        const application = await open(anonymous)
        const cookie = await application.signIn('viewer')
        for (const headers of [PROGRAM, PAGE]) {
          const answer = await application.ask({ path: '/roles', headers }, cookie)
          expect([answer.status, answer.headers.location, answer.headers['www-authenticate']]).toEqual([
            403,
            undefined,
            undefined,
          ])
        }
      },
    )

    test('get a page with 401 as browsers: challenge', async () => {
      const application = await open('challenge')
      const answer = await application.ask({ path: '/roles', headers: PAGE })
      expect(answer.status).toBe(401)
      expect(answer.body).toContain('href="/auth/login?next=%2Froles"')
    })

    test('are led to the login page as browsers, and back after signing in: login', async () => {
      const application = await open('login', '/door')
      const wanted = '/view?x=1&next=//evil.example'
      const sent = await application.ask({ path: wanted, headers: PAGE })
      expect([sent.status, sent.headers['cache-control']]).toEqual([303, 'no-store'])
      const location = String(sent.headers.location)
      expect(location).toBe('/door/login?next=%2Fview%3Fx%3D1%26next%3D%2F%2Fevil.example')

      const page = await application.ask({ path: location, headers: PAGE })
      const next = /name="next" value="([^"]*)"/.exec(page.body)?.[1]?.replaceAll('&amp;', '&') ?? ''
      const body = new URLSearchParams({ username: 'viewer', password: passwordOf('viewer'), next }).toString()
      const headers = { ...PAGE, 'content-type': 'application/x-www-form-urlencoded' }
      const answer = await application.ask({ method: 'POST', path: '/door/login', headers, body })
      expect([answer.status, answer.headers.location]).toEqual([303, wanted])
    })

    test.for([
      ['POST', '/post', PAGE],
      ['GET', '/roles', PROGRAM],
      ['GET', '/roles', {}],
    ] as const)('are led nowhere by %s %s with %j: login', async ([method, path, headers]) => {
      const application = await open('login')
      const answer = await application.ask({ method, path, headers })
      expect([answer.status, answer.headers.location]).toEqual([401, undefined])
    })

    test('are led by HEAD to where GET leads: login', async () => {
      const application = await open('login')
      const answer = await application.ask({ method: 'HEAD', path: '/roles', headers: PAGE })
      expect([answer.status, answer.headers.location]).toEqual([303, '/auth/login?next=%2Froles'])
    })

    test('are led to the login page without a way back when the address is too long for one', async () => {
      const application = await open('login')
      for (const [length, login] of [
        [2048, /^\/auth\/login\?next=%2Froles/],
        [2049, /^\/auth\/login$/],
      ] as const) {
        const path = `/roles?${'&'.repeat(length - '/roles?'.length)}`
        expect((await application.ask({ path, headers: PAGE })).headers.location).toMatch(login)
      }
    })

    test.for(['/items/%0d%0aSet-Cookie:a=b', '/items/%2F%2Fevil.example'])(
      'are led to the login page alone by %s: login',
      async (path) => {
        const application = await open('login')
        const answer = await application.ask({ path, headers: PAGE })
        expect(answer.cookies).toEqual([])
        expect(String(answer.headers.location ?? '/auth/login')).toMatch(/^\/auth\/login(?:\?next=%2F[\w%.-]*)?$/)
      },
    )
  })
}
