import fastifyAuth from '@fastify/auth'
import cookie from '@fastify/cookie'
import jwt from '@fastify/jwt'
import { Authenticator } from '@fastify/passport'
import secureSession from '@fastify/secure-session'
import session from '@fastify/session'
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { anyone, getUser, protect } from 'ostiary/fastify'
import { describe, expect, test } from 'vitest'
import { openApplication } from '../application/open-application.ts'
import { ADMIN } from '../application/test-auth.ts'
import './names.ts'

const SECRET = 'a secret of at least thirty-two characters'

const passport = async (app: FastifyInstance) => {
  await app.register(secureSession, { secret: SECRET, salt: 'sixteen letters!' })
  const authenticator = new Authenticator()
  await app.register(authenticator.initialize())
}

/** The same plugin. What it throws rejects its registration, where Fastify ends the process otherwise. */
const rejecting = (plugin: unknown, name: string, options: object = {}) =>
  fp(
    async (app: FastifyInstance) => {
      await new Promise<void>((resolve) => (plugin as (...args: unknown[]) => void)(app, options, resolve))
    },
    { name },
  )

/** Each neighbour takes a name of ours: the plugin, the key of `decorateAs`, and who is named. */
const NEIGHBOURS: Record<string, [(app: FastifyInstance) => unknown, 'user' | 'auth', RegExp]> = {
  '@fastify/jwt': [
    (app) => app.register(rejecting(jwt, '@fastify/jwt', { secret: SECRET })),
    'user',
    /that of @fastify\/jwt/,
  ],
  '@fastify/passport': [passport, 'user', /that of @fastify\/passport/],
  '@fastify/auth': [(app) => app.register(rejecting(fastifyAuth, '@fastify/auth')), 'auth', /that of @fastify\/auth/],
  'a decorator of the application': [
    (app) => app.decorateRequest('user' as never, null as never),
    'user',
    /the application|ostiary/,
  ],
}

describe('a plugin that takes a name of ours', () => {
  test.each(Object.entries(NEIGHBOURS))(
    '%s stops the start, whichever comes first: the error names both, and the option',
    async (_name, [register, key, other]) => {
      for (const order of [{ before: register }, { routes: register }]) {
        const error = await openApplication(order).catch((thrown: Error) => thrown)
        expect(error).toMatchObject({ code: 'OSTIARY_CONFIGURATION' })
        expect((error as Error).message).toMatch(other)
        expect((error as Error).message).toContain(`that of ostiary`)
        expect((error as Error).message).toContain(`decorateAs: { ${key}: '`)
      }
    },
  )

  test.each(Object.entries(NEIGHBOURS))(
    '%s lives beside us once ours has another name',
    async (_name, [register, key]) => {
      const decorateAs = key === 'user' ? { user: 'visitor' } : { auth: 'doorkeeper' }
      for (const when of ['before', 'routes'] as const) {
        const application = await openApplication({
          plugin: { decorateAs },
          ...(when === 'before' && { before: register }),
          routes: async (app) => {
            if (when === 'routes') await register(app)
            app.get('/door', protect({ check: (user) => user.name === 'admin' }), async (request) => ({
              ours: getUser(request).name,
              visitor: (request as unknown as { visitor?: { name: string } }).visitor?.name,
              auth: app.hasDecorator('doorkeeper') ? 'doorkeeper' : typeof (app as unknown as { auth: unknown }).auth,
            }))
          },
        })
        const signedIn = await application.signIn('admin')
        const answer = (await application.request('/door', signedIn)).json()
        if (key === 'user') expect(answer).toEqual({ ours: 'admin', visitor: 'admin', auth: 'object' })
        else expect(answer).toMatchObject({ ours: 'admin', auth: 'doorkeeper' })
        expect((await application.request('/door')).statusCode).toBe(403)
        expect((await application.request('/auth/logout', signedIn)).body).toContain('admin')
      }
    },
  )
})

