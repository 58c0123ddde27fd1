import { type Context, Hono } from 'hono'
import { anyone, currentSession, getUser, middleware, type OstiaryEnv, protect, sameSite } from 'ostiary/hono'
import { describe, expect, test } from 'vitest'
import { ADMIN, EDIT, VIEW } from '../application/test-auth.ts'
import { type App, cookieOf, openHono } from './open-hono.ts'

const name = (c: Context<OstiaryEnv>) => c.text(c.var.user.name)

function routes(app: App): void {
  app.get('/open', anyone(), name)
  app.get('/blind', anyone({ user: false }), name)
  app.get('/view', protect({ permission: VIEW }), name)
  app.post('/view', protect({ permission: VIEW }), sameSite(), name)
  app.get('/edit', protect({ permission: EDIT }), name)
  app.get('/mine', protect({ check: async (user, c) => (await c.req.query('owner')) === user.name }), name)
  app.get('/recent', protect({ permission: VIEW, authenticatedWithin: '5m' }), name)
  app.use('/admin/*', protect({ roles: [ADMIN] }))
  app.get('/admin/a', name)
  app.get('/admin/edit', protect({ permission: EDIT }), name)
  app.get('/kept', protect({ permission: VIEW }), (c) => c.text('kept', 200, { 'cache-control': 'private' }))
  app.get('/shared', protect({ permission: VIEW }), () => SHARED)
  app.get('/session', protect({ permission: VIEW }), (c) => c.json(currentSession(c)))
  const sub: App = new Hono()
  sub.onError((error, c) => c.text(`caught ${error.message}`, 418))
  sub.get('/view', protect({ permission: VIEW }), name)
  sub.get('/fault', protect({ permission: VIEW }), () => {
    throw new Error('a fault')
  })
  app.route('/sub', sub)
  app.notFound((c) => c.text(`no page for ${getUser(c).name}`, 404))
}

/** One response for everybody, as a careless handler may have it. */
const SHARED = new Response(null, { status: 204 })

describe('who may come in', () => {
  const table: readonly (readonly [string, number, number, number])[] = [
    ['/open', 200, 200, 200],
    ['/blind', 200, 200, 200],
    ['/view', 403, 200, 200],
    ['/edit', 403, 403, 200],
    ['/mine?owner=viewer', 403, 200, 403],
    ['/mine', 403, 403, 403],
    ['/recent', 403, 200, 200],
    ['/admin/a', 403, 403, 200],
    ['/admin/edit', 403, 403, 200],
    ['/admin/none', 403, 403, 404],
    ['/sub/view', 403, 200, 200],
    ['/sub/fault', 403, 418, 418],
    ['/none', 404, 404, 404],
  ]
  test.each(table)('%s: %d for nobody, %d for a viewer, %d for an admin', async (path, nobody, viewer, admin) => {
    const { ask, signIn } = await openHono({ routes })
    for (const [status, cookie] of [
      [nobody, 'none=x'],
      [viewer, await signIn('viewer')],
      [admin, await signIn('admin')],
    ] as const) {
      expect((await ask(path, { cookie })).status).toBe(status)
      const head = await ask(path, { cookie, method: 'HEAD' })
      expect([head.status, await head.text()]).toEqual([status, ''])
    }
  })

  test('handlers get the user, and the session', async () => {
    const { ask, signIn } = await openHono({ routes })
    const cookie = await signIn('viewer')
    expect(await (await ask('/view', { cookie })).text()).toBe('viewer')
    expect(await (await ask('/open')).text()).toBe('anonymous')
    expect(await (await ask('/blind', { cookie })).text()).toBe('anonymous')
    expect(await (await ask('/none', { cookie })).text()).toBe('no page for viewer')
    expect(await (await ask('/session', { cookie })).json()).toMatchObject({
      userId: 'people:viewer',
      persistent: false,
    })
  })

  test('anonymous people are refused, challenged or led to the login page', async () => {
    const page = { headers: { accept: 'text/html' } }
    const forbids = await openHono({ routes })
    expect((await forbids.ask('/view')).headers.get('content-type')).toBe('application/problem+json')
    const challenges = await openHono({ routes, options: { anonymous: 'challenge' } })
    const challenged = await challenges.ask('/view')
    expect([challenged.status, challenged.headers.get('www-authenticate')]).toEqual([401, 'Cookie realm="ostiary"'])
    const leads = await openHono({ routes, options: { anonymous: 'login' } })
    const led = await leads.ask('/view?x=1', page)
    expect([led.status, led.headers.get('location')]).toEqual([303, '/auth/login?next=%2Fview%3Fx%3D1'])
    expect((await leads.ask('/auth/login', page)).status).toBe(200)
  })

  test('a password that was given too long ago is asked for again', async () => {
    const { ask, signIn, clock } = await openHono({ routes })
    const cookie = await signIn('viewer')
    clock.advance('6m')
    const answer = await ask('/recent', { cookie })
    expect(answer.status).toBe(401)
    expect(answer.headers.get('www-authenticate')).toContain('max_age="300"')
  })

  test('a page of another site posts nothing', async () => {
    const { ask, signIn } = await openHono({ routes })
    const cookie = await signIn('viewer')
    const post = (site: string) => ask('/view', { method: 'POST', cookie, headers: { 'sec-fetch-site': site } })
    expect((await post('cross-site')).status).toBe(403)
    expect((await post('same-origin')).status).toBe(200)
  })
})

