import type { ThrottleCount, ThrottleStore } from '../throttle/throttle-store.ts'
import { hashTag } from './hash-tag.ts'
import type { RedisConnection } from './open-redis.ts'
import { CONSUME, GIVE_BACK, READ } from './throttle-scripts.ts'

/** Where in a Redis attempts to sign in are counted. */
export interface RedisThrottleOptions {
  /** What the names of all keys begin with, in braces: one for each application on a Redis. Default: `ostiary`. */
  readonly prefix?: string
}

/**
 * How often people tried to sign in, in a Redis 7 that any number of processes and machines share. User names do not
 * stand there, only what they are counted under.
 *
 * Each count is a key of its own, which Redis drops when it ends. That is told by the clock of that Redis, so that
 * clocks of processes may differ. To list counts, or to clear all of them, goes through all keys of the Redis.
 *
 * @throws {ConfigurationError} when the prefix cannot be one.
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
      // A name comes twice when Redis rearranges its keys meanwhile.
      const seen = new Set<string>()
      for await (const names of allNames()) {
        const fresh = [...new Set(names)].filter((name) => !seen.has(name))
        for (const name of fresh) seen.add(name)
        yield* await readAll(fresh)
      }
    },
  }
}

/** How many keys Redis looks at in one step. */
const STEP = '1000'

/** For a pattern that matches nothing but this text. */
function literally(text: string): string {
  return text.replace(/[\\*?[\]^-]/g, '\\$&')
}
