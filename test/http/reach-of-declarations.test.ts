import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { anyone, protect } from 'ostiary/fastify'
import { describe, expect, test } from 'vitest'
import { type ApplicationOptions, openApplication } from '../application/open-application.ts'
import { ADMIN, VIEWER } from '../application/test-auth.ts'

const handler = async () => 'ok'
const open = (routes: ApplicationOptions['routes'], plugin: ApplicationOptions['plugin'] = {}) =>
  openApplication({ ...(routes && { routes }), plugin })
const undeclared = (routes: readonly string[]) => ({ code: 'OSTIARY_UNDECLARED_ROUTES', routes })

describe('everyRoute reaches no further than its scope', () => {
  const wrapped = (options?: { wholeScope: boolean }) =>
    fp(async (app: FastifyInstance) => {
      app.everyRoute(anyone(), options)
      app.get('/of-the-plugin', handler)
    })

  test('in a plugin that is wrapped with fastify-plugin, it is refused', async () => {
    const opening = open(async (app) => {
      await app.register(wrapped())
      app.get('/later', handler)
    })
    await expect(opening).rejects.toThrow(/everyRoute\(\) on the application itself.*wholeScope: true/s)
  })

  test('in such a plugin within a scope, it is refused for the scope around it', async () => {
    const opening = open((app) =>
      app.register(async function pages(scope) {
        await scope.register(wrapped())
        scope.get('/later', handler)
      }),
    )
    await expect(opening).rejects.toThrow(/later routes of the whole scope "pages -> .*wholeScope: true/s)
  })

  test('on the application itself it is refused, whatever it declares', async () => {
    for (const declaration of [anyone(), protect({ roles: [ADMIN] })])
      await expect(open((app) => app.everyRoute(declaration))).rejects.toThrow(/wholeScope: true/)
  })

  test('with the explicit word it reaches the whole application, and the whole scope', async () => {
    const application = await open(async (app) => {
      await app.register(async (scope) => {
        await scope.register(
          fp(async (inner: FastifyInstance) => inner.everyRoute(protect({ roles: [ADMIN] }), { wholeScope: true })),
        )
        scope.get('/inside', handler)
      })
      await app.register(wrapped({ wholeScope: true }))
      app.get('/later', handler)
    })
    const statuses = ['/of-the-plugin', '/later', '/inside'].map(
      async (url) => (await application.request(url)).statusCode,
    )
    expect(await Promise.all(statuses)).toEqual([200, 200, 403])
  })

  test('a second declaration of one scope is refused: it would undo the first', async () => {
    const twice = (scope: FastifyInstance) => {
      scope.everyRoute(protect({ roles: [ADMIN] }))
      scope.everyRoute(anyone())
    }
    await expect(open((app) => app.register(async (scope) => twice(scope)))).rejects.toThrow(/called twice/)
    const whole = { wholeScope: true }
    const onApplication = open((app) => {
      app.everyRoute(protect({ roles: [ADMIN] }), whole)
      app.everyRoute(anyone(), whole)
    })
    await expect(onApplication).rejects.toThrow(/called twice/)
  })
})

describe('a name in the option routes reaches the one route of that name', () => {
  const constraints: Record<string, string>[] = [{ version: '2.0.0' }, { host: 'other.example' }]
  const twins = (constraint: Record<string, string>) => (app: FastifyInstance) => {
    app.route({ method: 'GET', url: '/x', handler })
    app.route({ method: 'GET', url: '/x', constraints: constraint, handler: async () => 'of the twin' })
  }

  test.each(constraints)('and not its twin with the constraint %j', async (constraint) => {
    const [[key, value] = ['', '']] = Object.entries(constraint)
    await expect(open(twins(constraint), { routes: { 'GET /x': anyone() } })).rejects.toMatchObject(
      undeclared([`GET /x ${key}=${value}`, `HEAD /x ${key}=${value}`]),
    )
  })

  test.each(constraints)('and a twin with the constraint %j is declared by its own name', async (constraint) => {
    const [[key, value] = ['', '']] = Object.entries(constraint)
    const name = `GET /x ${key}=${value}`
    const application = await open(twins(constraint), {
      routes: { 'GET /x': anyone(), [name]: protect({ roles: [ADMIN] }) },
    })
    const headers = { 'accept-version': '2.0.0', host: 'other.example' }
    expect((await application.request('/x')).body).toBe('ok')
    expect((await application.request({ url: '/x', headers })).statusCode).toBe(403)
    expect(application.app.routeMap()).toContainEqual({
      method: 'HEAD',
      path: '/x',
      constraints: constraint,
      guard: 'roles',
      roles: ['Administrator'],
    })
  })

  test('and a name that only a constrained route has is the name of no route', async () => {
    const routes = (app: FastifyInstance) =>
      app.route({ method: 'GET', url: '/x', constraints: { version: '1.0.0' }, handler })
    const opening = open(routes, { routes: { 'GET /x': anyone() } })
    await expect(opening).rejects.toThrow(/declares what nobody registers: GET \/x/)
  })
})

describe('a route / below a prefix is one route of two spellings', () => {
  const items = (app: FastifyInstance) =>
    app.register(
      async (scope) => {
        scope.get('/', handler)
        scope.post('/', handler)
      },
      { prefix: '/items' },
    )
  const six = ['GET', 'HEAD', 'POST'].flatMap((method) => [`${method} /items`, `${method} /items/`])

  test.each([
    ['/items', '/items'],
    ['/items/', '/items/'],
    ['/items', '/items/'],
    ['/items/', '/items'],
  ])('which "GET %s" and "POST %s" declare, HEAD included', async (get, post) => {
    const application = await open(items, {
      routes: { [`GET ${get}`]: protect({ roles: [ADMIN] }), [`POST ${post}`]: anyone() },
    })
    const status = async (name: string) => {
      const [method, url] = name.split(' ') as ['GET', string]
      return (await application.request({ method, url })).statusCode
    }
    expect(await Promise.all(six.map(status))).toEqual([403, 403, 403, 403, 200, 200])
  })

  test('and the map has each of the six that answer, once', async () => {
    const application = await open(items, {
      routes: { 'GET /items': anyone(), 'POST /items': protect({ roles: [VIEWER] }) },
    })
    const named = application.app.routeMap().filter(({ path }) => path.startsWith('/items'))
    expect(named.map(({ method, path }) => `${method} ${path}`).sort()).toEqual(six)
    expect(named.filter(({ guard }) => guard === 'anyone').map(({ method }) => method)).not.toContain('POST')
    expect(named.filter(({ guard }) => guard === 'roles').map(({ path }) => path)).toEqual(['/items', '/items/'])
  })

  test('and all that answer are listed where nothing is declared', async () => {
    const routes = (app: FastifyInstance) => {
      app.register(async (scope) => scope.get('/', handler), { prefix: '/both' })
      app.register(async (scope) => scope.get('/', { prefixTrailingSlash: 'no-slash' }, handler), {
        prefix: '/without',
      })
      app.register(async (scope) => scope.get('/', { prefixTrailingSlash: 'slash' }, handler), { prefix: '/with' })
      app.register(async (scope) => scope.get('', handler), { prefix: '/empty' })
    }
    const error = await open(routes).catch((thrown: { routes: string[] }) => thrown)
    expect([...(error as { routes: string[] }).routes].sort()).toEqual([
      'GET /both',
      'GET /both/',
      'GET /empty',
      'GET /with/',
      'GET /without',
      'HEAD /both',
      'HEAD /both/',
      'HEAD /empty',
      'HEAD /with/',
      'HEAD /without',
    ])
  })

  test('but two declarations of one route are refused, unless they are alike', async () => {
    const get = (app: FastifyInstance) => app.register(async (scope) => scope.get('/', handler), { prefix: '/items' })
    const admins = protect({ roles: [ADMIN] })
    const differing = open(get, { routes: { 'GET /items': anyone(), 'GET /items/': admins } })
    await expect(differing).rejects.toThrow(/Declare these alike.*GET \/items, GET \/items\//)
    const alike = await open(get, { routes: { 'GET /items': admins, 'GET /items/': admins } })
    expect((await alike.request('/items/')).statusCode).toBe(403)
  })

  test('but two routes that differ by the slash are two', async () => {
    const two = (app: FastifyInstance) =>
      app.register(
        async (scope) => {
          scope.get('', handler)
          scope.route({ method: 'GET', url: '/', prefixTrailingSlash: 'slash', handler })
        },
        { prefix: '/items' },
      )
    const admins = protect({ roles: [ADMIN] })
    await expect(open(two, { routes: { 'GET /items/': anyone() } })).rejects.toThrow(/are two routes/)
    const unslashed = open(two, { routes: { 'GET /items': anyone() } })
    await expect(unslashed).rejects.toMatchObject(undeclared(['GET /items/', 'HEAD /items/']))
    const application = await open(two, { routes: { 'GET /items': anyone(), 'GET /items/': admins } })
    expect((await application.request('/items')).statusCode).toBe(200)
    expect((await application.request('/items/')).statusCode).toBe(403)
    expect((await application.request({ method: 'HEAD', url: '/items/' })).statusCode).toBe(403)
  })

  test('and a spelling that does not answer is the name of no route', async () => {
    const empty = (app: FastifyInstance) => app.register(async (scope) => scope.get('', handler), { prefix: '/items' })
    const opening = open(empty, { routes: { 'GET /items/': anyone() } })
    await expect(opening).rejects.toThrow(/declares what nobody registers: GET \/items\//)
  })
})
