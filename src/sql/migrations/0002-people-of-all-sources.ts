import type { Kysely } from 'kysely'
import type { DefineTables } from '../define-tables.ts'

export async function up(_: Kysely<unknown>, { table, key }: DefineTables): Promise<void> {
  await table('ostiary_home_source')
    .addColumn('canonical_username', key(200), (column) => column.primaryKey())
    .addColumn('source', 'varchar(32)', (column) => column.notNull())
    .addColumn('recorded_at', 'bigint', (column) => column.notNull())
    .execute()

  await table('ostiary_role_assignment')
    .addColumn('user_id', key(500), (column) => column.primaryKey())
    .addColumn('roles', 'text', (column) => column.notNull())
    .addColumn('disabled', 'integer', (column) => column.notNull())
    .addColumn('note', 'text', (column) => column.notNull())
    .addColumn('changed_at', 'bigint', (column) => column.notNull())
    .execute()
}
