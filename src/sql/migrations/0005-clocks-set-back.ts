import type { Kysely } from 'kysely'
import type { DefineTables } from '../define-tables.ts'

export async function up(_: Kysely<unknown>, { column }: DefineTables): Promise<void> {
  await column('ostiary_login_throttle', 'not_before', 'bigint')
}
