import type { Kysely } from 'kysely'
import type { DefineTables } from '../define-tables.ts'

export async function up(_: Kysely<unknown>, { table, index, key }: DefineTables): Promise<void> {
  await table('ostiary_login_throttle')
    .addColumn('subject', key(200), (column) => column.primaryKey())
    .addColumn('attempts', 'integer', (column) => column.notNull())
    .addColumn('ends_at', 'bigint', (column) => column.notNull())
    .execute()
  await index('ostiary_login_throttle_by_end', 'ostiary_login_throttle', ['ends_at'])
}
