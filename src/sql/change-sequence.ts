import { type Kysely, sql } from 'kysely'
import type { DialectName } from './database-url.ts'
import { prepareQuery } from './prepare-query.ts'
import type { Schema } from './schema.ts'

/**
 * Returns the number of the next session change, and locks the counter until the transaction ends.
 *
 * Other writers wait for the lock, so changes become visible in the order of their numbers. A follower that saw one
 * change has therefore seen all earlier ones. Why a counter of our own: with the sequences of a database, a lower
 * number may be committed later.
 *
 * The number is at least a thousand times `now` (milliseconds since 1970-01-01 UTC). Why: numbers keep growing when a
 * database is new or restored.
 */
export async function nextChange(transaction: Kysely<Schema>, now: number): Promise<number> {
  const byClock = now * 1000
  await transaction
    .updateTable('ostiary_counter')
    .set({ value: sql<number>`case when value < ${byClock} then ${byClock} else value + 1 end` })
    .where('name', '=', COUNTER)
    .execute()
  return latestChange(transaction)
}

/**
 * Blocks changes until the transaction ends, and waits for the changes that are under way. Unnecessary for SQLite,
 * where each writer blocks all others.
 */
export async function holdChanges(transaction: Kysely<Schema>, dialect: Exclude<DialectName, 'sqlite'>): Promise<void> {
  const shared = dialect === 'postgres' ? sql`for share` : sql`lock in share mode`
  await transaction
    .selectFrom('ostiary_counter')
    .select('value')
    .where('name', '=', COUNTER)
    .modifyEnd(shared)
    .execute()
}

async function latestChange(db: Kysely<Schema>): Promise<number> {
  const { value } = await counterOf(db).executeTakeFirstOrThrow()
  return Number(value)
}

function counterOf(db: Kysely<Schema>) {
  return db.selectFrom('ostiary_counter').select('value').where('name', '=', COUNTER)
}

/**
 * Returns the latest number, and first raises the counter to `seen`. Why: a restored database may know only earlier
 * numbers.
 */
export async function continueChanges(db: Kysely<Schema>, seen: number): Promise<number> {
  const { rows } = await readCounter(db, {})
  const latest = Number(rows[0]?.value)
  if (latest >= seen) return latest
  await db
    .updateTable('ostiary_counter')
    .set({ value: seen })
    .where('name', '=', COUNTER)
    .where('value', '<', seen)
    .execute()
  return latestChange(db)
}

const COUNTER = 'session_change'
const readCounter = prepareQuery(counterOf)
