import type { Clock, Duration, SessionStore } from 'ostiary'
import { openRedis, redisSessions } from 'ostiary/redis'
import { type Database, openDatabase, sqlSessions } from 'ostiary/sql'

/** Where a process finds what it shares with others: sessions, and people. */
export interface Address {
  readonly store: string
  readonly people: string
  /** What keys begin with, where there is no database of its own. */
  readonly prefix?: string
}

export interface OpenOptions {
  readonly clock?: Clock
  /** How long a server may say nothing. Default: what each store takes for enough. */
  readonly patience?: Duration
}

export interface Opened {
  readonly store: SessionStore
  readonly people: Database
  close(): Promise<void>
}

export function openAt({ store, people, prefix }: Address, { clock = Date.now, patience }: OpenOptions = {}): Opened {
  const database = openDatabase(people, patience === undefined ? {} : { timeout: patience })
  if (!store.startsWith('redis:')) {
    return { store: sqlSessions(database, { clock }), people: database, close: () => database.close() }
  }
  const redis = openRedis(store, patience === undefined ? {} : { commandTimeout: patience })
  return {
    store: redisSessions(redis, { clock, ...(prefix !== undefined && { prefix }) }),
    people: database,
    async close() {
      await redis.close()
      await database.close()
    },
  }
}
