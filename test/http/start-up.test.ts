import Fastify, { type FastifyInstance } from 'fastify'
import {
  ConfigurationError,
  createAuth,
  definePermission,
  defineRole,
  generateSecret,
  LatePluginError,
  UndeclaredRoutesError,
} from 'ostiary'
import { anyone, type DeclaredRoute, type OstiaryOptions, ostiary, protect } from 'ostiary/fastify'
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { openApplication } from '../application/open-application.ts'
import { ADMIN, VIEW } from '../application/test-auth.ts'

// An application that is put together wrongly does not start, and says which and what to do.

afterEach(() => vi.unstubAllEnvs())

const handler = async () => 'ok'
const auth = () => createAuth({ roles: [ADMIN], sessions: { secret: generateSecret() } })

/** Starts an application, and returns what it fails with. */
async function failureOf(build: (app: FastifyInstance) => unknown): Promise<Error> {
  const app = Fastify()
  onTestFinished(() => app.close())
  try {
    await build(app)
    await app.ready()
  } catch (error) {
    return error as Error
  }
  throw new Error('The application started.')
}

const failureOfRoute = (declaration: unknown) =>
  failureOf(async (app) => {
    await app.register(ostiary, { auth: auth() })
    app.get('/door', declaration as DeclaredRoute, handler)
  })

describe('a route that says nothing', () => {
  test('stops the start, and all of them are listed', async () => {
    const error = await failureOf(async (app) => {
      await app.register(ostiary, { auth: auth() })
      app.get('/fine', anyone(), handler)
      app.get('/forgotten', handler)
      app.route({ method: ['POST', 'PUT'], url: '/many', handler })
      app.register(async (scope) => scope.delete('/deep/:id', handler), { prefix: '/scope' })
    })
    expect(error).toBeInstanceOf(UndeclaredRoutesError)
    const all = ['GET /forgotten', 'HEAD /forgotten', 'POST /many', 'PUT /many', 'DELETE /scope/deep/:id']
    expect((error as UndeclaredRoutesError).routes).toEqual(all)
    for (const each of [...all, 'protect(', 'anyone()', 'everyRoute']) expect(error.message).toContain(each)
    expect(error.message).not.toContain('/fine')
  })

  test('is warned about, if that was asked for, and serves', async () => {
    const lines: string[] = []
    const application = await openApplication({
      fastify: { logger: { level: 'warn', stream: { write: (line: string) => void lines.push(line) } } },
      plugin: { undeclared: 'warn' },
      routes: (app) => app.get('/forgotten', handler),
    })
    expect(lines.join()).toContain('GET /forgotten')
    expect((await application.request('/forgotten')).statusCode).toBe(200)
  })

  test('is let be, if that was asked for; the others are guarded all the same', async () => {
    const application = await openApplication({
      plugin: { undeclared: 'allow' },
      routes: (app) => {
        app.get('/forgotten', handler)
        app.get('/door', protect({ roles: [ADMIN] }), handler)
      },
    })
    expect((await application.request('/forgotten')).statusCode).toBe(200)
    expect((await application.request('/door')).statusCode).toBe(403)
  })
})

describe('a doorkeeper that comes too late', () => {
  test('after the first route', async () => {
    const error = await failureOf(async (app) => {
      app.get('/early', handler)
      await app.register(ostiary, { auth: auth() })
    })
    expect(error).toBeInstanceOf(LatePluginError)
    for (const each of ['/early', 'await app.register(ostiary']) expect(error.message).toContain(each)
  })

  test('after a route that declares itself: nobody would guard it', async () => {
    const error = await failureOf(async (app) => {
      app.get('/early', protect({ roles: [ADMIN] }), handler)
      await app.register(ostiary, { auth: auth() })
    })
    expect(error).toBeInstanceOf(LatePluginError)
  })

  test('without await, before the first route', async () => {
    const error = await failureOf((app) => {
      app.register(ostiary, { auth: auth() })
      app.get('/door', protect({ roles: [ADMIN] }), handler)
    })
    expect(error).toBeInstanceOf(LatePluginError)
  })

  test('without await, but with the routes in plugins of their own, is in time', async () => {
    const app = Fastify()
    onTestFinished(() => app.close())
    app.register(ostiary, { auth: auth() })
    app.register(async (scope) => scope.get('/door', protect({ roles: [ADMIN] }), handler))
    expect((await app.inject('/door')).statusCode).toBe(403)
  })

  test('twice', async () => {
    const error = await failureOf(async (app) => {
      await app.register(ostiary, { auth: auth() })
      await app.register(ostiary, { auth: auth() })
    })
    expect(error.message).toMatch(/auth|ostiary/)
  })
})

