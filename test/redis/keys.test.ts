import { ConfigurationError } from 'ostiary'
import { redisSessions } from 'ostiary/redis'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import type { NewSessionChange, SessionChange } from '../../src/sessions/session-store.ts'
import { anyRedis, freshOn, type RedisServer, startRedis } from './redis-server.ts'
import { HOUR, session, startNow } from './session-record.ts'

/** What is in Redis, which must not grow for ever. */

let server: RedisServer
beforeAll(async () => {
  server = await anyRedis()
})
afterAll(() => server?.stop())

const now = Date.now()

function sceneAt(clock: () => number = Date.now) {
  const { open, prefix } = freshOn(server)
  const redis = open()
  const key = (name: string) => `{${prefix}}:${name}`
  return {
    prefix,
    redis,
    store: redisSessions(redis, { prefix, clock }),
    key,
    ask: (command: string, name: string, ...args: string[]) => server.ask(command, key(name), ...args),
    keys: async () =>
      ((await server.ask('KEYS', `{${prefix}}:*`)) as string[]).map((each) => each.slice(key('').length)),
  }
}

test('a session and the list of its user are gone when they have expired, by the clock of Redis', async () => {
  const { store, ask, keys } = sceneAt()
  await startNow(store, session({ id: 'long', expiresAt: now + 2 * HOUR }))
  await startNow(store, session({ id: 'short', expiresAt: now + HOUR }))
  expect(await ask('PEXPIRETIME', 'session:short')).toBe(now + HOUR)
  expect(await ask('PEXPIRETIME', 'session:long')).toBe(now + 2 * HOUR)
  expect(await ask('PEXPIRETIME', 'user:local:1')).toBe(now + 2 * HOUR)
  await startNow(store, session({ id: 'gone', userId: 'local:2', expiresAt: now - 1 }))
  expect(await keys()).not.toContain('session:gone')
  expect(await keys()).not.toContain('user:local:2')
})

test('the lists lose what has expired when other sessions start', async () => {
  const { store, ask } = sceneAt()
  await startNow(store, session({ id: 'living' }))
  for (const id of ['one', 'two', 'three']) await startNow(store, session({ id, expiresAt: now - 1 }))
  await startNow(store, session({ id: 'another' }))
  for (const name of ['started', 'expiring', 'user:local:1']) expect(await ask('ZCARD', name), name).toBe(2)
})

test('what has expired by our clock alone is kept: others may still need it', async () => {
  const { store, ask } = sceneAt(() => now + 10 * HOUR)
  await startNow(store, session({ id: 'one' }))
  await startNow(store, session({ id: 'two' }))
  for (const name of ['started', 'expiring', 'user:local:1']) expect(await ask('ZCARD', name), name).toBe(2)
})

test('a session that ends leaves nothing but the change, and for a user its number', async () => {
  const { store, ask, keys } = sceneAt()
  for (const id of ['one', 'two']) await startNow(store, session({ id }))
  const change = { until: now + HOUR }
  await store.record({ ...change, type: 'session-revoked', subject: 'one' }, now)
  await store.record({ ...change, type: 'user-revoked', subject: 'local:1' }, now)
  expect((await keys()).sort()).toEqual(['changes', 'numbers', 'outdated', 'revoked:local:1'])
  expect(await ask('PEXPIRETIME', 'revoked:local:1')).toBe(now + HOUR)
})

test('the sessions of before a revocation of all are not found, whoever asks, and later ones are', async () => {
  const { store } = sceneAt()
  await startNow(store, session({ id: 'before' }))
  const all: NewSessionChange = { type: 'all-revoked', subject: null, until: now + HOUR }
  expect(await store.record(all, now)).toMatchObject({ ended: 1 })
  await startNow(store, session({ id: 'after' }))
  expect(await store.confirm('before', now)).toBeNull()
  for (const query of [{ now }, { now, userId: 'local:1' }]) {
    expect((await Array.fromAsync(store.list(query))).map(({ id }) => id)).toEqual(['after'])
  }
  expect(await store.record({ ...all, type: 'session-revoked', subject: 'before' }, now)).toMatchObject({ ended: 0 })
  expect(await store.record({ ...all, type: 'user-revoked', subject: 'local:1' }, now)).toMatchObject({ ended: 1 })
})

test('changes leave the stream when they do not matter any more, in whatever order', async () => {
  const { store, ask } = sceneAt()
  const change = (subject: string, until: number) => ({ type: 'user-stale', subject, until }) as const
  await store.record(change('long', now + HOUR), now)
  for (let index = 0; index < 5; index++) await store.record(change(`short ${index}`, now - 1), now)
  expect(await ask('XLEN', 'changes')).toBe(1)
  expect(await ask('ZCARD', 'outdated')).toBe(1)
})

test('many changes come in batches, and all of them', async () => {
  const { store, key, redis } = sceneAt()
  const count = 25_000
  const add = `for index = 1, ${count} do
    redis.call('XADD', KEYS[1], '*', 'type', 'session-revoked', 'subject', index, 'sequence', index, 'until', ARGV[1])
  end`
  await redis.run(['EVAL', add, '1', key('changes'), `${now + HOUR}`])
  const batches: SessionChange[][] = []
  onTestFinished(await store.follow((changes) => void batches.push([...changes])))
  expect(batches.map(({ length }) => length)).toEqual([10_000, 10_000, 5000])
  expect(new Set(batches.flat().map(({ subject }) => subject)).size).toBe(count)
})

test('all keys are in one slot: a cluster that checks that has nothing to object to', async () => {
  const cluster = await startRedis('--cluster-enabled', 'yes')
  onTestFinished(cluster.stop)
  await cluster.ask('CLUSTER', 'ADDSLOTSRANGE', '0', '16383')
  await vi.waitFor(async () => expect(await cluster.ask('CLUSTER', 'INFO')).toContain('cluster_state:ok'), 20_000)
  const { open, prefix } = freshOn(cluster)
  const store = redisSessions(open(), { prefix })
  const heard: SessionChange[] = []
  onTestFinished(await store.follow((changes) => void heard.push(...changes)))
  const change = { until: now + HOUR }
  for (const id of ['one', 'two', 'three']) await startNow(store, session({ id }))
  expect(await store.confirm('one', now)).not.toBeNull()
  expect(await Array.fromAsync(store.list({ now, userId: 'local:1' }))).toHaveLength(3)
  expect(await store.record({ ...change, type: 'session-revoked', subject: 'one' }, now)).toMatchObject({ ended: 1 })
  expect(await store.record({ ...change, type: 'user-revoked', subject: 'local:1' }, now)).toMatchObject({ ended: 2 })
  expect(await store.record({ ...change, type: 'all-revoked', subject: null }, now)).toMatchObject({ ended: 0 })
  expect(await Array.fromAsync(store.list({ now }))).toEqual([])
  const kinds = ['session-revoked', 'user-revoked', 'all-revoked']
  await vi.waitFor(() => expect([...new Set(heard.map(({ type }) => type))]).toEqual(kinds), 20_000)
})

test('two applications on one Redis do not see each other', async () => {
  const one = sceneAt()
  const other = sceneAt()
  await startNow(one.store, session({ id: 'one' }))
  expect(await other.store.confirm('one', now)).toBeNull()
  expect(await Array.fromAsync(other.store.list({ now }))).toEqual([])
})

test('a prefix that would break the names of keys is a configuration error', () => {
  const { redis } = sceneAt()
  for (const prefix of ['', 'a b', '{a}', 7 as never]) {
    expect(() => redisSessions(redis, { prefix })).toThrow(ConfigurationError)
  }
})
