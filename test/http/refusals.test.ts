import type { FastifyInstance } from 'fastify'
import { type AnonymousAnswer, protect } from 'ostiary/fastify'
import { describe, expect, test } from 'vitest'
import { type Application, openApplication } from '../application/open-application.ts'
import { ADMIN, EDIT, passwordOf, VIEW } from '../application/test-auth.ts'

const PROBLEM = '{"type":"about:blank","title":"Forbidden","status":403}'
const HTML = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' }
const JSON_ONLY = { accept: 'application/json' }

function routes(app: FastifyInstance): void {
  const handler = async () => 'ok'
  app.get('/roles', protect({ roles: [ADMIN] }), handler)
  app.get('/permission', protect({ permission: EDIT }), handler)
  app.get('/check', protect({ check: () => false }), handler)
  app.get(
    '/throws',
    protect({
      check: () => {
        throw new Error('Administrator edit viewer')
      },
    }),
    handler,
  )
  app.get('/view', protect({ permission: VIEW }), async ({ user }) => ({ user }))
  app.post('/post', protect({ roles: [ADMIN] }), handler)
  app.get('/items/:id', protect({ roles: [ADMIN] }), handler)
}

const DOORS = ['/roles', '/permission', '/check', '/throws', '/items/viewer?role=Administrator', '/items/%3Cscript%3E']

describe('the 403', () => {
  test.each([
    ['JSON', {}],
    ['JSON', JSON_ONLY],
    ['problem+json', { accept: 'application/problem+json' }],
    ['anything', { accept: '*/*' }],
    ['an image', { accept: 'image/png' }],
    ['nonsense', { accept: ';;;,,' }],
  ])('is the same bytes for everybody and at every door: %s', async (_kind, headers) => {
    const application = await openApplication({ routes })
    for (const cookie of [undefined, 'ostiary=x', await application.signIn('viewer')]) {
      for (const url of DOORS) {
        const answer = await application.request({ url, headers }, cookie)
        expect([answer.statusCode, answer.body]).toEqual([403, PROBLEM])
        expect(answer.headers['content-type']).toMatch(/^application\/problem\+json\b/)
        expect(answer.headers['cache-control']).toBe('no-store')
        expect(answer.headers['www-authenticate']).toBeUndefined()
      }
    }
  })

  test('as a page is the same bytes too, but for the way back and who is asking; it names no role or permission', async () => {
    const application = await openApplication({ routes })
    const pages = new Set<string>()
    for (const cookie of [undefined, 'ostiary=x', await application.signIn('viewer')]) {
      for (const url of DOORS) {
        const answer = await application.request({ url, headers: HTML }, cookie)
        expect(answer.statusCode).toBe(403)
        expect(answer.headers).toMatchObject({
          'content-type': 'text/html; charset=utf-8',
          'cache-control': 'no-store',
        })
        expect(answer.headers['content-security-policy']).toContain("default-src 'none'")
        const [link, ...more] = answer.body.match(/href="\/auth\/login\?next=[\w%.-]*"/g) ?? []
        expect(more).toEqual([])
        const isViewer = cookie !== undefined && cookie !== 'ostiary=x'
        expect(answer.body.includes('<bdi>viewer</bdi>')).toBe(isViewer)
        pages.add(answer.body.replace(link ?? '', 'LINK'))
      }
    }
    expect(pages.size).toBe(2)
    for (const page of pages) {
      const text = page.replace(/<style>.*<\/style>/s, '').replace('<bdi>viewer</bdi>', '')
      for (const hidden of ['viewer', 'admin', 'Administrator', 'edit', 'check', '/roles', 'items', 'script'])
        expect(text.toLowerCase()).not.toContain(hidden.toLowerCase())
    }
  })

  test('as a page is in the language of the browser', async () => {
    const application = await openApplication({ routes })
    const headers = { ...HTML, 'accept-language': 'de-AT,de;q=0.9' }
    expect((await application.request({ url: '/roles', headers })).body).toContain(
      'Sie dürfen diese Seite nicht öffnen',
    )
  })

  test('has the same headers for whoever has a session and whoever has none', async () => {
    const application = await openApplication({ routes })
    const names = async (cookie?: string) => Object.keys((await application.request('/roles', cookie)).headers).sort()
    expect(await names(await application.signIn('viewer'))).toEqual(await names())
  })

  test('to HEAD has no body', async () => {
    const application = await openApplication({ routes })
    const answer = await application.request({ method: 'HEAD', url: '/roles' })
    expect([answer.statusCode, answer.body]).toEqual([403, ''])
  })
})