describe('a requirement that nobody could meet as it was meant', () => {
  const stranger = defineRole({ name: 'Stranger', description: 'Of another application', permissions: [] })
  const namesake = defineRole({ name: ADMIN.name, description: 'Of another application', permissions: [] })
  const secret = definePermission({ name: 'secret', description: 'Nobody has it' })
  const callers: readonly (readonly [string, unknown, string])[] = [
    ['an unknown role', protect({ roles: [stranger] }), 'asks for the role "Stranger"'],
    ['one unknown role of two', protect({ roles: [ADMIN, stranger] }), 'asks for the role "Stranger"'],
    ['a namesake of a role', protect({ roles: [namesake] }), 'asks for the role "Administrator"'],
    ['an unknown permission', protect({ permission: secret }), 'asks for the permission "secret"'],
    ['a text', { protect: 'Administrator' }, 'exactly one of'],
    ['nothing', { protect: null }, 'exactly one of'],
    ['a requirement of two kinds', { protect: { roles: [ADMIN], permission: VIEW } }, 'roles and permission'],
    ['no requirement', { protect: {} }, 'none'],
    ['names of roles', { protect: { roles: ['Administrator'] } }, 'made by defineRole()'],
  ]
  test.each(callers)('%s', async (_name, declaration, complaint) => {
    const error = await failureOfRoute(declaration)
    expect(error).toBeInstanceOf(ConfigurationError)
    expect(error.message).toContain(complaint)
  })

  test('says which route asks for it, and what to do', async () => {
    const error = await failureOfRoute(protect({ roles: [stranger] }))
    for (const each of ['GET /door', 'Add it to the roles of createAuth()']) expect(error.message).toContain(each)
  })
})

describe('options that make no sense', () => {
  const options: readonly (readonly [unknown, string])[] = [
    [{}, '{ auth }'],
    [{ auth: {} }, 'what createAuth() returned'],
    [{ auth: null }, 'what createAuth() returned'],
    ...['auth', '/auth/', '//auth', '/a b', '/:x', '/*', '/a?b', '/a/../b?', 'https://e/', 7, null].map(
      (prefix) => [{ prefix }, 'The prefix'] as const,
    ),
    [{ anonymous: 'redirect' }, 'anonymous is'],
    [{ undeclared: 'ignore' }, 'undeclared is'],
    [{ routes: { 'GET /nowhere': anyone() } }, 'GET /nowhere'],
  ]
  test.each(options)('%j', async (given, complaint) => {
    const whole = { ...(complaint.includes('auth') ? {} : { auth: auth() }), ...(given as object) } as OstiaryOptions
    const error = await failureOf((app) => app.register(ostiary, whole))
    expect(error).toBeInstanceOf(ConfigurationError)
    expect(error.message).toContain(complaint)
  })

  test.each(['', '/auth', '/a/b', '/anmelden.html', '/~user'])('the prefix %j is one', async (prefix) => {
    const application = await openApplication({ plugin: { prefix: prefix as `/${string}` } })
    expect((await application.request(`${prefix}/login`)).statusCode).toBe(200)
    expect(await application.signIn('viewer')).toMatch(/^ostiary=./)
  })
})

describe('production', () => {
  const start =
    (given: object = {}) =>
    () =>
      createAuth({ roles: [ADMIN], ...given })

  test.each([undefined, ''])('does not start with the secret %j', (secret) => {
    vi.stubEnv('NODE_ENV', 'production')
    vi.stubEnv('OSTIARY_SECRET', secret)
    expect(start()).toThrow(ConfigurationError)
    expect(start()).toThrow('OSTIARY_SECRET')
  })

  test('does not start with a weak secret, from the environment or the code', () => {
    vi.stubEnv('NODE_ENV', 'production')
    vi.stubEnv('OSTIARY_SECRET', 'change-me')
    expect(start()).toThrow('too short')
    expect(start({ sessions: { secret: 'change-me-change-me-change-me-change-me' } })).toThrow('can be guessed')
  })

  test('starts with a good one', () => {
    vi.stubEnv('NODE_ENV', 'production')
    vi.stubEnv('OSTIARY_SECRET', generateSecret())
    expect(start()).not.toThrow()
  })

  test.each([
    ['the code', { alwaysSuperuser: true }, undefined],
    ['the environment', {}, 'true'],
  ])('does not start with alwaysSuperuser by %s', (_name, given, variable) => {
    vi.stubEnv('NODE_ENV', 'production')
    vi.stubEnv('OSTIARY_ALWAYS_SUPERUSER', variable)
    expect(start({ ...given, sessions: { secret: generateSecret() } })).toThrow(ConfigurationError)
    expect(start({ ...given, sessions: { secret: generateSecret() } })).toThrow('alwaysSuperuser')
  })
})

test('an application whose users cannot be reached does not start', async () => {
  const source = {
    name: 'far',
    authenticate: async () => ({ outcome: 'unknown' as const }),
    ready: () => Promise.reject(new Error('far away')),
  }
  const far = createAuth({ roles: [ADMIN], sources: [source], sessions: { secret: generateSecret() } })
  expect((await failureOf((app) => app.register(ostiary, { auth: far }))).message).toBe('far away')
})
