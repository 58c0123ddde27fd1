import type { ExpressionBuilder, Kysely, Selectable } from 'kysely'
import type { Clock } from '../clock.ts'
import type { RecordStore, StoredRecord } from '../records/record-store.ts'
import type { Database } from './open-database.ts'
import type { Schema } from './schema.ts'

/**
 * Keeps the records of extensions in a database: second factors, tokens, links, logins in progress.
 *
 * ```ts
 * import { createAuth } from 'ostiary'
 * import { localUsers, openDatabase, sqlRecords } from 'ostiary/sql'
 *
 * const database = openDatabase('sqlite::memory:')
 * const auth = createAuth({ roles: [], sources: [localUsers(database)], records: sqlRecords(database) })
 * ```
 */
export function sqlRecords(database: Database, { clock = Date.now }: { readonly clock?: Clock } = {}): RecordStore {
  let pruneAt = clock() + PRUNE_EVERY_MS

  /** Removes what has ended, at intervals, in the background. A later run removes what a failed run left. */
  function pruneNowAndThen(db: Kysely<Schema>, now: number): void {
    if (now < pruneAt && pruneAt <= now + PRUNE_EVERY_MS) return
    pruneAt = now + PRUNE_EVERY_MS
    db.deleteFrom('ostiary_record')
      .where('expires_at', '<=', now)
      .execute()
      .catch(() => {})
  }

  return {
    name: 'sql',
    ...(database.shared === undefined ? {} : { shared: database.shared }),
    ready: () => database.ready(),

    async add({ kind, key, owner, value, expiresAt }, now) {
      const db = await database.tables()
      pruneNowAndThen(db, now)
      const changed = { owner, value, expires_at: expiresAt }
      const row = { kind, record_key: key, ...changed }
      if (database.dialect !== 'mysql') {
        const { numInsertedOrUpdatedRows } = await db
          .insertInto('ostiary_record')
          .values(row)
          .onConflict((conflict) =>
            conflict.columns(['kind', 'record_key']).doUpdateSet(changed).where('ostiary_record.expires_at', '<=', now),
          )
          .executeTakeFirstOrThrow()
        return numInsertedOrUpdatedRows === 1n
      }
      const inserted = await db.insertInto('ostiary_record').ignore().values(row).executeTakeFirstOrThrow()
      if (inserted.numInsertedOrUpdatedRows === 1n) return true
      const { numUpdatedRows } = await db
        .updateTable('ostiary_record')
        .set(changed)
        .where(isRecord(kind, key))
        .where('expires_at', '<=', now)
        .executeTakeFirst()
      return numUpdatedRows === 1n
    },

    async find(kind, key, now) {
      const db = await database.tables()
      const row = await db
        .selectFrom('ostiary_record')
        .selectAll()
        .where(isRecord(kind, key))
        .where(isLive(now))
        .executeTakeFirst()
      return row && toRecord(row)
    },

    async replace(kind, key, before, { value, expiresAt }, now) {
      const db = await database.tables()
      const { numUpdatedRows } = await db
        .updateTable('ostiary_record')
        .set({ value, expires_at: expiresAt })
        .where(isRecord(kind, key))
        .where('value', '=', before)
        .where(isLive(now))
        .executeTakeFirst()
      return numUpdatedRows === 1n
    },

    async take(kind, key, now) {
      const db = await database.tables()
      if (database.dialect === 'mysql') return takeUnderLock(db, kind, key, now)
      const row = await db.deleteFrom('ostiary_record').where(isRecord(kind, key)).returningAll().executeTakeFirst()
      return row && (row.expires_at === null || now < Number(row.expires_at)) ? toRecord(row) : undefined
    },

    async remove(kind, key) {
      const db = await database.tables()
      const { numDeletedRows } = await db.deleteFrom('ostiary_record').where(isRecord(kind, key)).executeTakeFirst()
      return numDeletedRows > 0n
    },

    async listOwned(kind, owner, now) {
      const db = await database.tables()
      const rows = await db
        .selectFrom('ostiary_record')
        .selectAll()
        .where('owner', '=', owner)
        .where('kind', '=', kind)
        .where(isLive(now))
        .orderBy('record_key')
        .execute()
      return rows.map(toRecord)
    },

    async removeOwned(owner, kind) {
      const db = await database.tables()
      const { numDeletedRows } = await db
        .deleteFrom('ostiary_record')
        .where('owner', '=', owner)
        .$if(kind !== undefined, (of) => of.where('kind', '=', kind ?? ''))
        .executeTakeFirst()
      return Number(numDeletedRows)
    },

    async *list(kind, now) {
      const db = await database.tables()
      let last = ''
      for (;;) {
        const rows = await db
          .selectFrom('ostiary_record')
          .selectAll()
          .where('kind', '=', kind)
          .where('record_key', '>', last)
          .where(isLive(now))
          .orderBy('record_key')
          .limit(PAGE)
          .execute()
        yield* rows.map(toRecord)
        last = rows.at(-1)?.record_key ?? last
        if (rows.length < PAGE) return
      }
    },
  }
}

const PAGE = 500
const PRUNE_EVERY_MS = 10 * 60_000

type Builder = ExpressionBuilder<Schema, 'ostiary_record'>

const isRecord = (kind: string, key: string) => (eb: Builder) => eb.and({ kind, record_key: key })

const isLive = (now: number) => (eb: Builder) =>
  eb.or([eb('ostiary_record.expires_at', 'is', null), eb('ostiary_record.expires_at', '>', now)])

/** Reads and removes under a lock of the row, where others wait. Why: MySQL returns no rows from a deletion. */
async function takeUnderLock(db: Kysely<Schema>, kind: string, key: string, now: number) {
  return db
    .transaction()
    .setIsolationLevel('read committed')
    .execute(async (transaction) => {
      const row = await transaction
        .selectFrom('ostiary_record')
        .selectAll()
        .where(isRecord(kind, key))
        .forUpdate()
        .executeTakeFirst()
      if (!row) return undefined
      await transaction.deleteFrom('ostiary_record').where(isRecord(kind, key)).execute()
      return row.expires_at === null || now < Number(row.expires_at) ? toRecord(row) : undefined
    })
}

function toRecord({ kind, record_key, owner, value, expires_at }: Selectable<Schema['ostiary_record']>): StoredRecord {
  return { kind, key: record_key, owner, value, expiresAt: expires_at === null ? null : Number(expires_at) }
}
