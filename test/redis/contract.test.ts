import { redisSessions } from 'ostiary/redis'
import { sessionStoreContract } from 'ostiary/testing/contracts'
import { afterAll, beforeAll } from 'vitest'
import { anyRedis, type RedisServer, usedBy } from './redis-server.ts'

let server: RedisServer
beforeAll(async () => {
  server = await anyRedis()
})
afterAll(() => server?.stop())

sessionStoreContract('Redis', ({ clock }) => {
  const { open, prefix, teardown } = usedBy(server)
  const options = { prefix, clock }
  return {
    store: redisSessions(open(), options),
    openAnother: () => redisSessions(open(), options),
    teardown,
  }
})
