import { type Kysely, sql } from 'kysely'
import type { DialectName } from './database-url.ts'
import { prepareQuery } from './prepare-query.ts'
import type { Schema } from './schema.ts'

/**
 * The number of the next session change, and the turn to make it: until the end of the transaction, whoever else asks
 * waits. So changes become visible in the order of their numbers, and a follower that has seen one has missed none
 * before it. Numbers that a database hands out by itself do not promise that: a lower one may be committed later.
 *
 * At least a thousand times the clock, so that numbers do not start again where a database does, or is restored.
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
 * Until the end of the transaction, no change is made. Those that are under way are awaited. Not for SQLite, where
 * whoever writes holds up all others anyway.
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

/** Where the database was restored to what it knew earlier, the numbers go on from those that were seen. */
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
