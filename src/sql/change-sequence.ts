import type { Kysely } from 'kysely'
import type { Schema } from './schema.ts'

/**
 * The number of the next session change, and the turn to make it: until the end of the transaction, whoever else asks
 * waits. So changes become visible in the order of their numbers, and a follower that has seen one has missed none
 * before it. Numbers that a database hands out by itself do not promise that: a lower one may be committed later.
 */
export async function nextChange(transaction: Kysely<Schema>): Promise<number> {
  await transaction
    .updateTable('ostiary_counter')
    .set((of) => ({ value: of('value', '+', 1) }))
    .where('name', '=', COUNTER)
    .execute()
  const { value } = await transaction
    .selectFrom('ostiary_counter')
    .select('value')
    .where('name', '=', COUNTER)
    .executeTakeFirstOrThrow()
  return value
}

const COUNTER = 'session_change'
