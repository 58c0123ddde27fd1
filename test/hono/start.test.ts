import { type Context, Hono, type Next } from 'hono'
import { mount } from 'hono/mount'
import { LinearRouter } from 'hono/router/linear-router'
import { ConfigurationError, defineRole, LatePluginError, UndeclaredRoutesError } from 'ostiary'
import { anyone, checkRoutes, middleware, type OstiaryEnv, ostiary, protect, sameSite } from 'ostiary/hono'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { ADMIN, VIEW, VIEWER } from '../application/test-auth.ts'
import { type App, createTestAuth, openHono } from './open-hono.ts'

/** What has run that nobody has declared. */
const ran: string[] = []
const silent = (c: Context) => {
  ran.push(`${c.req.method} ${c.req.path}`)
  return c.text('the secret')
}
const passes = async (c: Context, next: Next) => {
  ran.push(`${c.req.method} ${c.req.path}`)
  await next()
}
const legacy = (request: Request) => {
  ran.push(`${request.method} ${request.url}`)
  return new Response('the secret')
}
const fine = (c: Context) => c.text('fine')

/** Registers the doorkeeper and routes. Returns what a look at the routes says. */
function look(routes: (app: App) => unknown, before: (app: App) => unknown = () => {}) {
  const { auth } = createTestAuth()
  onTestFinished(() => auth.close())
  const app: App = new Hono()
  before(app)
  ostiary(app, { auth })
  routes(app)
  const fault = (() => {
    try {
      checkRoutes(app)
    } catch (error) {
      return error
    }
  })()
  return { app, fault, routes: fault instanceof UndeclaredRoutesError ? fault.routes : [] }
}

const wrapped = (routes: (sub: Hono) => unknown) => {
  const sub = new Hono().onError((_error, c) => c.text('caught', 500))
  routes(sub)
  return sub
}

const UNDECLARED: readonly (readonly [string, (app: App) => unknown, readonly string[]])[] = [
  ['a handler', (app) => app.get('/a', silent), ['GET /a']],
  ['each of several', (app) => app.get('/a', silent).post('/b/:id', silent), ['GET /a', 'POST /b/:id']],
  ['a handler before its guard', (app) => app.get('/a', silent, protect({ roles: [ADMIN] })), ['GET /a']],
  ['a handler of another method', (app) => app.get('/a', anyone(), fine).put('/a', silent), ['PUT /a']],
  ['a handler of all methods', (app) => app.all('/a', silent), ['ALL /a']],
  ['a catch-all', (app) => app.get('/a', anyone(), fine).all('*', silent), ['ALL /*']],
  ['a middleware', (app) => app.use(passes), ['ALL /*']],
  ['a mounted application', (app) => app.mount('/old', legacy), ['ALL /old/*']],
  ['an application mounted at the root', (app) => app.mount('/', legacy), ['ALL /*']],
  ['an application by mount() of hono/mount', (app) => app.all('/old/*', mount(legacy)), ['ALL /old/*']],
  ['a route of a sub-application', (app) => app.route('/sub', new Hono().get('/a', silent)), ['GET /sub/a']],
  [
    'one with an onError',
    (app) =>
      app.route(
        '/sub',
        wrapped((sub) => sub.get('/a', silent)),
      ),
    ['GET /sub/a'],
  ],
  ['a route of a base path', (app) => app.basePath('/v1').get('/a', silent), ['GET /v1/a']],
  [
    'a route beside a guarded path',
    (app) => app.use('/a/*', protect({ roles: [ADMIN] })).get('/ab', silent),
    ['GET /ab'],
  ],
  ['a route before its guard', (app) => app.get('/a/b', silent).use('/a/*', protect({ roles: [ADMIN] })), ['GET /a/b']],
  ['a route below anyone()', (app) => app.use('/a/*', anyone()).get('/a/b', silent), ['GET /a/b']],
  [
    'a catch-all far from the anyone() of a middleware',
    (app) =>
      app
        .use(anyone(), async (_c, next) => next())
        .get('/a', anyone(), fine)
        .all('*', silent),
    ['ALL /*'],
  ],
  ['a route with a check of its origin alone', (app) => app.post('/a', sameSite(), silent), ['POST /a']],
]