test('the tokens of @fastify/jwt and our sessions tell apart who asks', async () => {
  const application = await openApplication({
    plugin: { decorateAs: { user: 'visitor' } },
    before: (app) => app.register(jwt, { secret: SECRET }),
    routes: (app) => {
      app.get('/token', { ...anyone(), onRequest: (request) => request.jwtVerify() }, async (request) => ({
        token: (request as unknown as { user: { sub: string } }).user.sub,
        visitor: getUser(request).name,
      }))
    },
  })
  const token = application.app.jwt.sign({ sub: 'machine' })
  const answer = await application.request({ url: '/token', headers: { authorization: `Bearer ${token}` } })
  expect(answer.json()).toEqual({ token: 'machine', visitor: 'anonymous' })
})

test('a user decorator of one scope does not change whom guards and checkers see', async () => {
  const application = await openApplication({
    routes: (app) =>
      app.register(async (scope) => {
        await expect(async () => scope.decorateRequest('user' as never, null as never)).rejects.toThrow(/decorateAs/)
        scope.get('/door', protect({ check: (user) => user.hasRole(ADMIN) }), async () => 'ok')
      }),
  })
  expect((await application.request('/door')).statusCode).toBe(403)
  expect((await application.request('/door', await application.signIn('admin'))).statusCode).toBe(200)
})

test('@fastify/session and @fastify/cookie need no other name', async () => {
  const application = await openApplication({
    before: async (app) => {
      await app.register(cookie)
      await app.register(session, { secret: SECRET, cookie: { secure: false }, saveUninitialized: false })
    },
    routes: (app) =>
      app.get('/door', protect({ roles: [ADMIN] }), async (request) => {
        request.session.set('visits' as never, 1 as never)
        return getUser(request).name
      }),
  })
  expect((await application.request('/door', await application.signIn('admin'))).body).toBe('admin')
})

describe('the option decorateAs is refused', () => {
  test.each<[object, RegExp]>([
    [{ User: 'visitor' }, /decorateAs of ostiary: "User" is no option\. Did you mean "user"\?/],
    [{ user: '' }, /decorateAs\.user .* is a name/],
    [{ user: 7 }, /decorateAs\.user .* is a name/],
    [{ auth: 'x', routeMap: 'x' }, /are different ones/],
    [{ user: 'headers' }, /decorateAs/],
  ])('with %j', async (decorateAs, message) => {
    await expect(openApplication({ plugin: { decorateAs } as never })).rejects.toThrow(message)
  })
})

test('a misspelt option of the plugin or its pages is refused, with the one that may have been meant', async () => {
  await expect(openApplication({ plugin: { anonymus: 'login' } as never })).rejects.toThrow(
    /Did you mean "anonymous"\?/,
  )
  await expect(openApplication({ plugin: { pages: { titel: 'x' } } as never })).rejects.toThrow(
    /Did you mean "title"\?/,
  )
  await expect(openApplication({ plugin: { logLevel: 'warn' } as never })).resolves.toBeDefined()
})

test('every name can be chosen', async () => {
  const decorateAs = { user: 'visitor', auth: 'doorkeeper', everyRoute: 'declareAll', routeMap: 'guards' }
  const application = await openApplication({
    plugin: { decorateAs },
    before: (app) =>
      app.register(
        fp(
          async (inner) =>
            void inner.decorate('everyRoute' as never, 1 as never).decorate('routeMap' as never, 2 as never),
        ),
      ),
    routes: (app) =>
      app.register(async (scope) => {
        const named = scope as unknown as { declareAll: (declaration: object) => void }
        named.declareAll(protect({ roles: [ADMIN] }))
        scope.get('/door', async () => 'ok')
      }),
  })
  const app = application.app as unknown as { doorkeeper: unknown; guards: () => { path: string; guard: string }[] }
  expect(app.doorkeeper).toBe(application.auth)
  expect(app.guards().find(({ path }) => path === '/door')?.guard).toBe('roles')
})
