import type { Kysely } from 'kysely'
import type { DefineTables } from '../define-tables.ts'

export async function up(_: Kysely<unknown>, { table, index, key, longText }: DefineTables): Promise<void> {
  await table('ostiary_record')
    .addColumn('kind', key(32), (column) => column.notNull())
    .addColumn('record_key', key(128), (column) => column.notNull())
    .addColumn('owner', key(255))
    .addColumn('value', longText, (column) => column.notNull())
    .addColumn('expires_at', 'bigint')
    .addPrimaryKeyConstraint('ostiary_record_key', ['kind', 'record_key'])
    .execute()
  await index('ostiary_record_by_owner', 'ostiary_record', ['owner', 'kind'])
  await index('ostiary_record_by_end', 'ostiary_record', ['expires_at'])
}
