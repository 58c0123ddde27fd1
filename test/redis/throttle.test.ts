import { ConfigurationError, type ThrottleCount, type ThrottleStore } from 'ostiary'
import { openRedis, redisThrottle } from 'ostiary/redis'
import { throttleStoreContract } from 'ostiary/testing/contracts'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { runProcess } from '../databases/database-process.ts'
import { anyRedis, freshOn, type RedisServer, startRedis, usedBy } from './redis-server.ts'

/** Attempts to sign in, counted in Redis by several processes at once. */

let server: RedisServer
beforeAll(async () => {
  server = await anyRedis()
})
afterAll(() => server?.stop())

throttleStoreContract('a throttle on Redis', () => {
  const { open, prefix, teardown } = usedBy(server)
  let passed = 0
  const openStore = () => withClockAhead(redisThrottle(open(), { prefix }), () => passed)
  return {
    store: openStore(),
    openAnother: openStore,
    async letPass(milliseconds) {
      await endSooner(prefix, milliseconds)
      passed += milliseconds
    },
    teardown,
  }
})

/** The clock of a Redis cannot be set. What would end later ends sooner instead, and says when it would have ended. */
function withClockAhead(store: ThrottleStore, ahead: () => number): ThrottleStore {
  const later = <T extends ThrottleCount>(count: T): T => ({ ...count, endsAt: count.endsAt + ahead() })
  return {
    ...store,
    consume: async (...asked) => later(await store.consume(...asked)),
    refund: (count) => store.refund({ ...count, endsAt: count.endsAt - ahead() }),
    async read(key) {
      const count = await store.read(key)
      return count && later(count)
    },
    async *list() {
      for await (const count of store.list()) yield later(count)
    },
  }
}

async function endSooner(prefix: string, milliseconds: number): Promise<void> {
  const script = `
    for _, name in ipairs(redis.call('KEYS', '{' .. ARGV[1] .. '}:*')) do
      redis.call('PEXPIREAT', name, redis.call('PEXPIRETIME', name) - ARGV[2])
    end`
  await server.ask('EVAL', script, '0', prefix, `${milliseconds}`)
}

function scene() {
  const { open, prefix } = freshOn(server)
  const keys = async () => ((await server.ask('KEYS', `{${prefix}}:*`)) as string[]).toSorted()
  return { prefix, store: redisThrottle(open(), { prefix }), open, keys }
}

test('guesses at two processes that share Redis are counted together', async () => {
  const { prefix, keys } = scene()
  const script = `
    const { createAuth, defineUserSource, rejected } = await import(args[0])
    const { openRedis, redisThrottle } = await import(args[1])
    const { testRequest } = await import(args[2])
    const redis = openRedis(url)
    let asked = 0
    const auth = createAuth({
      roles: [],
      sources: [defineUserSource('people', async () => { asked += 1; return rejected() })],
      sessions: { secret: 'k7Qw9ZrT2mXb5Lc8Vn3Ys6Hd1Gf4Jp0A' },
      throttle: { store: redisThrottle(redis, { prefix: args[3] }), wait: async () => {} },
    })
    await auth.ready()
    const request = testRequest({ clientAddress: args[4] })
    const form = { username: 'anna', password: 'wrong', persistent: false, next: undefined, fields: {} }
    // Neither begins before the other one is there.
    const here = '{' + args[3] + '}:here'
    await redis.run(['INCR', here])
    while (await redis.run(['GET', here]) !== '2');
    await Promise.all(Array.from({ length: 25 }, () => auth.signIn(form, request, null)))
    process.stdout.write(String(asked))
    process.exit()`
  const modules = ['index.ts', 'redis/index.ts', 'testing/test-request.ts'].map((path) =>
    import.meta.resolve(`../../src/${path}`),
  )
  const processes = ['192.0.2.1', '192.0.2.2'].map(
    (address) => runProcess(script, server.url, ...modules, prefix, address).done,
  )
  const [one, two] = await Promise.all(processes)
  expect([one?.errors, two?.errors]).toEqual(['', ''])
  expect(Number(one?.output) + Number(two?.output)).toBe(10)

  const names = (await keys()).filter((name) => name !== `{${prefix}}:here`)
  const kinds = names.map((name) => name.slice(`{${prefix}}:throttle:`.length).split(':')[0])
  expect([...new Set(kinds)]).toEqual(['account', 'client', 'network', 'overall'])
  expect(names.join()).not.toContain('anna')
  expect(await server.ask('GET', `{${prefix}}:throttle:overall`)).toBe('10')
  for (const name of names) expect(Number(await server.ask('PTTL', name)), name).toBeGreaterThan(0)
})

