import Fastify, { type FastifyServerOptions } from 'fastify'
import { describe, expect, test } from 'vitest'
import { openApplication } from '../application/open-application.ts'

// What docs/deploying.md says of Fastify's option: which address counts as the client's, behind a proxy on loopback that
// appends the address by which it was asked.
const CHOSEN_BY_THE_CLIENT = '203.0.113.66'
const CLIENT = '198.51.100.7'

describe('the address of a client behind a proxy that appends to X-Forwarded-For', () => {
  test.each([
    [undefined, '127.0.0.1'],
    [true, CHOSEN_BY_THE_CLIENT],
    ['127.0.0.1', CLIENT],
    [['127.0.0.1', '10.0.3.0/24'], CLIENT],
    ['loopback', CLIENT],
    [1, '127.0.0.1'],
  ])('is, with trustProxy: %j, %s', async (trustProxy, expected) => {
    // A number is no type of this option any more, and JavaScript may say it.
    const app = Fastify((trustProxy === undefined ? {} : { trustProxy }) as FastifyServerOptions)
    app.get('/', async ({ ip }) => ip)
    const headers = { 'x-forwarded-for': `${CHOSEN_BY_THE_CLIENT}, ${CLIENT}` }
    expect((await app.inject({ url: '/', headers })).body).toBe(expected)
  })
})

test('a client that writes thousands of addresses into X-Forwarded-For is known by its own one', async () => {
  const application = await openApplication({ fastify: { trustProxy: '127.0.0.1' } })
  const seen: (string | undefined)[] = []
  application.auth.on('login.failed', ({ request }) => seen.push(request.clientAddress))
  const forged = Array.from({ length: 800 }, (_, index) => `203.0.113.${index % 250}`).join(', ')
  for (const forwarded of [`${forged}, ${CLIENT}`, `${'x'.repeat(5000)}, ${CLIENT}`, CLIENT]) {
    await application.request({
      method: 'POST',
      url: '/auth/login',
      headers: { 'x-forwarded-for': forwarded },
      payload: { username: 'nobody', password: 'wrong' },
    })
  }
  expect(seen).toEqual([CLIENT, CLIENT, CLIENT])
})
