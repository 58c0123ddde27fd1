import Fastify, { type FastifyInstance } from 'fastify'
import { ConfigurationError } from 'ostiary'
import { anyone, ostiary, protect } from 'ostiary/fastify'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openApplication } from '../application/open-application.ts'
import { ADMIN, VIEW, VIEWER } from '../application/test-auth.ts'

// Ways to leave a door open by mistake.

const secret = async () => 'SECRET'

async function failureOf(build: (app: FastifyInstance) => unknown): Promise<Error> {
  const application = await openApplication()
  const app = Fastify()
  onTestFinished(() => app.close())
  try {
    await app.register(ostiary, { auth: application.auth })
    await build(app)
    await app.ready()
  } catch (error) {
    return error as Error
  }
  throw new Error('The application started.')
}

describe('a protected route without the plugin', () => {
  test.each([
    ['roles', protect({ roles: [ADMIN] })],
    ['permission', protect({ permission: VIEW })],
    ['check', protect({ check: () => true })],
  ])('lets nobody in: %s', async (_kind, declaration) => {
    const app = Fastify()
    onTestFinished(() => app.close())
    app.get('/door', declaration, secret)
    const answer = await app.inject('/door')
    expect(answer.statusCode).toBe(500)
    expect(answer.body).not.toContain('SECRET')
  })

  test('and with it, hooks of the route in the same place run as before', async () => {
    let ran = 0
    const application = await openApplication({
      before: (app) =>
        app.addHook('onRoute', (route) => {
          const own = async () => {
            ran += 1
          }
          route.preParsing = [...[route.preParsing ?? []].flat(), own]
        }),
      routes: (app) => app.get('/door', protect({ roles: [ADMIN] }), secret),
    })
    expect((await application.request('/door', await application.signIn('admin'))).body).toBe('SECRET')
    expect(ran).toBeGreaterThan(0)
  })
})

describe('a hook that hears of routes later than the doorkeeper', () => {
  test.each<[string, (app: FastifyInstance) => unknown]>([
    [
      'replaces the hooks of a route',
      (app) => app.addHook('onRoute', (route) => void Object.assign(route, { onRequest: async () => {} })),
    ],
    [
      'puts another hook first',
      (app) =>
        app.addHook(
          'onRoute',
          (route) => void Object.assign(route, { onRequest: [async () => {}, route.onRequest].flat() }),
        ),
    ],
    [
      'replaces the checker',
      (app) => app.addHook('onRoute', (route) => void Object.assign(route, { preHandler: async () => {} })),
    ],
    ['declares a route anew', (app) => app.addHook('onRoute', (route) => void Object.assign(route, anyone()))],
  ])('stops the start when it %s', async (_what, addHook) => {
    const failure = await failureOf((app) => {
      addHook(app)
      app.get('/door', protect({ check: () => false }), secret)
    })
    expect(failure).toBeInstanceOf(ConfigurationError)
    expect(failure.message).toMatch(/onRoute hook .* changes the guard of .*\/door/)
  })

  test('may do what leaves the guard alone', async () => {
    const application = await openApplication({
      routes: (app) => {
        app.addHook('onRoute', (route) => void Object.assign(route, { onResponse: async () => {} }))
        app.get('/door', protect({ roles: [ADMIN] }), secret)
      },
    })
    expect((await application.request('/door')).statusCode).toBe(403)
  })
})

describe('a declaration by name in the option routes', () => {
  const both = (app: FastifyInstance) => app.route({ method: ['GET', 'POST'], url: '/both', handler: secret })
  const start = (routes: Record<string, ReturnType<typeof anyone>>) =>
    openApplication({ plugin: { routes }, routes: both })

  test('of one method does not open the other', async () => {
    await expect(start({ 'GET /both': anyone() })).rejects.toThrow(/Declare these alike.*GET \/both, POST \/both/)
  })

  test('must say the same of both', async () => {
    const roles = protect({ roles: [VIEWER] })
    await expect(start({ 'GET /both': anyone(), 'POST /both': roles })).rejects.toThrow(/Declare these alike/)
    const application = await start({ 'GET /both': roles, 'POST /both': roles })
    expect((await application.request({ method: 'POST', url: '/both' })).statusCode).toBe(403)
    expect((await application.request('/both')).statusCode).toBe(403)
  })
})

