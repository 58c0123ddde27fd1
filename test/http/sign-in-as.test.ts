import type { FastifyInstance } from 'fastify'
import { ANONYMOUS, ConfigurationError, createAuth, defineRole, generateSecret } from 'ostiary'
import { anyone, protect } from 'ostiary/fastify'
import { signInAs, testUser } from 'ostiary/testing'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { openApplication } from '../application/open-application.ts'
import { ADMIN, EDIT, VIEW, VIEWER } from '../application/test-auth.ts'

function routes(app: FastifyInstance): void {
  app.get('/view', protect({ permission: VIEW }), async ({ user }) => user)
  app.get('/edit', protect({ permission: EDIT }), async () => 'edited')
  app.get('/who', anyone(), async ({ user }) => user.id)
  app.get('/recent', protect({ authenticatedWithin: '1m' }), async () => 'recent')
}

test('a test user comes in without a password, with the roles of the test and no others', async () => {
  const { app } = await openApplication({ routes })
  const headers = await signInAs(app, testUser({ name: 'anna', roles: [VIEWER], properties: { shop: 7 } }))
  const view = await app.inject({ url: '/view', headers })
  expect([view.statusCode, view.json()]).toEqual([
    200,
    { name: 'anna', description: '', roles: ['Viewer'], isAnonymous: false, properties: { shop: 7 } },
  ])
  expect((await app.inject({ url: '/edit', headers })).statusCode).toBe(403)
  const admin = await signInAs(app, testUser({ roles: [ADMIN] }))
  const root = await signInAs(app, testUser({ name: 'root', superuser: true }))
  for (const each of [admin, root]) expect((await app.inject({ url: '/edit', headers: each })).statusCode).toBe(200)
  expect((await app.inject({ url: '/edit', headers: await signInAs(app) })).statusCode).toBe(403)
})

test('several test users are told apart, and none is somebody of a source', async () => {
  const { app, auth } = await openApplication({ routes })
  const who = async (headers: { cookie: string }) => (await app.inject({ url: '/who', headers })).body
  const anna = await signInAs(app, testUser({ name: 'anna' }))
  const bert = await signInAs(auth, testUser({ name: 'bert', source: 'ldap', id: '7' }))
  expect([await who(anna), await who(bert)]).toEqual(['test:anna', 'ldap:7'])
  expect(
    (await app.inject({ method: 'POST', url: '/auth/login', payload: { username: 'anna', password: '' } })).statusCode,
  ).toBe(401)
})

test('the session of a test user is a real one: it is renewed, grows old, is listed and ends', async () => {
  const { app, auth, clock } = await openApplication({ routes })
  let headers = await signInAs(app, testUser({ name: 'anna', roles: [VIEWER] }))
  expect((await app.inject({ url: '/recent', headers })).statusCode).toBe(200)
  for (let round = 0; round < 3; round += 1) {
    clock.advance('20m')
    const answer = await app.inject({ url: '/view', headers })
    expect(answer.statusCode).toBe(200)
    headers = { cookie: String(answer.headers['set-cookie']).split(';', 1)[0] ?? '' }
  }
  expect((await app.inject({ url: '/recent', headers })).statusCode).toBe(401)
  expect(await Array.fromAsync(auth.sessions.list({ userId: 'test:anna' }))).toHaveLength(1)
  await app.inject({ method: 'POST', url: '/auth/logout', headers })
  expect((await app.inject({ url: '/view', headers })).statusCode).toBe(403)
})

test('the headers work with fetch, and whatever the cookie is called', async () => {
  for (const options of [{}, { cookie: { secure: 'always' } }, { cookie: { name: 'door' } }] as const) {
    const application = await openApplication({ routes, sessions: options, auth: { application: 'reports' } })
    const address = await application.app.listen({ port: 0, host: '127.0.0.1' })
    const headers = await signInAs(application.app, testUser({ roles: [VIEWER] }))
    expect((await fetch(`${address}/view`, { headers })).status).toBe(200)
  }
  const { app } = await openApplication({ routes, fastify: { trustProxy: true } })
  const headers = await signInAs(app, testUser({ roles: [VIEWER] }))
  const https = { ...headers, 'x-forwarded-proto': 'https', 'x-forwarded-host': 'us.example' }
  expect((await app.inject({ url: '/view', headers: https })).statusCode).toBe(200)
})

test('no event says that somebody gave a password', async () => {
  const { app, auth } = await openApplication({ routes })
  const events: string[] = []
  auth.on('*', ({ type }) => void events.push(type))
  await signInAs(app, testUser())
  expect(events).toEqual([])
})

describe('is refused', () => {
  const environment = (value: string | undefined) => {
    vi.stubEnv('NODE_ENV', value)
    onTestFinished(() => void vi.unstubAllEnvs())
  }
  const make = () => {
    const auth = createAuth({ roles: [VIEWER], sessions: { secret: generateSecret() } })
    onTestFinished(() => auth.close())
    return auth
  }

  test.each(['production', 'Production', 'production ', 'prod', 'staging', 'dev'])(
    'where NODE_ENV is %j: when it is called, and when the Auth was made there',
    async (value) => {
      const before = make()
      environment(value)
      const auth = make()
      await expect(signInAs(before, testUser())).rejects.toThrow(/refused in production/)
      await expect(signInAs(auth, testUser())).rejects.toThrow(ConfigurationError)
      environment('test')
      await expect(signInAs(auth, testUser())).rejects.toThrow(/createAuth\(\) was called in production/)
    },
  )

  test.each(['test', 'development', ' Test', '', undefined])('not where NODE_ENV is %j', async (value) => {
    environment(value)
    await expect(signInAs(make(), testUser())).resolves.toHaveProperty('cookie')
  })

  test('for a role that the application does not have, and for nobody', async () => {
    const other = defineRole({ name: 'Other', description: 'd', permissions: [] })
    await expect(signInAs(make(), testUser({ roles: [VIEWER, other] }))).rejects.toThrow(
      'createAuth() was not given the role Other. It has Viewer.',
    )
    await expect(signInAs(make(), ANONYMOUS)).rejects.toThrow(/needs somebody who is signed in/)
  })

  test.each([{}, { auth: () => {} }, { auth: undefined }])('for what is no application of ours: %j', async (target) => {
    await expect(signInAs(target as never, testUser())).rejects.toThrow(/signInAs\(\) needs the application/)
  })
})