const DECLARED: readonly (readonly [string, (app: App) => unknown])[] = [
  ['a guarded handler', (app) => app.get('/a', protect({ permission: VIEW }), fine)],
  ['a public handler', (app) => app.get('/a', anyone(), fine)],
  [
    'a guarded handler with a check of its origin',
    (app) => app.post('/a', protect({ permission: VIEW }), sameSite(), fine),
  ],
  [
    'a route below a guard',
    (app) =>
      app
        .use('/a/*', protect({ roles: [ADMIN] }))
        .get('/a/b', fine)
        .get('/a', fine),
  ],
  [
    'a mounted application behind a guard',
    (app) => app.use('/old/*', protect({ roles: [ADMIN] })).mount('/old', legacy),
  ],
  ['a mounted application for anyone', (app) => app.use('/old/*', anyone()).mount('/old', legacy)],
  ['a middleware that says so', (app) => app.use(middleware(async (_c, next) => next()))],
  ['a sub-application', (app) => app.route('/sub', new Hono().get('/a', protect({ roles: [ADMIN] }), fine))],
  [
    'a sub-application with an onError',
    (app) =>
      app.route(
        '/sub',
        wrapped((sub) => sub.use(protect({ roles: [ADMIN] })).get('/a', fine)),
      ),
  ],
  [
    'a sub-application in a sub-application, each with an onError',
    (app) =>
      app.route(
        '/one',
        wrapped((one) =>
          one.route(
            '/two',
            wrapped((two) => two.get('/a', protect({ roles: [ADMIN] }), fine)),
          ),
        ),
      ),
  ],
]

describe('the start', () => {
  test.each(UNDECLARED)('is refused for %s that declares nothing', (_name, routes, names) => {
    const { fault, routes: listed } = look(routes)
    expect(fault).toBeInstanceOf(UndeclaredRoutesError)
    expect(listed).toEqual(names)
    for (const name of names) expect((fault as Error).message).toContain(`  ${name}\n`)
  })

  test.each(DECLARED)('takes %s', (_name, routes) => {
    expect(look(routes).fault).toBeUndefined()
  })

  test('is refused for a route of HEAD, which nothing reaches', () => {
    const { fault } = look((app) => app.on('HEAD', ['/a'], anyone(), fine))
    expect(fault).toBeInstanceOf(ConfigurationError)
    expect(String(fault)).toContain('HEAD /a')
  })

  test('is refused for a role that the Auth does not know, with the name of the route', () => {
    const roles = [defineRole({ name: 'Stranger', description: 'Unknown', permissions: [] })]
    expect(String(look((app) => app.get('/odd', protect({ roles }), fine)).fault)).toMatch(/GET \/odd.*Stranger/)
  })

  test('is refused after routes, and takes middleware that says so', () => {
    expect(() =>
      look(
        () => {},
        (app) => app.get('/early', anyone(), fine),
      ),
    ).toThrow(LatePluginError)
    expect(() =>
      look(
        () => {},
        (app) => app.use(async (_c, next) => next()),
      ),
    ).toThrow(/ALL \/\*/)
    expect(
      look(
        () => {},
        (app) => app.use(middleware(async (_c, next) => next())),
      ).fault,
    ).toBeUndefined()
  })

  test('is refused twice on one application, and on a part of it', () => {
    const { auth } = createTestAuth()
    onTestFinished(() => auth.close())
    const { app } = look(() => {})
    expect(() => ostiary(app, { auth })).toThrow(LatePluginError)
    expect(() => ostiary(new Hono().basePath('/v1'), { auth })).toThrow(ConfigurationError)
  })

  test('is refused for an option that there is not', () => {
    const { auth } = createTestAuth()
    onTestFinished(() => auth.close())
    expect(() => ostiary(new Hono(), { auth, conection: () => ({}) } as never)).toThrow('Did you mean "connection"')
  })

  test('tells who may go where', () => {
    const { app } = look((each) =>
      each
        .get('/', anyone(), fine)
        .use('/admin/*', protect({ roles: [ADMIN] }))
        .get('/admin/a', fine)
        .get('/admin/b', anyone(), fine)
        .post('/edit', protect({ permission: VIEW, authenticatedWithin: '5m' }), fine),
    )
    expect(checkRoutes(app).filter(({ path }) => !path.startsWith('/auth/'))).toEqual([
      { method: 'GET', path: '/', guard: 'anyone' },
      { method: 'ALL', path: '/admin/*', guard: 'roles', roles: ['Administrator'] },
      { method: 'GET', path: '/admin/a', guard: 'roles', roles: ['Administrator'] },
      { method: 'GET', path: '/admin/b', guard: 'roles', roles: ['Administrator'] },
      { method: 'POST', path: '/edit', guard: 'permission', permission: 'view', authenticatedWithin: '5m' },
    ])
  })

  test('is not looked at where nothing guards the application', () => {
    expect(() => checkRoutes(new Hono())).toThrow(ConfigurationError)
  })
})