test('Redis drops a count when it ends, whatever was done to it, and one that is empty at once', async () => {
  const { prefix, store, keys } = scene()
  const first = await store.consume('one', 3, 60_000.5)
  for (let index = 0; index < 4; index += 1) await store.consume('one', 3, 3_600_000)
  await store.refund(first)
  expect(await server.ask('PEXPIRETIME', `{${prefix}}:throttle:one`)).toBe(first.endsAt)
  for (let index = 0; index < 2; index += 1) await store.refund(first)
  expect(await keys()).toEqual([])

  await store.consume('short', 3, 20)
  await vi.waitFor(async () => expect(await keys()).toEqual([]), 20_000)
})

test('what else is in that Redis is neither listed nor cleared, whatever the prefixes are', async () => {
  const { prefix, open, store, keys } = scene()
  const others = [`${prefix}2`, `${prefix}[a]`, `${prefix}*`].map((each) => redisThrottle(open(), { prefix: each }))
  const foreign = [`{${prefix}}:session:one`, `{${prefix}}x:throttle:one`]
  for (const name of foreign) await server.ask('SET', name, '1', 'EX', '60')
  onTestFinished(async () => {
    for (const each of others) await each.clear('all')
    await server.ask('DEL', ...foreign)
  })
  for (const each of [store, ...others]) await each.consume('one', 3, 60_000)
  for (const each of [...others.toReversed(), store]) {
    expect(await Array.fromAsync(each.list())).toHaveLength(1)
    expect(await each.clear('all')).toBe(1)
  }
  expect(await keys()).toEqual([`{${prefix}}:session:one`])
})

test('an account that may use nothing but these counts is enough', async () => {
  const { prefix } = scene()
  const keys = `~{${prefix}}:throttle:*`
  const categories = ['-@all', '+@connection', '+@scripting', '+@keyspace', '+@string', '-@dangerous']
  await server.ask('ACL', 'SETUSER', `user-${prefix}`, 'on', '>secret', keys, ...categories)
  onTestFinished(async () => void (await server.ask('ACL', 'DELUSER', `user-${prefix}`)))
  const redis = openRedis(server.url.replace(/\/\/.*@/, `//user-${prefix}:secret@`))
  onTestFinished(() => redis.close())
  const store = redisThrottle(redis, { prefix })
  await store.ready?.()
  const first = await store.consume('one', 3, 60_000)
  await store.consume('one', 3, 60_000)
  await store.refund(first)
  expect(await store.read('one')).toEqual({ key: 'one', count: 1, endsAt: first.endsAt })
  expect(await Array.fromAsync(store.list())).toHaveLength(1)
  expect([await store.clear('one'), await store.clear('all')]).toEqual([1, 0])
})

test('all counts are in one slot: a cluster that checks that has nothing to object to', async () => {
  const cluster = await startRedis('--cluster-enabled', 'yes')
  onTestFinished(cluster.stop)
  await cluster.ask('CLUSTER', 'ADDSLOTSRANGE', '0', '16383')
  await vi.waitFor(async () => expect(await cluster.ask('CLUSTER', 'INFO')).toContain('cluster_state:ok'), 20_000)
  const { open, prefix } = freshOn(cluster)
  const store = redisThrottle(open(), { prefix })
  for (const key of ['one', 'two', 'three']) await store.refund(await store.consume(key, 3, 60_000))
  for (const key of ['one', 'two', 'three']) await store.consume(key, 3, 60_000)
  expect(await Array.fromAsync(store.list())).toHaveLength(3)
  expect(await store.clear('all')).toBe(3)
})

test('a prefix that would break the names of keys is a configuration error', () => {
  const redis = scene().open()
  for (const prefix of ['', 'a b', '{a}', 7 as never]) {
    expect(() => redisThrottle(redis, { prefix })).toThrow(ConfigurationError)
  }
})
