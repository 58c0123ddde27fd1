import type { Kysely } from 'kysely'
import type { DefineTables } from '../define-tables.ts'

export async function up(_: Kysely<unknown>, { column }: DefineTables): Promise<void> {
  await column('ostiary_session', 'client_address', 'varchar(255)')
  await column('ostiary_session', 'user_agent', 'varchar(255)')
}
