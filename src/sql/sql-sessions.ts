import type { ExpressionBuilder, Kysely } from 'kysely'
import type { Clock } from '../clock.ts'
import { type Duration, toMilliseconds } from '../duration.ts'
import type { SessionChange, SessionRecord, SessionStore } from '../sessions/session-store.ts'
import { nextChange } from './change-sequence.ts'
import type { Database } from './open-database.ts'
import type { Schema } from './schema.ts'
import { pollChanges } from './session-feed.ts'

/** How soon changes by other processes are noticed. */
export interface SqlSessionsOptions {
  /** How often it looks for what other processes have changed. Default: 250 ms. At most 1 s. */
  readonly pollEvery?: Duration
  readonly clock?: Clock
}

/** Sessions in a database that several processes may share: the application's, and those of the command line. */
export function sqlSessions(database: Database, options: SqlSessionsOptions = {}): SessionStore {
  const { clock = Date.now } = options
  const pollEveryMs = Math.min(toMilliseconds(options.pollEvery ?? '250ms', 'pollEvery'), 1000)
  const listeners = new Set<(changes: readonly SessionChange[]) => void>()

  return {
    name: 'sql',

    ready: () => database.ready(),

    async start(record) {
      const db = await database.tables()
      await db
        .insertInto('ostiary_session')
        .values({
          id: record.id,
          user_id: record.userId,
          user_name: record.userName,
          started_at: record.startedAt,
          last_seen_at: record.lastSeenAt,
          expires_at: record.expiresAt,
          persistent: record.persistent ? 1 : 0,
        })
        .execute()
    },

    async confirm(sessionId, at) {
      const db = await database.tables()
      const result = await db
        .updateTable('ostiary_session')
        .set({ last_seen_at: at })
        .where('id', '=', sessionId)
        .where('expires_at', '>', at)
        .executeTakeFirst()
      return result.numUpdatedRows > 0n
    },

    async record(change, now) {
      const db = await database.tables()
      const transacting = db.transaction().setIsolationLevel('read committed')
      const recorded = await transacting.execute(async (transaction) => {
        const sequence = await nextChange(transaction)
        const adjusted = await adjust(transaction, change)
        let ended = 0
        if (change.type !== 'user-stale') {
          const live = await transaction
            .selectFrom('ostiary_session')
            .select((of) => of.fn.countAll<number>().as('count'))
            .where(concernedBy(change))
            .where('expires_at', '>', now)
            .executeTakeFirstOrThrow()
          ended = Number(live.count)
          await transaction.deleteFrom('ostiary_session').where(concernedBy(change)).execute()
        }
        const { type, subject, at, until } = adjusted
        await transaction.insertInto('ostiary_session_change').values({ sequence, type, subject, at, until }).execute()
        return { change: adjusted, ended }
      })
      for (const listener of listeners) listener([recorded.change])
      return recorded
    },

    async *list({ userId, now }) {
      const db = await database.tables()
      let last = { startedAt: -1, id: '' }
      for (;;) {
        const rows = await page(db, last, userId, now)
        for (const row of rows) yield toRecord(row)
        const end = rows.at(-1)
        if (!end || rows.length < PAGE) return
        last = { startedAt: end.started_at, id: end.id }
      }
    },

    async follow(listener) {
      // What is recorded while it catches up comes with a later look.
      const stop = await pollChanges(await database.tables(), { pollEveryMs, clock, listener })
      listeners.add(listener)
      return async () => {
        listeners.delete(listener)
        await stop()
      }
    },
  }
}

const PAGE = 500

type Transaction = Kysely<Schema>
type SessionFilter = ExpressionBuilder<Schema, 'ostiary_session'>

function concernedBy({ type, subject }: SessionChange) {
  return (of: SessionFilter) =>
    type === 'all-revoked'
      ? of(of.lit(1), '=', of.lit(1))
      : of(type === 'session-revoked' ? 'id' : 'user_id', '=', subject)
}

/** As `SessionStore.record` promises: clocks of other nodes may be ahead of ours, and a session's end is known here. */
async function adjust(transaction: Transaction, change: SessionChange): Promise<SessionChange> {
  const seen = change.type === 'user-stale' ? 'last_seen_at' : 'started_at'
  const row = await transaction
    .selectFrom('ostiary_session')
    .select((of) => [of.fn.max(seen).as('latest'), of.fn.max('expires_at').as('expires_at')])
    .where(concernedBy(change))
    .executeTakeFirst()
  if (change.type === 'session-revoked') return { ...change, until: Number(row?.expires_at ?? change.until) }
  return { ...change, at: Math.max(change.at, Number(row?.latest ?? 0)) }
}

function page(db: Kysely<Schema>, last: { startedAt: number; id: string }, userId: string | undefined, now: number) {
  return db
    .selectFrom('ostiary_session')
    .selectAll()
    .where('expires_at', '>', now)
    .$if(userId !== undefined, (query) => query.where('user_id', '=', userId as string))
    .where(({ or, and, eb }) =>
      or([eb('started_at', '>', last.startedAt), and([eb('started_at', '=', last.startedAt), eb('id', '>', last.id)])]),
    )
    .orderBy('started_at')
    .orderBy('id')
    .limit(PAGE)
    .execute()
}

function toRecord(row: {
  id: string
  user_id: string
  user_name: string
  started_at: number
  last_seen_at: number
  expires_at: number
  persistent: number
}): SessionRecord {
  return {
    id: row.id,
    userId: row.user_id,
    userName: row.user_name,
    startedAt: Number(row.started_at),
    lastSeenAt: Number(row.last_seen_at),
    expiresAt: Number(row.expires_at),
    persistent: row.persistent === 1,
  }
}
