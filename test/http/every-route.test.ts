import Fastify, { type FastifyInstance } from 'fastify'
import { anyone, ostiary, protect } from 'ostiary/fastify'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openApplication } from '../application/open-application.ts'
import { ADMIN, VIEW, VIEWER } from '../application/test-auth.ts'

const handler = async () => 'ok'
const statuses = async (routes: (app: FastifyInstance) => unknown, ...urls: string[]) => {
  const application = await openApplication({ routes })
  return await Promise.all(urls.map(async (url) => (await application.request(url)).statusCode))
}

describe('everyRoute', () => {
  test('declares the routes of its scope, those registered later included', async () => {
    const routes = (app: FastifyInstance) =>
      app.register(async (scope) => {
        scope.everyRoute(protect({ roles: [ADMIN] }))
        scope.get('/one', handler)
        scope.route({ method: ['GET', 'POST'], url: '/two', handler })
      })
    expect(await statuses(routes, '/one', '/two')).toEqual([403, 403])
  })

  test('is inherited by the scopes within, however deep', async () => {
    const routes = (app: FastifyInstance) =>
      app.register(async (scope) => {
        scope.everyRoute(protect({ roles: [ADMIN] }))
        scope.register(async (inner) => {
          inner.register(async (innermost) => innermost.get('/deep', handler))
        })
      })
    expect(await statuses(routes, '/deep')).toEqual([403])
  })

  test('does not reach siblings or the scope around it: they still have to declare themselves', async () => {
    const routes = (app: FastifyInstance) => {
      app.register(async (scope) => {
        scope.everyRoute(anyone())
        scope.get('/inside', handler)
      })
      app.register(async (sibling) => sibling.get('/beside', handler))
      app.get('/around', handler)
    }
    await expect(statuses(routes)).rejects.toMatchObject({
      routes: ['GET /around', 'HEAD /around', 'GET /beside', 'HEAD /beside'],
    })
  })

  test('gives way to what a route declares itself, in either direction', async () => {
    const routes = (app: FastifyInstance) => {
      app.register(async (scope) => {
        scope.everyRoute(anyone())
        scope.get('/strict', protect({ roles: [ADMIN] }), handler)
      })
      app.register(async (scope) => {
        scope.everyRoute(protect({ roles: [ADMIN] }))
        scope.get('/open', anyone(), handler)
      })
    }
    expect(await statuses(routes, '/strict', '/open')).toEqual([403, 200])
  })

  test('gives way to what an inner scope says of its own', async () => {
    const routes = (app: FastifyInstance) =>
      app.register(async (scope) => {
        scope.everyRoute(anyone())
        scope.register(async (inner) => {
          inner.everyRoute(protect({ permission: VIEW }))
          inner.get('/inner', handler)
        })
        scope.get('/outer', handler)
      })
    expect(await statuses(routes, '/inner', '/outer')).toEqual([403, 200])
  })

  test.each([undefined, null, {}, { protect: undefined }, { protect: {} }, 'anyone'])(
    'with %j is an error',
    async (declaration) => {
      const routes = (app: FastifyInstance) => app.everyRoute(declaration as never)
      await expect(statuses(routes)).rejects.toThrow()
    },
  )

  test('asks for no role that there is not', async () => {
    const application = openApplication({
      auth: { roles: [ADMIN, VIEWER] },
      routes: (app) => {
        app.everyRoute(protect({ roles: [{ ...ADMIN, name: 'Other' } as typeof ADMIN] }), { wholeScope: true })
        app.get('/door', handler)
      },
    })
    await expect(application).rejects.toThrow(/GET \/door asks for the role "Other"/)
  })
})

