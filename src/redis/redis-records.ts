import { ConfigurationError } from '../errors.ts'
import type { RecordStore, StoredRecord } from '../records/record-store.ts'
import { hashTag } from './hash-tag.ts'
import type { RedisConnection } from './open-redis.ts'
import { ADD, READ_RECORDS, REPLACE, TAKE } from './record-scripts.ts'
import { keepsOnDisk, readServerInfo } from './server-info.ts'

/** The options of records in a Redis. */
export interface RedisRecordsOptions {
  /** The beginning of all key names, in braces. Each application on a Redis needs its own. Default: `ostiary`. */
  readonly prefix?: string
}

/**
 * Keeps the records of extensions in a Redis 7: second factors, tokens, links, logins in progress.
 *
 * ```ts
 * import { createAuth } from 'ostiary'
 * import { openRedis, redisRecords } from 'ostiary/redis'
 *
 * const redis = openRedis('redis://127.0.0.1:6379')
 * const auth = createAuth({ roles: [], records: redisRecords(redis) })
 * ```
 *
 * Records survive as far as the Redis keeps its data. Features that must not lose a record refuse, in production, a
 * Redis that may evict keys or that keeps nothing on disk.
 *
 * @throws {ConfigurationError} when the prefix is empty, or contains spaces or braces.
 */
export function redisRecords(redis: RedisConnection, { prefix = 'ostiary' }: RedisRecordsOptions = {}): RecordStore {
  const start = `${hashTag(prefix)}:record`
  const nameOf = (kind: string, key: string) => `${start}:${kind}:${key}`
  const kindName = (kind: string) => `${start}-kind:${kind}`
  const ownerStart = `${start}-owner:`
  const memberOf = (kind: string, key: string) => `${kind} ${key}`
  const endOf = (expiresAt: number | null) => (expiresAt === null ? '' : String(Math.ceil(expiresAt)))

  async function readAll(found: readonly (readonly [kind: string, key: string])[], now: number) {
    const records: StoredRecord[] = []
    for (let first = 0; first < found.length; first += PAGE) {
      const page = found.slice(first, first + PAGE)
      const names = page.map(([kind, key]) => nameOf(kind, key))
      const answers = (await redis.evaluate(READ_RECORDS, names, [String(now)])) as (Fields | null)[]
      for (const [index, [kind, key]] of page.entries()) {
        const fields = answers[index]
        if (fields) records.push(toRecord(kind, key, fields))
      }
    }
    return records
  }

  async function ownedMembers(owner: string): Promise<(readonly [kind: string, key: string])[]> {
    const members = (await redis.run(['ZRANGE', ownerStart + owner, '0', '-1'])) as string[]
    return members.map((member) => {
      const space = member.indexOf(' ')
      return [member.slice(0, space), member.slice(space + 1)] as const
    })
  }

  async function take(kind: string, key: string, now: number): Promise<readonly [there: number, Fields | null]> {
    const args = [String(now), key, ownerStart, memberOf(kind, key)]
    return (await redis.evaluate(TAKE, [nameOf(kind, key), kindName(kind)], args)) as [number, Fields | null]
  }

  return {
    name: 'redis',
    shared: true,
    ready: () => redis.ready(),

    async add({ kind, key, owner, value, expiresAt }, now) {
      const keys = [nameOf(kind, key), kindName(kind), owner === null ? kindName(kind) : ownerStart + owner]
      const owned = owner === null ? ['0', ''] : ['1', owner]
      const args = [String(now), value, ...owned, endOf(expiresAt), key, memberOf(kind, key), ownerStart]
      return (await redis.evaluate(ADD, keys, args)) === 1
    },

    async find(kind, key, now) {
      const [found] = await readAll([[kind, key]], now)
      return found
    },

    async replace(kind, key, before, { value, expiresAt }, now) {
      const args = [String(now), before, value, endOf(expiresAt), key, ownerStart, memberOf(kind, key)]
      return (await redis.evaluate(REPLACE, [nameOf(kind, key), kindName(kind)], args)) === 1
    },

    async take(kind, key, now) {
      const [, fields] = await take(kind, key, now)
      return fields ? toRecord(kind, key, fields) : undefined
    },

    async remove(kind, key) {
      const [there] = await take(kind, key, 0)
      return there === 1
    },

    async listOwned(kind, owner, now) {
      const members = await ownedMembers(owner)
      return (
        await readAll(
          members.filter(([of]) => of === kind),
          now,
        )
      ).sort(byKey)
    },

    async removeOwned(owner, kind) {
      let removed = 0
      for (const [of, key] of await ownedMembers(owner)) {
        if (kind !== undefined && of !== kind) continue
        const [there] = await take(of, key, 0)
        removed += there
      }
      return removed
    },

    async *list(kind, now) {
      const keys = (await redis.run(['ZRANGE', kindName(kind), '0', '-1'])) as string[]
      keys.sort()
      for (let first = 0; first < keys.length; first += PAGE) {
        const page = keys.slice(first, first + PAGE).map((key) => [kind, key] as const)
        yield* await readAll(page, now)
      }
    },

    async assertDurable() {
      const info = await readServerInfo((args) => redis.run(args))
      if (info?.evicts) {
        throw new ConfigurationError(
          'The Redis of the records may delete keys when its memory is full: set maxmemory-policy to noeviction.',
        )
      }
      if (!(await keepsOnDisk((args) => redis.run(args)))) {
        throw new ConfigurationError(
          'The Redis of the records keeps nothing on disk: set appendonly to yes, or save to a schedule.',
        )
      }
    },
  }
}

type Fields = readonly [value: string, owner: string | null, end: string | null]

function toRecord(kind: string, key: string, [value, owner, end]: Fields): StoredRecord {
  return { kind, key, owner, value, expiresAt: end === null ? null : Number(end) }
}

function byKey(a: StoredRecord, b: StoredRecord): number {
  return a.key < b.key ? -1 : a.key > b.key ? 1 : 0
}

const PAGE = 500