test('a guard that fails with no error at all lets nobody in', async () => {
  const application = await openApplication({
    plugin: {
      pages: {
        notice: () => {
          // biome-ignore lint/style/useThrowOnlyError: this is the mistake that is tried
          throw undefined
        },
      },
    },
    routes: (app) => {
      app.get('/roles', protect({ roles: [ADMIN] }), secret)
      app.get('/check', protect({ check: () => false }), secret)
    },
  })
  for (const url of ['/roles', '/check']) {
    const answer = await application.request({ url, headers: { accept: 'text/html' } })
    expect(answer.statusCode).toBe(500)
    expect(answer.body).not.toContain('SECRET')
  }
})

test('a reply that carries a session is not for keeping, whatever the handler says of its content', async () => {
  const application = await openApplication({
    routes: (app) =>
      app.get('/asset', anyone(), async (_request, reply) =>
        reply.header('cache-control', 'public, max-age=3600').send('x'),
      ),
  })
  const cookie = await application.signIn('viewer')
  const within = await application.request('/asset', cookie)
  expect(within.headers['set-cookie']).toBeUndefined()
  expect(within.headers['cache-control']).toBe('public, max-age=3600')
  application.clock.advance('2m')
  const renewing = await application.request('/asset', cookie)
  expect(renewing.headers['set-cookie']).toBeDefined()
  expect(renewing.headers['cache-control']).toBe('no-store')
})

test('a page that was made for a user is not for keeping, unless its handler says so', async () => {
  const application = await openApplication({
    routes: (app) => {
      app.get('/hello', anyone(), async ({ user }) => `Hello ${user.name}`)
      app.get('/own', anyone(), async ({ user }, reply) => reply.header('cache-control', 'private').send(user.name))
    },
  })
  const cookie = await application.signIn('viewer')
  expect((await application.request('/hello', cookie)).headers['cache-control']).toBe('no-store')
  expect((await application.request('/own', cookie)).headers['cache-control']).toBe('private')
  expect((await application.request('/hello')).headers['cache-control']).toBeUndefined()
})

test('an answer for what is not found is not for keeping either, if it was made for a user', async () => {
  const application = await openApplication({
    routes: (app) => {
      app.setNotFoundHandler(async (request, reply) => {
        if (request.url === '/own') reply.header('cache-control', 'private')
        return reply.code(404).send(request.url === '/quiet' ? 'nothing' : request.user.name)
      })
    },
  })
  const cookie = await application.signIn('viewer')
  const control = async (url: string, as?: string) => (await application.request(url, as)).headers['cache-control']
  expect([await control('/nowhere', cookie), await control('/own', cookie)]).toEqual(['no-store', 'private'])
  expect([await control('/quiet', cookie), await control('/nowhere')]).toEqual([undefined, undefined])
})

test('a name that only looks like the __Host- cookie is another cookie', async () => {
  const application = await openApplication({ routes: (app) => app.get('/door', protect({ roles: [VIEWER] }), secret) })
  const cookie = await application.signIn('viewer')
  expect((await application.request('/door', cookie)).statusCode).toBe(200)
  for (const blank of ['\u00a0', '\u000b', '\u000c']) {
    expect((await application.request('/door', `a=1; ${blank}${cookie}`)).statusCode).toBe(403)
  }
})

test('an answer is private when a hook before the guard has read the user', async () => {
  const names: string[] = []
  const application = await openApplication({
    routes: (app) => {
      app.addHook('onRequest', async ({ user }) => void names.push(user.name))
      app.setNotFoundHandler(async (_request, reply) => reply.code(404).send(names.at(-1)))
      app.get('/public', anyone(), async () => names.at(-1))
      app.get('/without-user', anyone({ user: false }), async () => names.at(-1))
    },
  })
  const cookie = await application.signIn('viewer')
  for (const url of ['/public', '/without-user', '/nowhere']) {
    const [own, strange] = [await application.request(url, cookie), await application.request(url)]
    expect([url, own.body, own.headers['cache-control']]).toEqual([url, 'viewer', 'no-store'])
    expect([url, strange.body, strange.headers['cache-control']]).toEqual([url, 'anonymous', undefined])
  }
})
