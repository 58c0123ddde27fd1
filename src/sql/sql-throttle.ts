import type { ExpressionBuilder, Kysely } from 'kysely'
import type { Clock } from '../clock.ts'
import type { ConsumedCount, ThrottleCount, ThrottleStore } from '../throttle/throttle-store.ts'
import type { Database } from './open-database.ts'
import type { Schema } from './schema.ts'

/**
 * Counts of login attempts, in a database that several processes share. Rows hold the key of a count, which is free of
 * user names.
 *
 * ```ts
 * import { createAuth, defineRole } from 'ostiary'
 * import { localUsers, openDatabase, sqlThrottle } from 'ostiary/sql'
 *
 * const database = openDatabase('sqlite::memory:')
 * const auth = createAuth({
 *   roles: [defineRole({ name: 'Reader', description: 'Reads', permissions: [] })],
 *   sources: [localUsers(database)],
 *   throttle: { store: sqlThrottle(database) },
 * })
 * ```
 */
export function sqlThrottle(database: Database, { clock = Date.now }: { readonly clock?: Clock } = {}): ThrottleStore {
  let pruneAt = clock() + PRUNE_EVERY_MS

  /** Prunes at intervals, in the background. A later run deletes the rows that a failed run left. */
  function pruneNowAndThen(db: Kysely<Schema>, now: number): void {
    if (now < pruneAt && pruneAt <= now + PRUNE_EVERY_MS) return
    pruneAt = now + PRUNE_EVERY_MS
    db.deleteFrom('ostiary_login_throttle')
      .where(hasEnded(now))
      .execute()
      .catch(() => {})
  }

  return {
    name: 'sql',

    ready: () => database.ready(),

    async consume(key, limit, windowMs) {
      const db = await database.tables()
      const now = clock()
      const asked = { key, limit, now, endsAt: now + windowMs, notBefore: now - windowMs }
      pruneNowAndThen(db, asked.now)
      return database.dialect === 'mysql' ? consumeUnderLock(db, asked) : takeInOneStatement(db, asked)
    },

    async refund({ key, endsAt }) {
      const db = await database.tables()
      await db
        .updateTable('ostiary_login_throttle')
        .set((of) => ({ attempts: of('attempts', '-', 1) }))
        .where('subject', '=', key)
        .where('ends_at', '=', endsAt)
        .where('attempts', '>', 0)
        .execute()
    },

    async read(key) {
      const row = await (await database.tables())
        .selectFrom('ostiary_login_throttle')
        .selectAll()
        .where('subject', '=', key)
        .where('attempts', '>', 0)
        .where(lasts(clock()))
        .executeTakeFirst()
      return row?.subject === key ? toCount(row) : undefined
    },

    async clear(key) {
      const db = await database.tables()
      const clearing = db
        .deleteFrom('ostiary_login_throttle')
        .$if(key !== 'all', (all) => all.where('subject', '=', key))
      const { numDeletedRows } = await clearing
        .where('attempts', '>', 0)
        .where(lasts(clock()))
        .executeTakeFirstOrThrow()
      return Number(numDeletedRows)
    },

    async *list() {
      const db = await database.tables()
      let last = ''
      for (;;) {
        const rows = await db
          .selectFrom('ostiary_login_throttle')
          .selectAll()
          .where('subject', '>', last)
          .where('attempts', '>', 0)
          .where(lasts(clock()))
          .orderBy('subject')
          .limit(PAGE)
          .execute()
        yield* rows.map(toCount)
        last = rows.at(-1)?.subject ?? last
        if (rows.length < PAGE) return
      }
    },
  }
}

const PAGE = 500
const PRUNE_EVERY_MS = 10 * 60_000

interface Asked {
  readonly key: string
  readonly limit: number
  readonly now: number
  /** The end of a count that begins now. */
  readonly endsAt: number
  readonly notBefore: number
}

interface Row {
  readonly subject: string
  readonly attempts: number
  readonly ends_at: number
  readonly not_before: number | null
}