describe('without a look at the start', () => {
  test.each(UNDECLARED)('nobody reaches %s that declares nothing', async (_name, routes) => {
    const errors = vi.spyOn(console, 'error').mockImplementation(() => {})
    onTestFinished(() => errors.mockRestore())
    const { ask, signIn, app } = await openHono({ routes, unchecked: true })
    const paths = app.routes.map(({ path }) => path.replace(':id', '7').replace('*', 'x'))
    const admin = await signIn('admin')
    ran.length = 0
    for (const path of new Set(paths))
      for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'OPTIONS'])
        for (const cookie of ['none=x', admin]) await (await ask(path, { method, cookie })).text()
    expect(ran).toEqual([])
    expect(errors.mock.calls.flat().map(String).join('\n')).toContain('may come in:')
  })

  test('other routes answer', async () => {
    const errors = vi.spyOn(console, 'error').mockImplementation(() => {})
    onTestFinished(() => errors.mockRestore())
    const { ask } = await openHono({
      routes: (app) => app.get('/open', anyone(), fine).get('/silent', silent),
      unchecked: true,
    })
    expect((await ask('/open')).status).toBe(200)
    ran.length = 0
    expect((await ask('/silent')).status).toBe(500)
    expect(ran).toEqual([])
  })

  test('a route that a patient router takes later is refused too', async () => {
    const errors = vi.spyOn(console, 'error').mockImplementation(() => {})
    onTestFinished(() => errors.mockRestore())
    const { ask, app } = await openHono({ app: new Hono<OstiaryEnv>({ router: new LinearRouter() }) })
    expect((await ask('/late')).status).toBe(404)
    app.get('/late', silent)
    expect((await ask('/late')).status).toBe(500)
    app.get('/later', protect({ roles: [VIEWER] }), fine)
    expect((await ask('/later')).status).toBe(403)
  })

  test('an application inside another one refuses every request, since it does not see the others', async () => {
    const { auth } = createTestAuth()
    onTestFinished(() => auth.close())
    const inner = new Hono()
    ostiary(inner, { auth })
    inner.get('/a', anyone(), fine)
    const faults: string[] = []
    const outer = new Hono().onError((error, c) => {
      faults.push(error.message)
      return c.text('fault', 500)
    })
    outer.route('/inner', inner)
    expect((await outer.request('/inner/a')).status).toBe(500)
    expect(faults[0]).toContain('outermost')
  })

  test('protect() refuses by itself where nothing guards the application', async () => {
    const app = new Hono()
      .onError((error, c) => c.text(error.message, 500))
      .get('/a', protect({ roles: [ADMIN] }), fine)
    expect(await (await app.request('/a')).text()).toContain('Nothing guards this request')
  })
})
