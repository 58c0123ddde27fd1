import { type Kysely, sql } from 'kysely'
import type { DefineTables } from '../define-tables.ts'

export async function up(db: Kysely<unknown>, { table, index, key }: DefineTables): Promise<void> {
  await table('ostiary_user')
    .addColumn('id', key(36), (column) => column.primaryKey())
    .addColumn('username', 'varchar(200)', (column) => column.notNull())
    .addColumn('canonical_username', key(200), (column) => column.notNull().unique())
    .addColumn('description', 'text', (column) => column.notNull())
    .addColumn('password_hash', 'varchar(500)')
    .addColumn('superuser', 'integer', (column) => column.notNull())
    .addColumn('disabled', 'integer', (column) => column.notNull())
    .addColumn('properties', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('changed_at', 'bigint', (column) => column.notNull())
    .execute()

  await table('ostiary_user_role')
    .addColumn('user_id', key(36), (column) => column.notNull())
    .addColumn('role', key(100), (column) => column.notNull())
    .addPrimaryKeyConstraint('ostiary_user_role_key', ['user_id', 'role'])
    .addForeignKeyConstraint('ostiary_user_role_user', ['user_id'], 'ostiary_user', ['id'], (foreign) =>
      foreign.onDelete('cascade'),
    )
    .execute()

  await table('ostiary_session')
    .addColumn('id', key(36), (column) => column.primaryKey())
    .addColumn('user_id', key(500), (column) => column.notNull())
    .addColumn('user_name', 'text', (column) => column.notNull())
    .addColumn('started_at', 'bigint', (column) => column.notNull())
    .addColumn('last_seen_at', 'bigint', (column) => column.notNull())
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .addColumn('persistent', 'integer', (column) => column.notNull())
    .execute()
  await index('ostiary_session_of_user', 'ostiary_session', ['user_id'])
  await index('ostiary_session_by_expiry', 'ostiary_session', ['expires_at'])
  await index('ostiary_session_by_start', 'ostiary_session', ['started_at', 'id'])

  await table('ostiary_session_change')
    .addColumn('sequence', 'bigint', (column) => column.notNull().primaryKey())
    .addColumn('type', 'varchar(20)', (column) => column.notNull())
    .addColumn('subject', key(500))
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('until', 'bigint', (column) => column.notNull())
    .execute()
  await index('ostiary_session_change_by_end', 'ostiary_session_change', ['until'])

  await table('ostiary_counter')
    .addColumn('name', key(50), (column) => column.primaryKey())
    .addColumn('value', 'bigint', (column) => column.notNull())
    .execute()
  // Inserts the counter once, even when the migration runs twice.
  await sql`
    insert into ostiary_counter (name, value)
    select 'session_change', 0 from (select 1 as one) as once
    where not exists (select 1 from ostiary_counter where name = 'session_change')`.execute(db)
}
