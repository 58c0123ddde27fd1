import { createAuth, defineUserSource, rejected } from 'ostiary'
import { redisThrottle } from 'ostiary/redis'
import { testRequest } from 'ostiary/testing'
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest'
import { CONFIG, test } from '../cli/cli-process.ts'
import { freshOn, type PrivateRedis, startRedis } from './redis-server.ts'

/** Who administers sees and clears what the application counts in Redis. */

let server: PrivateRedis
beforeAll(async () => {
  server = await startRedis()
})
afterAll(() => server?.stop())

const SECRET = 'k7Qw9ZrT2mXb5Lc8Vn3Ys6Hd1Gf4Jp0A'

test('ostiary throttle lists and clears counts in Redis', async ({ desk }) => {
  const { open, prefix } = freshOn(server)
  const entry = JSON.stringify(import.meta.resolve('../../src/redis/index.ts'))
  const store = `redisThrottle(openRedis('${server.url}'), { prefix: '${prefix}' })`
  const shared = CONFIG.replace('sessions: {', `throttle: { store: ${store} },\n  sessions: {`)
  await desk.write('ostiary.config.mjs', `import { openRedis, redisThrottle } from ${entry}\n${shared}`)
  const ostiary = (...args: string[]) => desk.ostiary(['throttle', ...args], { env: { OSTIARY_SECRET: SECRET } })

  const auth = createAuth({
    roles: [],
    sources: [defineUserSource('people', async () => rejected())],
    sessions: { secret: SECRET },
    throttle: { store: redisThrottle(open(), { prefix }), wait: async () => {} },
    audit: { record() {} },
  })
  onTestFinished(() => auth.close())
  await auth.ready()
  async function attempt(username: string, times: number) {
    const form = { username, password: 'wrong', persistent: false, next: undefined, fields: {} }
    const request = testRequest({ clientAddress: `192.0.2.${username.length}` })
    let outcome: string | undefined
    for (let time = 0; time < times; time += 1) outcome = (await auth.signIn(form, request, null)).outcome
    return outcome
  }

  expect(await ostiary('list')).toEqual({ code: 0, stdout: '', stderr: 'Nobody is refused or delayed.\n' })
  expect([await attempt('anna', 11), await attempt('berta', 10)]).toEqual(['throttled', 'refused'])
  const { stdout } = await ostiary('list')
  expect(stdout.match(/^account +[\w-]{22} +refused +10 +\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ$/gm)).toHaveLength(2)
  const listed = JSON.parse((await ostiary('list', '--user', 'ANNA', '--json')).stdout) as { limit: string }[]
  expect(listed.sort((one, other) => one.limit.localeCompare(other.limit))).toMatchObject([
    { limit: 'account', attempts: 10 },
    { limit: 'account-network', attempts: 10 },
  ])

  // Of all and of the one network each: the count, and the one in the long run. How many networks, and how often used up.
  expect(await ostiary('clear', '--user', 'anna')).toEqual({ code: 0, stdout: 'Forgot 6 counts.\n', stderr: '' })
  expect([await attempt('anna', 1), await attempt('berta', 1)]).toEqual(['refused', 'throttled'])
  // Its own, that of its network, and what the network has at accounts.
  expect(JSON.parse((await ostiary('clear', '--client', '192.0.2.4', '--json')).stdout).cleared).toBeGreaterThan(1)
  expect(await ostiary('clear', '--all')).toMatchObject({ code: 0 })
  expect(await server.ask('KEYS', `{${prefix}}:*`)).toEqual([])

  await server.crash()
  onTestFinished(() => server.restart())
  for (const args of [['list'], ['clear', '--all']]) {
    const { code, stdout: nothing, stderr } = await ostiary(...args)
    expect([code, nothing, stderr]).toEqual([expect.any(Number), '', expect.stringContaining('cannot be asked')])
    expect(code).not.toBe(0)
    expect(stderr).not.toMatch(/its(\+|%2B)password/)
  }
})