type Builder = ExpressionBuilder<Schema, 'ostiary_login_throttle'>

/**
 * Matches counts whose time is over. Also matches counts that began more than a window after `now`. Why: their clock
 * was ahead, and has been set back since. Nodes whose clocks differ by less share their counts.
 */
const hasEnded = (now: number) => (eb: Builder) =>
  eb.or([eb('ostiary_login_throttle.ends_at', '<=', now), eb('ostiary_login_throttle.not_before', '>', now)])

const lasts = (now: number) => (eb: Builder) =>
  eb.and([
    eb('ostiary_login_throttle.ends_at', '>', now),
    eb.or([eb('ostiary_login_throttle.not_before', 'is', null), eb('ostiary_login_throttle.not_before', '<=', now)]),
  ])

/** Checks the limit and adds one in the same statement. The statement returns a row when it added one. */
async function takeInOneStatement(
  db: Kysely<Schema>,
  { key, limit, now, endsAt, notBefore }: Asked,
): Promise<ConsumedCount> {
  const added = await db
    .insertInto('ostiary_login_throttle')
    .values({ subject: key, attempts: 1, ends_at: endsAt, not_before: notBefore })
    .onConflict((conflict) =>
      conflict
        .column('subject')
        .doUpdateSet(({ eb, ref }) => {
          const ended = hasEnded(now)(eb as unknown as Builder)
          return {
            attempts: eb
              .case()
              .when(ended)
              .then(1)
              .else(eb('ostiary_login_throttle.attempts', '+', 1))
              .end(),
            ends_at: eb.case().when(ended).then(endsAt).else(ref('ostiary_login_throttle.ends_at')).end(),
            not_before: eb.case().when(ended).then(notBefore).else(ref('ostiary_login_throttle.not_before')).end(),
          }
        })
        .where(({ or, eb }) =>
          or([hasEnded(now)(eb as unknown as Builder), eb('ostiary_login_throttle.attempts', '<', limit)]),
        ),
    )
    .returningAll()
    .executeTakeFirst()
  if (added) return { ...toCount(added), consumed: true }
  const full = await db.selectFrom('ostiary_login_throttle').selectAll().where('subject', '=', key).executeTakeFirst()
  // The count was cleared in between. The next attempt begins a new count.
  return full ? { ...toCount(full), consumed: false } : { key, count: limit, endsAt: now, consumed: false }
}

/** Checks and adds under a lock of the row, where other writers wait. Why: MySQL returns no rows from an update. */
async function consumeUnderLock(
  db: Kysely<Schema>,
  { key, limit, now, endsAt, notBefore }: Asked,
): Promise<ConsumedCount> {
  const transacting = db.transaction().setIsolationLevel('read committed')
  return transacting.execute(async (transaction) => {
    await transaction
      .insertInto('ostiary_login_throttle')
      .values({ subject: key, attempts: 0, ends_at: endsAt, not_before: notBefore })
      .onDuplicateKeyUpdate(({ ref }) => ({ attempts: ref('attempts') }))
      .execute()
    const row = await transaction
      .selectFrom('ostiary_login_throttle')
      .selectAll()
      .where('subject', '=', key)
      .forUpdate()
      .executeTakeFirstOrThrow()
    const ended = Number(row.ends_at) <= now || (row.not_before !== null && Number(row.not_before) > now)
    const count = ended ? { key, count: 0, endsAt } : toCount(row)
    if (count.count >= limit) return { ...count, consumed: false }
    const after = { ...count, count: count.count + 1 }
    await transaction
      .updateTable('ostiary_login_throttle')
      .set({ attempts: after.count, ends_at: after.endsAt, ...(ended && { not_before: notBefore }) })
      .where('subject', '=', key)
      .execute()
    return { ...after, consumed: true }
  })
}

function toCount({ subject, attempts, ends_at }: Row): ThrottleCount {
  return { key: subject, count: Number(attempts), endsAt: Number(ends_at) }
}
