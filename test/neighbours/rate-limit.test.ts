import rateLimit from '@fastify/rate-limit'
import type { FastifyInstance, onRequestHookHandler } from 'fastify'
import { protect } from 'ostiary/fastify'
import { describe, expect, test } from 'vitest'
import { type ApplicationOptions, openApplication } from '../application/open-application.ts'
import { ADMIN } from '../application/test-auth.ts'

const LIMIT = { global: false, max: 3, timeWindow: '1 minute' } as const

const routes = (app: FastifyInstance) => {
  app.get('/door', protect({ roles: [ADMIN] }), async () => 'ok')
}

/** How @fastify/rate-limit and its hook are arranged around ostiary. */
const ARRANGEMENTS: Record<string, ApplicationOptions> = {
  'registered before': {
    before: async (app) => {
      await app.register(rateLimit, LIMIT)
      app.addHook('onRequest', app.rateLimit())
    },
    routes,
  },
  'registered later': (() => {
    let limit: onRequestHookHandler | undefined
    return {
      before: (app) => {
        app.addHook('onRequest', function limited(request, reply) {
          return limit?.call(this, request, reply, () => {}) as unknown as Promise<void>
        } as onRequestHookHandler)
      },
      routes: async (app) => {
        await app.register(rateLimit, LIMIT)
        limit = app.rateLimit() as onRequestHookHandler
        routes(app)
      },
    }
  })(),
}

describe.each(Object.entries(ARRANGEMENTS))('@fastify/rate-limit, %s', (_name, options) => {
  const statuses = async (target: Parameters<Awaited<ReturnType<typeof openApplication>>['request']>[0]) => {
    const application = await openApplication(options)
    const seen: number[] = []
    for (let count = 0; count < 5; count += 1) seen.push((await application.request(target)).statusCode)
    return seen
  }

  test('counts requests that a guard refuses', async () => {
    expect(await statuses('/door')).toEqual([403, 403, 403, 429, 429])
  })

  test('counts attempts to sign in, and its status is kept', async () => {
    const payload = { username: 'nobody', password: 'x' }
    expect(await statuses({ method: 'POST', url: '/auth/login', payload })).toEqual([401, 401, 401, 429, 429])
  })

  test('counts what nobody finds', async () => {
    expect(await statuses('/nowhere')).toEqual([404, 404, 404, 429, 429])
  })
})
