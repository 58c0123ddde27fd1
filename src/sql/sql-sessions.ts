import { type ExpressionBuilder, type Kysely, type Selectable, sql } from 'kysely'
import type { Clock } from '../clock.ts'
import { type Duration, toMilliseconds } from '../duration.ts'
import {
  endsSessions,
  type NewSessionChange,
  type SessionChange,
  type SessionRecord,
  type SessionStore,
} from '../sessions/session-store.ts'
import { continueChanges, nextChange } from './change-sequence.ts'
import type { Database } from './open-database.ts'
import type { Schema } from './schema.ts'
import { CHANGES_CHANNEL, pollChanges } from './session-feed.ts'
import { startSession } from './start-session.ts'

/** The options of sessions in a database. */
export interface SqlSessionsOptions {
  /**
   * The time between polls for changes of other processes. Default: 250 ms. At most 1 s. PostgreSQL sends
   * notifications; there this interval counts only while notifications are interrupted.
   */
  readonly pollEvery?: Duration
  readonly clock?: Clock
}

/**
 * Sessions in a database that several processes share, such as the application and the command line.
 *
 * ```ts
 * import { createAuth, defineRole } from 'ostiary'
 * import { localUsers, openDatabase, sqlSessions } from 'ostiary/sql'
 *
 * const database = openDatabase('sqlite::memory:')
 * const auth = createAuth({
 *   roles: [defineRole({ name: 'Reader', description: 'Reads', permissions: [] })],
 *   sources: [localUsers(database)],
 *   sessions: { store: sqlSessions(database), secret: process.env.OSTIARY_SECRET },
 * })
 * ```
 *
 * @throws {ConfigurationError} when `pollEvery` is an invalid duration.
 */
export function sqlSessions(database: Database, options: SqlSessionsOptions = {}): SessionStore {
  const { clock = Date.now } = options
  const pollEveryMs = Math.min(toMilliseconds(options.pollEvery ?? '250ms', 'pollEvery'), 1000)
  const listeners = new Set<(changes: readonly SessionChange[]) => void>()
  let seen = 0

  function note(changes: readonly SessionChange[]): void {
    for (const { revision } of changes) seen = Math.max(seen, revision)
  }

  return {
    name: 'sql',
    shared: database.shared,

    ready: () => database.ready(),

    revision: async () => continueChanges(await database.tables(), seen),

    start: (record, revision) => startSession(database, record, revision),

    async confirm(sessionId, at) {
      const db = await database.tables()
      // Read before the update, so that a change in between still applies to the session.
      const revision = await continueChanges(db, seen)
      const result = await db
        .updateTable('ostiary_session')
        .set({ last_seen_at: at })
        .where('id', '=', sessionId)
        .where('expires_at', '>', at)
        .executeTakeFirst()
      return result.numUpdatedRows > 0n ? revision : null
    },

    async record(change, now) {
      const db = await database.tables()
      const transacting = db.transaction().setIsolationLevel('read committed')
      const recorded = await transacting.execute(async (transaction) => {
        const revision = await nextChange(transaction, now)
        const { type, subject } = change
        const until = await untilOf(transaction, change)
        const ended = endsSessions(change) ? await endConcerned(transaction, change, now) : 0
        await transaction
          .insertInto('ostiary_session_change')
          .values({ sequence: revision, type, subject, at: now, until })
          .execute()
        if (database.dialect === 'postgres') await sql`select pg_notify(${CHANGES_CHANNEL}, '')`.execute(transaction)
        return { change: { ...change, until, revision }, ended }
      })
      note([recorded.change])
      for (const listener of listeners) listener([recorded.change])
      return recorded
    },

    async *list({ userId, now }) {
      const db = await database.tables()
      let last = { startedAt: -1, id: '' }
      for (;;) {
        const rows = await page(db, last, userId, now)
        for (const row of rows) if (userId === undefined || row.user_id === userId) yield toRecord(row)
        const end = rows.at(-1)
        if (!end || rows.length < PAGE) return
        last = { startedAt: end.started_at, id: end.id }
      }
    },

    async follow(listener, onConnected) {
      // Changes recorded before the listener is added arrive with a later poll.
      const stop = await pollChanges(await database.tables(), {
        listen: database.listen,
        pollEveryMs,
        clock,
        listener(changes) {
          note(changes)
          listener(changes)
        },
        onConnected,
      })
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

function concernedBy({ type, subject }: NewSessionChange) {
  return (of: SessionFilter) =>
    type === 'all-revoked'
      ? of(of.lit(1), '=', of.lit(1))
      : of(type === 'session-revoked' ? 'id' : 'user_id', '=', subject)
}

/**
 * Returns the time when the last cookie that a change concerns expires. For a stored session, this is the session's own
 * end.
 */
async function untilOf(transaction: Transaction, change: NewSessionChange): Promise<number> {
  if (change.type !== 'session-revoked') return change.until
  const row = await transaction
    .selectFrom('ostiary_session')
    .select('expires_at')
    .where(concernedBy(change))
    .executeTakeFirst()
  return Number(row?.expires_at ?? change.until)
}

async function endConcerned(transaction: Transaction, change: NewSessionChange, now: number): Promise<number> {
  const live = await transaction
    .selectFrom('ostiary_session')
    .select((of) => of.fn.countAll<number>().as('count'))
    .where(concernedBy(change))
    .where('expires_at', '>', now)
    .executeTakeFirstOrThrow()
  await transaction.deleteFrom('ostiary_session').where(concernedBy(change)).execute()
  return Number(live.count)
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

function toRecord(row: Selectable<Schema['ostiary_session']>): SessionRecord {
  return {
    id: row.id,
    userId: row.user_id,
    userName: row.user_name,
    startedAt: Number(row.started_at),
    lastSeenAt: Number(row.last_seen_at),
    expiresAt: Number(row.expires_at),
    persistent: row.persistent === 1,
    clientAddress: row.client_address,
    userAgent: row.user_agent,
  }
}
