import { protect } from 'ostiary/fastify'
import { describe, expect, test } from 'vitest'
import { type ApplicationOptions, openApplication } from '../application/open-application.ts'
import { cookieOf } from '../application/serve-auth.ts'
import { passwordOf, VIEW } from '../application/test-auth.ts'

// An application that browsers see below a path, which a proxy or `rewriteUrl` takes away.

const HTML = { accept: 'text/html', 'content-type': 'application/x-www-form-urlencoded' }
const routes: ApplicationOptions['routes'] = (app) => {
  app.get('/reports', protect({ permission: VIEW }), async ({ user }) => user.name)
  app.get('/recent', protect({ authenticatedWithin: '1m' }), async () => 'recent')
}
const form = (fields: Record<string, string> = {}) =>
  new URLSearchParams({ username: 'viewer', password: passwordOf('viewer'), ...fields }).toString()

describe.each<[string, Pick<ApplicationOptions, 'fastify'>, string]>([
  ['a proxy that strips the prefix', {}, ''],
  // As rewriteUrl does it: browsers and proxies name the whole path.
  ['rewriteUrl', { fastify: { rewriteUrl: ({ url = '/' }) => url.replace(/^\/app(?=\/)/, '') } }, '/app'],
])('behind %s', (_name, options, prefix) => {
  const open = (plugin: ApplicationOptions['plugin'] = {}) =>
    openApplication({ ...options, routes, plugin: { publicPath: '/app', anonymous: 'login', ...plugin } })

  test('whoever is sent to the login page comes back to where they were', async () => {
    const { request } = await open()
    const sent = await request({ url: `${prefix}/reports?year=7`, headers: HTML })
    expect([sent.statusCode, sent.headers.location]).toEqual([
      303,
      `/app/auth/login?${new URLSearchParams({ next: '/app/reports?year=7' })}`,
    ])
    const page = await request(`${prefix}/auth/login?next=%2Fapp%2Freports%3Fyear%3D7`)
    expect(page.body).toContain('action="/app/auth/login"')
    expect(page.body).toContain('name="next" value="/app/reports?year=7"')
    const payload = form({ next: '/app/reports?year=7' })
    const login = await request({ method: 'POST', url: `${prefix}/auth/login`, headers: HTML, payload })
    expect([login.statusCode, login.headers.location]).toEqual([303, '/app/reports?year=7'])
  })

  test('signing in without a way leads to the first page of the application', async () => {
    const { request } = await open()
    const login = await request({ method: 'POST', url: `${prefix}/auth/login`, headers: HTML, payload: form() })
    expect(login.headers.location).toBe('/app/')
  })

  test('signing out leads to the login page below the path', async () => {
    const { request } = await open()
    const login = await request({ method: 'POST', url: `${prefix}/auth/login`, headers: HTML, payload: form() })
    const cookie = cookieOf(login)
    expect((await request(`${prefix}/auth/logout`, cookie)).body).toContain('action="/app/auth/logout"')
    const logout = await request({ method: 'POST', url: `${prefix}/auth/logout`, headers: HTML }, cookie)
    expect(logout.headers.location).toBe('/app/auth/login?signed-out')
    expect((await request(`${prefix}/auth/logout`)).body).toContain('href="/app/auth/login"')
  })

  test('pages that refuse link to the login and back', async () => {
    const { request, clock, ...application } = await open({ anonymous: 'forbid' })
    const refused = await request({ url: `${prefix}/reports`, headers: HTML })
    expect(refused.statusCode).toBe(403)
    expect(refused.body).toContain('href="/app/auth/login?next=%2Fapp%2Freports"')
    // The fixture signs in by the path that the application sees.
    if (prefix !== '') return
    const cookie = await application.signIn('viewer')
    clock.advance('2m')
    const again = await request({ url: `${prefix}/recent`, headers: HTML }, cookie)
    expect(again.headers.location).toBe('/app/auth/login?next=%2Fapp%2Frecent&again')
  })
})

describe('home', () => {
  test('is where one lands without a way, and where the pages lead', async () => {
    const { request } = await openApplication({ routes, plugin: { home: '/start', anonymous: 'login' } })
    const location = async (fields: Record<string, string>) =>
      (await request({ method: 'POST', url: '/auth/login', headers: HTML, payload: form(fields) })).headers.location
    expect(await location({})).toBe('/start')
    expect(await location({ next: 'https://evil.example/' })).toBe('/start')
    expect(await location({ next: '/reports' })).toBe('/reports')
    expect(await location({ next: '/' })).toBe('/')
    const refused = await request({ method: 'GET', url: '/reports', headers: { accept: 'text/html' } })
    expect(refused.statusCode).toBe(303)
  })

  test('may be the front end at a trusted origin', async () => {
    const plugin = { trustedOrigins: ['http://localhost:5173'], home: 'http://localhost:5173/' }
    const { request } = await openApplication({ plugin })
    const login = await request({ method: 'POST', url: '/auth/login', headers: HTML, payload: form() })
    expect(login.headers.location).toBe('http://localhost:5173/')
    expect((await request('/auth/login')).headers['content-security-policy']).toContain(
      "form-action 'self' http://localhost:5173;",
    )
  })
})

test('next leads to an origin only if the application names it, and then the policy of the page names it, too', async () => {
  const next = 'https://reports.example.org/2030?x=1'
  const answers = async (plugin: ApplicationOptions['plugin']) => {
    const { request } = await openApplication({ plugin: plugin ?? {} })
    const page = await request(`/auth/login?${new URLSearchParams({ next })}`)
    const login = await request({ method: 'POST', url: '/auth/login', headers: HTML, payload: form({ next }) })
    return [
      page.body.includes(`name="next" value="${next}"`),
      /form-action [^;]*/.exec(String(page.headers['content-security-policy']))?.[0],
      login.headers.location,
    ]
  }
  expect(await answers({})).toEqual([false, "form-action 'self'", '/'])
  expect(await answers({ returnOrigins: ['https://reports.example.org'] })).toEqual([
    true,
    "form-action 'self' https://reports.example.org",
    next,
  ])
  expect(await answers({ returnOrigins: ['https://other.example.org'] })).toEqual([
    false,
    "form-action 'self' https://other.example.org",
    '/',
  ])
})

test('an origin where one may return is not trusted with signing in', async () => {
  const { request } = await openApplication({ plugin: { returnOrigins: ['https://reports.example.org'] } })
  const headers = { origin: 'https://reports.example.org', 'sec-fetch-site': 'cross-site' }
  const payload = { username: 'viewer', password: passwordOf('viewer') }
  const answer = await request({ method: 'POST', url: '/auth/login', headers, payload })
  expect([answer.statusCode, answer.headers['access-control-allow-origin']]).toEqual([403, undefined])
})

test.each([{ publicPath: 'app' }, { publicPath: '/app/' }, { home: 'https://evil.example/' }, { home: '//e' }])(
  'the application does not start with %j',
  async (plugin) => {
    await expect(openApplication({ plugin: plugin as object })).rejects.toThrow(/^(?:publicPath|home) is /)
  },
)
