import { ConfigurationError } from 'ostiary'
import { redisRecords } from 'ostiary/redis'
import { recordStoreContract } from 'ostiary/testing/contracts'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { anyRedis, freshOn, type RedisServer, startRedis, usedBy } from './redis-server.ts'

/** The records of extensions, in a Redis. */

let server: RedisServer
beforeAll(async () => {
  server = await anyRedis()
})
afterAll(() => server?.stop())

recordStoreContract('records in Redis', () => {
  const { open, prefix, teardown } = usedBy(server)
  const openStore = () => redisRecords(open(), { prefix })
  return { store: openStore(), openAnother: openStore, teardown }
})

test('a Redis that may lose records is refused, with what to set', async () => {
  const own = await startRedis()
  onTestFinished(() => own.stop())
  const { open, prefix } = freshOn(own)
  const store = redisRecords(open(), { prefix })
  await own.ask('CONFIG', 'SET', 'save', '')
  await own.ask('CONFIG', 'SET', 'appendonly', 'no')
  await expect(store.assertDurable?.()).rejects.toThrow(ConfigurationError)
  await expect(store.assertDurable?.()).rejects.toThrow('set appendonly to yes')
  await own.ask('CONFIG', 'SET', 'save', '3600 1')
  await store.assertDurable?.()
  await own.ask('CONFIG', 'SET', 'maxmemory', '100mb')
  await own.ask('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru')
  await expect(store.assertDurable?.()).rejects.toThrow('set maxmemory-policy to noeviction')
})
