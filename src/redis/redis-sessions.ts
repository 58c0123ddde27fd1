import type { Clock } from '../clock.ts'
import type { SessionChange, SessionRecord, SessionStore } from '../sessions/session-store.ts'
import type { RedisConnection } from './open-redis.ts'
import { evaluate } from './script.ts'
import { followChanges } from './session-feed.ts'
import { idOf, memberOf, sessionKeys } from './session-keys.ts'
import { CONFIRM, READ, RECORD, REVISION, START } from './session-scripts.ts'

/** The options of sessions in a Redis. */
export interface RedisSessionsOptions {
  /** The beginning of all key names, in braces. Each application on a Redis needs its own. Default: `ostiary`. */
  readonly prefix?: string
  readonly clock?: Clock
}

/**
 * Sessions in a Redis 7 that any number of processes and machines share.
 *
 * ```ts
 * import { createAuth, defineRole } from 'ostiary'
 * import { openRedis, redisSessions } from 'ostiary/redis'
 * import { localUsers, openDatabase } from 'ostiary/sql'
 *
 * const redis = openRedis('redis://127.0.0.1:6379')
 * const auth = createAuth({
 *   roles: [defineRole({ name: 'Reader', description: 'Reads', permissions: [] })],
 *   sources: [localUsers(openDatabase('postgres://reports@db.example.org/reports'))],
 *   sessions: { store: redisSessions(redis), secret: process.env.OSTIARY_SECRET },
 * })
 * ```
 *
 * Recorded changes survive as far as the Redis keeps its data. With `appendfsync always` all survive. With `everysec`
 * the last second before a power cut is lost. Without persistence a restart loses all of them. A replica that takes
 * over may lack the latest changes. Changes are numbered by the clock of the Redis, so that numbers keep growing after
 * a loss. The `maxmemory-policy` must be `noeviction`.
 *
 * @throws {ConfigurationError} when the prefix is empty, or contains spaces or braces.
 */
export function redisSessions(redis: RedisConnection, options: RedisSessionsOptions = {}): SessionStore {
  const { clock = Date.now, prefix = 'ostiary' } = options
  const keys = sessionKeys(prefix)
  const listeners = new Set<(changes: readonly SessionChange[]) => void>()
  // The highest revision that this process knows. Scripts compare it with Redis's own, and so detect lost data.
  let highest = 0

  function seen(revision: number): number {
    highest = Math.max(highest, revision)
    return revision
  }

  async function* members(userId: string | undefined): AsyncIterable<string[]> {
    if (userId !== undefined) {
      const all = (await redis.run(['ZRANGE', keys.user(userId), '0', '-1'])) as string[]
      all.sort()
      for (let first = 0; first < all.length; first += PAGE) yield all.slice(first, first + PAGE)
      return
    }
    for (let after = '-'; ; ) {
      const page = ['ZRANGE', keys.started, after, '+', 'BYLEX', 'LIMIT', '0', `${PAGE}`]
      const found = (await redis.run(page)) as string[]
      yield found
      const last = found.at(-1)
      if (last === undefined || found.length < PAGE) return
      after = `(${last}`
    }
  }

  return {
    name: 'redis',
    shared: true,

    ready: () => redis.ready(),

    async revision() {
      return seen(Number(await redis.evaluate(REVISION, [keys.numbers], [`${highest}`])))
    },

    async start(record, revision) {
      const member = memberOf(record)
      const { id, userId, lastSeenAt, expiresAt } = record
      // The constant values are one JSON text. Why: a long value in a hash makes each of its fields take more memory.
      const fields = { userId, lastSeenAt, expiresAt, member, record: JSON.stringify(record) }
      const known = Math.max(highest, revision)
      const started = await redis.evaluate(
        START,
        [keys.session(id), keys.user(userId), keys.started, keys.expiring, keys.numbers, keys.revoked(userId)],
        [revision, known, clock(), member, Math.ceil(expiresAt), ...Object.entries(fields).flat()].map(String),
      )
      return started === 1
    },

    async confirm(sessionId, at) {
      const latest = await redis.evaluate(CONFIRM, [keys.session(sessionId), keys.numbers], [`${at}`, `${highest}`])
      return latest === null ? null : seen(Number(latest))
    },

    async record(change, now) {
      const { type, subject, until } = change
      const { changes, outdated, started, expiring, numbers } = keys
      const [revision, movedUntil, ended] = (await redis.evaluate(
        RECORD,
        [changes, outdated, started, expiring, numbers, keys.user(subject ?? ''), keys.revoked(subject ?? '')],
        [type, subject ?? '', until, now, highest, keys.session(''), keys.user('')].map(String),
      )) as [string, string, number]
      const recorded = { ...change, until: Number(movedUntil), revision: seen(Number(revision)) }
      for (const listener of listeners) listener([recorded])
      return { change: recorded, ended }
    },

    async *list({ userId, now }) {
      for await (const page of members(userId)) {
        if (page.length === 0) return
        const sessions = page.map((member) => keys.session(idOf(member)))
        const found = (await redis.evaluate(READ, [keys.numbers, ...sessions], ['record', 'lastSeenAt'])) as string[][]
        for (const values of found) {
          const record = toRecord(values)
          if (record.expiresAt > now) yield record
        }
      }
    },

    async follow(listener, onConnected) {
      // Changes recorded before the listener is added arrive through the stream.
      const stop = await followChanges(redis, {
        stream: keys.changes,
        clock,
        onConnected,
        tell: (run) => evaluate(run, REVISION, [keys.numbers], [`${highest}`]),
        listener(changes) {
          for (const { revision } of changes) seen(revision)
          listener(changes)
        },
      })
      listeners.add(listener)
      return async () => {
        listeners.delete(listener)
        stop()
      }
    },
  }
}

const PAGE = 500

function toRecord([record = '', lastSeenAt]: readonly string[]): SessionRecord {
  return { ...JSON.parse(record), lastSeenAt: Number(lastSeenAt) }
}
