import type { Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('ostiary_user')
    .addColumn('id', 'varchar(36)', (column) => column.primaryKey())
    .addColumn('username', 'varchar(200)', (column) => column.notNull())
    .addColumn('canonical_username', 'varchar(200)', (column) => column.notNull().unique())
    .addColumn('description', 'text', (column) => column.notNull())
    .addColumn('password_hash', 'varchar(500)')
    .addColumn('superuser', 'integer', (column) => column.notNull())
    .addColumn('disabled', 'integer', (column) => column.notNull())
    .addColumn('properties', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('changed_at', 'bigint', (column) => column.notNull())
    .execute()

  await db.schema
    .createTable('ostiary_user_role')
    .addColumn('user_id', 'varchar(36)', (column) => column.notNull())
    .addColumn('role', 'varchar(100)', (column) => column.notNull())
    .addPrimaryKeyConstraint('ostiary_user_role_key', ['user_id', 'role'])
    .addForeignKeyConstraint('ostiary_user_role_user', ['user_id'], 'ostiary_user', ['id'], (key) =>
      key.onDelete('cascade'),
    )
    .execute()

  await db.schema
    .createTable('ostiary_session')
    .addColumn('id', 'varchar(36)', (column) => column.primaryKey())
    .addColumn('user_id', 'varchar(500)', (column) => column.notNull())
    .addColumn('user_name', 'text', (column) => column.notNull())
    .addColumn('started_at', 'bigint', (column) => column.notNull())
    .addColumn('last_seen_at', 'bigint', (column) => column.notNull())
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .addColumn('persistent', 'integer', (column) => column.notNull())
    .execute()
  await db.schema.createIndex('ostiary_session_of_user').on('ostiary_session').column('user_id').execute()
  await db.schema.createIndex('ostiary_session_by_expiry').on('ostiary_session').column('expires_at').execute()
  await db.schema.createIndex('ostiary_session_by_start').on('ostiary_session').columns(['started_at', 'id']).execute()

  await db.schema
    .createTable('ostiary_session_change')
    .addColumn('sequence', 'integer', (column) => column.primaryKey().autoIncrement())
    .addColumn('type', 'varchar(20)', (column) => column.notNull())
    .addColumn('subject', 'varchar(500)')
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('until', 'bigint', (column) => column.notNull())
    .execute()
  await db.schema.createIndex('ostiary_session_change_by_end').on('ostiary_session_change').column('until').execute()
}
