import { defineUserSource, rejected } from 'ostiary'
import { redisThrottle } from 'ostiary/redis'
import { fixedClock } from 'ostiary/testing'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { openAuth, REQUEST, warnings } from '../application/open-auth.ts'
import { openFaultyProxy } from '../servers/faulty-proxy.ts'
import { freshOn, type PrivateRedis, startRedis } from './redis-server.ts'

/** While Redis cannot count, each process does, and more strictly. Nobody hears of it who signs in. */

let server: PrivateRedis
beforeAll(async () => {
  server = await startRedis()
})
afterAll(() => server?.stop())

const WAIT = { timeout: 30_000, interval: 20 }

/** An application that counts in Redis, over a wire that can be cut. */
async function application() {
  const proxy = await openFaultyProxy(server.url)
  const { open, prefix } = freshOn(server, { url: proxy.over(server.url) })
  const people = defineUserSource('people', async ({ username, password }) =>
    password === 'right' ? { name: username } : rejected(),
  )
  const clock = fixedClock(Date.now())
  const redis = open({ commandTimeout: '500ms' })
  // The machine may be too busy for the time that it has.
  await vi.waitFor(() => redis.ready(), WAIT)
  const auth = await openAuth({
    sources: [people],
    clock,
    throttle: { store: redisThrottle(redis, { prefix }), client: false, wait: async () => {} },
    audit: { record() {} },
  })

  async function attempt(username: string, password = 'wrong') {
    const form = { username, password, persistent: false, next: undefined, fields: {} }
    return (await auth.signIn(form, REQUEST, null)).outcome
  }

  return {
    proxy,
    attempt,
    clock,
    async atOnce(times: number, username: string) {
      const outcomes = await Promise.all(Array.from({ length: times }, () => attempt(username)))
      return outcomes.toSorted()
    },
    /** What Redis has counted of all attempts. */
    counted: async () => Number(await server.ask('GET', `{${prefix}}:throttle:overall`)),
  }
}

type Application = Awaited<ReturnType<typeof application>>

const OUTAGES: [string, (of: Application) => unknown, (of: Application) => unknown][] = [
  ['has crashed', () => server.crash(), () => server.restart()],
  ['hangs', () => server.signal('SIGSTOP'), () => server.signal('SIGCONT')],
  ['is full', () => server.ask('CONFIG', 'SET', 'maxmemory', '1'), () => server.ask('CONFIG', 'SET', 'maxmemory', '0')],
  ['cannot be reached', ({ proxy }) => proxy.shut(), ({ proxy }) => proxy.reopen()],
  ['is not heard any more', ({ proxy }) => proxy.behave('silent'), ({ proxy }) => proxy.behave('pass')],
]

test.for(OUTAGES)(
  'while Redis %s, half as many are let through, and it counts again when it is back',
  async ([, begin, end]) => {
    const app = await application()
    onTestFinished(async () => void (await server.ask('CONFIG', 'SET', 'maxmemory', '0')))
    const { attempt, clock, counted, atOnce } = app
    const warned = warnings()
    for (let time = 0; time < 3; time += 1) expect(await attempt('anna')).toBe('refused')
    expect(await counted()).toBe(3)

    for (let outage = 1; outage <= 2; outage += 1) {
      const name = `bert ${outage}`
      await begin(app)
      expect(await atOnce(12, name)).toEqual([...Array(5).fill('refused'), ...Array(7).fill('throttled')])
      expect(await attempt('cleo', 'right')).toBe('signed-in')
      // Redis is asked again, and the outage goes on.
      clock.advance('10s')
      expect(await attempt(name)).toBe('throttled')
      expect(warned.map(([, { code }]) => code)).toEqual(Array(outage).fill('OSTIARY_THROTTLE_STORE'))

      await end(app)
      const before = await counted()
      await vi.waitFor(async () => {
        clock.advance('6s')
        expect(await attempt(`dora ${outage}`)).toMatch(/refused|throttled/)
        expect(await counted()).toBeGreaterThan(before)
      }, WAIT)
      expect(warned).toHaveLength(outage)
    }
    // What was counted before the outages counts again.
    expect(await atOnce(12, 'anna')).toEqual([...Array(7).fill('refused'), ...Array(5).fill('throttled')])
    expect(warned.join()).not.toMatch(/its(\+|%2B)password/)
  },
)

test('an application starts while Redis is down', async () => {
  const { open, prefix } = freshOn(server, { url: 'redis://127.0.0.1:1' })
  const warned = warnings()
  const store = redisThrottle(open(), { prefix })
  const auth = await openAuth({ sources: [defineUserSource('people', async () => rejected())], throttle: { store } })
  const form = { username: 'anna', password: 'wrong', persistent: false, next: undefined, fields: {} }
  expect((await auth.signIn(form, REQUEST, null)).outcome).toBe('refused')
  expect(warned.map(([message]) => message)).toEqual([expect.stringMatching(/in this process alone.*ECONNREFUSED/)])
})
