import type { ThrottleCount, ThrottleStore } from '../throttle/throttle-store.ts'
import { hashTag } from './hash-tag.ts'
import type { RedisConnection } from './open-redis.ts'
import { CONSUME, GIVE_BACK, READ } from './throttle-scripts.ts'

/** The options of the counts of login attempts in a Redis. */
export interface RedisThrottleOptions {
  /** The beginning of all key names, in braces. Each application on a Redis needs its own. Default: `ostiary`. */
  readonly prefix?: string
}

/**
 * Counts of login attempts, in a Redis 7 that any number of processes and machines share. Key names contain the key of
 * a count, which is free of user names.
 *
 * ```ts
 * import { createAuth, defineRole } from 'ostiary'
 * import { openRedis, redisThrottle } from 'ostiary/redis'
 * import { localUsers, openDatabase } from 'ostiary/sql'
 *
 * const auth = createAuth({
 *   roles: [defineRole({ name: 'Reader', description: 'Reads', permissions: [] })],
 *   sources: [localUsers(openDatabase('postgres://reports@db.example.org/reports'))],
 *   throttle: { store: redisThrottle(openRedis('redis://127.0.0.1:6379')) },
 * })
 * ```
 *
 * Each count is a key of its own, which Redis removes at its end. Only the clock of the Redis counts, so that clocks of
 * processes may differ. Listing counts, and clearing all counts, scans all keys of the Redis.
 *
 * @throws {ConfigurationError} when the prefix is empty, or contains spaces or braces.
 */
export function redisThrottle(
  redis: RedisConnection,
  { prefix = 'ostiary' }: RedisThrottleOptions = {},
): ThrottleStore {
  const start = `${hashTag(prefix)}:throttle:`
  const nameOf = (key: string) => start + key

  async function readAll(names: readonly string[]): Promise<ThrottleCount[]> {
    const found = (await redis.evaluate(READ, names, [])) as [name: string, count: number, endsAt: number][]
    return found.map(([name, count, endsAt]) => ({ key: name.slice(start.length), count, endsAt }))
  }

  async function* allNames(): AsyncIterable<string[]> {
    let cursor = '0'
    do {
      const step = ['SCAN', cursor, 'MATCH', `${literally(start)}*`, 'COUNT', STEP]
      const [next, names] = (await redis.run(step)) as [string, string[]]
      if (names.length > 0) yield names
      cursor = next
    } while (cursor !== '0')
  }

  return {
    name: 'redis',

    ready: () => redis.ready(),

    async consume(key, limit, windowMs) {
      const asked = [limit, Math.ceil(windowMs)].map(String)
      const [consumed, count, endsAt] = (await redis.evaluate(CONSUME, [nameOf(key)], asked)) as [
        number,
        number,
        number,
      ]
      return { key, count, endsAt, consumed: consumed === 1 }
    },

    async refund({ key, endsAt }) {
      await redis.evaluate(GIVE_BACK, [nameOf(key)], [`${endsAt}`])
    },

    async read(key) {
      const [count] = await readAll([nameOf(key)])
      return count
    },

    async clear(key) {
      if (key !== 'all') return (await redis.run(['DEL', nameOf(key)])) as number
      let cleared = 0
      for await (const names of allNames()) cleared += (await redis.run(['DEL', ...names])) as number
      return cleared
    },

    async *list() {
      // Redis may return a name twice when it rearranges its keys meanwhile.
      const seen = new Set<string>()
      for await (const names of allNames()) {
        const fresh = [...new Set(names)].filter((name) => !seen.has(name))
        for (const name of fresh) seen.add(name)
        yield* await readAll(fresh)
      }
    },
  }
}

/** Keys that Redis scans in one step. */
const STEP = '1000'

/** Escapes a text for a pattern, so that it matches only itself. */
function literally(text: string): string {
  return text.replace(/[\\*?[\]^-]/g, '\\$&')
}
