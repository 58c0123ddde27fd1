import type { FastifyInstance } from 'fastify'
import { describe, expect, test } from 'vitest'
import { openApplication } from '../application/open-application.ts'
import { passwordOf } from '../application/test-auth.ts'

const HOOKS = ['onRequest', 'preParsing', 'preValidation', 'preHandler'] as const
const TARGETS = [
  { method: 'POST', url: '/auth/login', payload: { username: 'admin', password: passwordOf('admin') } },
  { method: 'POST', url: '/auth/logout' },
  { method: 'GET', url: '/auth/login' },
  { method: 'GET', url: '/auth/logout' },
] as const

/** Lets a hook of the application fail with this status. */
const failing = (hook: (typeof HOOKS)[number], statusCode: number) => (app: FastifyInstance) => {
  app.addHook(hook as 'onRequest', async () => {
    throw Object.assign(new Error('of the application'), { statusCode })
  })
}

describe('an error of the application keeps its status on the login routes', () => {
  test.each([401, 403, 404, 409, 429, 451, 500, 503])('%i', async (statusCode) => {
    for (const hook of HOOKS) {
      const application = await openApplication({ before: failing(hook, statusCode) })
      for (const target of TARGETS) {
        const answer = await application.request(target)
        expect([hook, target.method, answer.statusCode]).toEqual([hook, target.method, statusCode])
        expect(answer.json()).toMatchObject({ statusCode, message: 'of the application' })
      }
    }
  })
})

describe("an error of the application reaches the application's error handler on the login routes", () => {
  const handleErrors = (app: FastifyInstance) =>
    app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) =>
      reply.code(error.statusCode ?? 500).send({ handled: error.message }),
    )

  test.each(['before', 'routes'] as const)('whether it is set before ostiary or after: %s', async (when) => {
    const hooks = failing('onRequest', 429)
    const application = await openApplication({
      before: (app) => {
        hooks(app)
        if (when === 'before') handleErrors(app)
      },
      routes: (app) => {
        if (when === 'routes') handleErrors(app)
      },
    })
    for (const target of TARGETS) {
      const answer = await application.request(target)
      expect([answer.statusCode, answer.json()]).toEqual([429, { handled: 'of the application' }])
    }
  })

  test('but a body that is no login form is not its business, nor is a fault of the login itself', async () => {
    let asked = 0
    const application = await openApplication({
      before: (app) =>
        app.setErrorHandler((_error, _request, reply) => {
          asked += 1
          return reply.code(418).send()
        }),
      inBetween: (auth) => ({ ...auth, signIn: () => Promise.reject(new Error('a detail')) }),
    })
    const login = (payload: string | object) =>
      application.request({
        method: 'POST',
        url: '/auth/login',
        payload,
        headers: { 'content-type': 'application/json' },
      })
    expect((await login('{')).statusCode).toBe(400)
    expect((await login(`{"more":"${'x'.repeat(20_000)}"}`)).statusCode).toBe(400)
    const fault = await login({ username: 'admin', password: 'x' })
    expect([fault.statusCode, fault.body]).toEqual([
      500,
      '{"type":"about:blank","title":"Internal Server Error","status":500}',
    ])
    expect(asked).toBe(0)
  })
})