describe('routes that other plugins bring', () => {
  /** A plugin that knows nothing of us. */
  const foreign = async (app: FastifyInstance) => {
    app.get('/foreign', handler)
    app.options('*', handler)
  }

  test('are declared by method and path', async () => {
    const application = await openApplication({
      plugin: {
        routes: {
          'GET /foreign': protect({ roles: [ADMIN] }),
          'HEAD /foreign': protect({ roles: [ADMIN] }),
          'OPTIONS *': anyone(),
        },
      },
      routes: (app) => app.register(foreign),
    })
    const status = async (method: 'GET' | 'HEAD' | 'OPTIONS', url: string) =>
      (await application.request({ method, url })).statusCode
    expect(await status('GET', '/foreign')).toBe(403)
    expect(await status('HEAD', '/foreign')).toBe(403)
    expect(await status('OPTIONS', '/x')).toBe(200)
  })

  test('and by nothing else: what was not named stops the start', async () => {
    const opening = openApplication({
      plugin: { routes: { 'OPTIONS *': anyone() } },
      routes: (app) => app.register(foreign),
    })
    await expect(opening).rejects.toMatchObject({ routes: ['GET /foreign', 'HEAD /foreign'] })
  })

  test('are their own masters when they do declare themselves', async () => {
    const application = await openApplication({
      plugin: { routes: { 'GET /door': anyone() } },
      routes: (app) => app.get('/door', { ...protect({ roles: [ADMIN] }), exposeHeadRoute: false }, handler),
    }).catch((error: Error) => error)
    // Declared twice: either the route wins, or the application does not start. The door is not open.
    if (!(application instanceof Error)) expect((await application.request('/door')).statusCode).toBe(403)
  })
})

test('the route map lists every route and what it asks for, those of signing in included', async () => {
  const application = await openApplication({
    routes: (app) => {
      app.get('/roles', protect({ roles: [ADMIN, VIEWER] }), handler)
      app.post('/permission', protect({ permission: VIEW }), handler)
      app.delete('/check', protect({ check: () => true }), handler)
      app.put('/open', anyone(), handler)
      app.post('/recent', protect({ permission: VIEW, authenticatedWithin: '15m' }), handler)
      app.post('/recent-check', protect({ check: () => true, authenticatedWithin: 60 }), handler)
      app.post('/recent-only', protect({ authenticatedWithin: '1h' }), handler)
    },
  })
  const map = application.app.routeMap()
  expect(map).toEqual(
    expect.arrayContaining([
      { method: 'GET', path: '/roles', guard: 'roles', roles: ['Administrator', 'Viewer'] },
      { method: 'HEAD', path: '/roles', guard: 'roles', roles: ['Administrator', 'Viewer'] },
      { method: 'POST', path: '/permission', guard: 'permission', permission: 'view' },
      { method: 'DELETE', path: '/check', guard: 'check' },
      { method: 'PUT', path: '/open', guard: 'anyone' },
      { method: 'POST', path: '/recent', guard: 'permission', permission: 'view', authenticatedWithin: '15m' },
      { method: 'POST', path: '/recent-check', guard: 'check', authenticatedWithin: 60 },
      { method: 'POST', path: '/recent-only', guard: 'authenticatedWithin', authenticatedWithin: '1h' },
      { method: 'POST', path: '/auth/login', guard: 'anyone' },
      { method: 'POST', path: '/auth/logout', guard: 'anyone' },
    ]),
  )
  expect(map.filter(({ guard }) => guard === 'undeclared')).toEqual([])
  expect(() => (map as unknown[]).push('x')).not.toThrow()
  expect(application.app.routeMap()).not.toContain('x')
})

test('two doorkeepers of two applications do not know each other', async () => {
  const [one, other] = [
    await openApplication({ routes: (app) => app.get('/door', protect({ roles: [ADMIN] }), handler) }),
    await openApplication({ routes: (app) => app.get('/door', protect({ roles: [ADMIN] }), handler) }),
  ]
  const cookie = await one.signIn('admin')
  expect((await one.request('/door', cookie)).statusCode).toBe(200)
  expect((await other.request('/door', cookie)).statusCode).toBe(403)
})

test('a doorkeeper within a scope is refused: it would not see the routes outside', async () => {
  const application = await openApplication()
  const app = Fastify()
  onTestFinished(() => app.close())
  const starting = app.register(async (scope) => {
    await scope.register(ostiary, { auth: application.auth })
  })
  await expect(async () => await starting).rejects.toThrow(/Register ostiary on the application itself/)
})