describe('the session', () => {
  test('ends with a logout', async () => {
    const { ask, signIn } = await openHono({ routes })
    const cookie = await signIn('viewer')
    expect((await ask('/auth/logout', { method: 'POST', cookie })).status).toBe(303)
    const answer = await ask('/view', { cookie })
    expect([answer.status, cookieOf(answer)]).toEqual([403, 'ostiary='])
  })

  test.each(['/view', '/open', '/admin/none', '/edit', '/sub/fault', '/kept', '/shared'])(
    'is renewed at %s when its lease ends, and no cache keeps the answer',
    async (path) => {
      const { ask, signIn, clock } = await openHono({ routes })
      const cookie = await signIn(path === '/admin/none' ? 'admin' : 'viewer')
      clock.advance('61s')
      const answer = await ask(path, { cookie })
      expect(answer.headers.get('cache-control')).toBe('no-store')
      const renewed = cookieOf(answer)
      expect(renewed).not.toBe(cookie)
      expect((await ask('/view', { cookie: renewed })).headers.getSetCookie()).toEqual([])
    },
  )

  test('of one person never goes out with the answer to another, though both get one Response', async () => {
    const { ask, signIn, clock } = await openHono({ routes })
    const [one, other] = [await signIn('viewer'), await signIn('admin')]
    clock.advance('61s')
    const renewed = [await ask('/shared', { cookie: one }), await ask('/shared', { cookie: other })].map(cookieOf)
    expect(new Set(renewed).size).toBe(2)
    expect(SHARED.headers.getSetCookie()).toEqual([])
  })

  test('keeps answers from caches, unless the handler says otherwise', async () => {
    const { ask, signIn } = await openHono({ routes })
    const cookie = await signIn('viewer')
    const caches = async (path: string, init = {}) => (await ask(path, init)).headers.get('cache-control')
    expect(await caches('/view', { cookie })).toBe('no-store')
    expect(await caches('/open', { cookie })).toBe('no-store')
    expect(await caches('/open')).toBe(null)
    expect(await caches('/kept', { cookie })).toBe('private')
  })
})

test('middleware before the doorkeeper runs for the login routes too', async () => {
  const { ask } = await openHono({
    before: (app) =>
      app.use(
        middleware(async (c, next) => {
          await next()
          c.header('x-frame-options', 'DENY')
        }),
      ),
  })
  expect((await ask('/auth/login')).headers.get('x-frame-options')).toBe('DENY')
})
