import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ThrottleCount, ThrottleStore } from 'ostiary'
import { openRedis, redisThrottle } from 'ostiary/redis'
import { openDatabase, sqlThrottle } from 'ostiary/sql'
import { expect, onTestFinished, test } from 'vitest'
import { startRedis } from '../redis/redis-server.ts'
import { addresses, simulate } from './simulation.ts'

// The same days of guesses, counted in stores that processes share.

const ATTACK = {
  days: 2,
  attackers: addresses(6),
  stepSeconds: 1800,
  isDown: (second: number) => Math.floor(second / 7200) % 2 === 0,
}

test('a database counts what the memory of a process counts', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ostiary-guesses-'))
  const database = openDatabase(`sqlite:${folder}/test.db`)
  onTestFinished(async () => {
    await database.close()
    await rm(folder, { recursive: true })
  })
  const found = await simulate({ ...ATTACK, storeOf: (clock) => sqlThrottle(database, { clock }) })
  expect(found).toEqual(await simulate(ATTACK))
  expect(Math.max(...found.tries)).toBeLessThanOrEqual(2)
})

test('a Redis lets no more guesses through than the memory of a process, and the owner in', async () => {
  const server = await startRedis()
  onTestFinished(() => server.stop())
  const redis = openRedis(server.url)
  onTestFinished(() => redis.close())
  let passed = 0
  const found = await simulate({
    ...ATTACK,
    // The clock of a Redis cannot be set. What would end later ends sooner instead.
    storeOf: (clock) => {
      const startedAt = clock()
      return withClockAhead(redisThrottle(redis), () => passed + startedAt - STARTED_AT)
    },
    async letPass(seconds) {
      passed += seconds * 1000
      const script = `
        for _, name in ipairs(redis.call('KEYS', '*')) do
          redis.call('PEXPIREAT', name, redis.call('PEXPIRETIME', name) - ARGV[1])
        end`
      await server.ask('EVAL', script, '0', `${seconds * 1000}`)
    },
  })
  const inMemory = await simulate(ATTACK)
  expect(found.calm.all + found.outage.all).toBeLessThanOrEqual((inMemory.calm.all + inMemory.outage.all) * 1.05)
  expect(found.outage.all).toBeGreaterThan(0)
  expect(Math.max(...found.tries)).toBeLessThanOrEqual(2)
})

const STARTED_AT = Date.now()

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
  }
}