describe('anonymous people at a guarded door', () => {
  const open = (anonymous: AnonymousAnswer, prefix: `/${string}` = '/auth'): Promise<Application> =>
    openApplication({ routes, plugin: { anonymous, prefix } })

  test.each(['challenge', 'login'] as const)('%s: programs get a 401 that says how to sign in', async (anonymous) => {
    const application = await open(anonymous)
    for (const url of DOORS) {
      const answer = await application.request(url)
      expect(answer.statusCode).toBe(401)
      expect(answer.headers['www-authenticate']).toBe('Cookie realm="ostiary"')
      expect(answer.body).toBe('{"type":"about:blank","title":"Unauthorized","status":401}')
    }
  })

  test.each(['challenge', 'login'] as const)('%s: who is signed in gets the 403', async (anonymous) => {
    const application = await open(anonymous)
    const cookie = await application.signIn('viewer')
    for (const headers of [JSON_ONLY, HTML]) {
      const answer = await application.request({ url: '/roles', headers }, cookie)
      expect([answer.statusCode, answer.headers.location, answer.headers['www-authenticate']]).toEqual([
        403,
        undefined,
        undefined,
      ])
    }
  })

  test('challenge: browsers get a page', async () => {
    const answer = await (await open('challenge')).request({ url: '/roles', headers: HTML })
    expect(answer.statusCode).toBe(401)
    expect(answer.body).toContain('href="/auth/login?next=%2Froles"')
  })

  test('login: browsers are sent to the login page, and after signing in back to where they wanted to go', async () => {
    const application = await open('login', '/door')
    const wanted = '/view?x=1&next=//evil.example'
    const sent = await application.request({ url: wanted, headers: HTML })
    expect(sent.statusCode).toBe(303)
    expect(sent.headers['cache-control']).toBe('no-store')
    const location = String(sent.headers.location)
    expect(location).toBe('/door/login?next=%2Fview%3Fx%3D1%26next%3D%2F%2Fevil.example')

    const page = await application.request({ url: location, headers: HTML })
    const next = /name="next" value="([^"]*)"/.exec(page.body)?.[1]?.replaceAll('&amp;', '&') ?? ''
    const payload = new URLSearchParams({ username: 'viewer', password: passwordOf('viewer'), next }).toString()
    const headers = { ...HTML, 'content-type': 'application/x-www-form-urlencoded' }
    const answer = await application.request({ method: 'POST', url: '/door/login', headers, payload })
    expect([answer.statusCode, answer.headers.location]).toEqual([303, wanted])
  })

  test.each([
    ['POST', '/post', HTML],
    ['GET', '/roles', JSON_ONLY],
    ['GET', '/roles', {}],
  ] as const)('login: no redirect for %s %s with %j', async (method, url, headers) => {
    const answer = await (await open('login')).request({ method, url, headers })
    expect([answer.statusCode, answer.headers.location]).toEqual([401, undefined])
  })

  test('login: HEAD goes where GET goes', async () => {
    const answer = await (await open('login')).request({ method: 'HEAD', url: '/roles', headers: HTML })
    expect([answer.statusCode, answer.headers.location]).toEqual([303, '/auth/login?next=%2Froles'])
  })

  test('an address that is too long for a way back leads to the login page all the same', async () => {
    for (const anonymous of ['forbid', 'challenge', 'login'] as const) {
      const application = await open(anonymous)
      for (const [length, carried] of [
        [2048, true],
        [2049, false],
        [8000, false],
      ] as const) {
        // Each of these takes three characters in the address of the login page.
        const url = `/roles?${'&'.repeat(length - '/roles?'.length)}`
        const answer = await application.request({ url, headers: HTML })
        const [, link] = /href="(\/auth\/login[^"]*)"/.exec(answer.body) ?? []
        const login = String(answer.headers.location ?? link)
        expect(login).toMatch(carried ? /^\/auth\/login\?next=%2Froles/ : /^\/auth\/login$/)
        const page = await application.request({ url: login, headers: HTML })
        expect([page.statusCode, page.body.includes('name="next"')]).toEqual([200, carried])
      }
    }
  })

  test.each(['//evil.example/items/1', '/items/%0d%0aSet-Cookie:a=b', '/items/%2F%2Fevil.example'])(
    'login: %s does not lead elsewhere',
    async (url) => {
      const application = await openApplication({
        routes,
        plugin: { anonymous: 'login' },
        fastify: { routerOptions: { ignoreDuplicateSlashes: true } },
      })
      const answer = await application.request({ url, headers: HTML })
      const location = String(answer.headers.location ?? '/auth/login')
      expect(location).toMatch(/^\/auth\/login(?:\?next=%2F[\w%.-]*)?$/)
      const page = await application.request({ url: location, headers: HTML })
      expect(page.body).not.toMatch(/value="\/[/\\]/)
    },
  )
})
