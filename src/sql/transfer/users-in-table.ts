import type { Kysely } from 'kysely'
import type { DialectName } from '../database-url.ts'
import type { Schema } from '../schema.ts'
import type { UserRow } from '../user-row.ts'
import { insertRows } from './insert-rows.ts'

/** A row with its sorted roles. */
export interface UserInTable {
  readonly row: UserRow
  readonly roles: readonly string[]
}

export async function findUsers(db: Kysely<Schema>, names: readonly string[]): Promise<UserInTable[]> {
  if (names.length === 0) return []
  const rows = await db.selectFrom('ostiary_user').selectAll().where('canonical_username', 'in', names).execute()
  return withRoles(db, rows)
}

/** Returns a page of users, ordered by canonical name. */
export async function pageOfUsers(db: Kysely<Schema>, after: string, limit: number): Promise<UserInTable[]> {
  const rows = await db
    .selectFrom('ostiary_user')
    .selectAll()
    .where('canonical_username', '>', after)
    .orderBy('canonical_username')
    .limit(limit)
    .execute()
  return withRoles(db, rows)
}

export async function takenIds(db: Kysely<Schema>, ids: readonly string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set()
  const rows = await db.selectFrom('ostiary_user').select('id').where('id', 'in', ids).execute()
  return new Set(rows.map(({ id }) => id))
}

export async function insertUsers(
  db: Kysely<Schema>,
  dialect: DialectName,
  users: readonly UserInTable[],
): Promise<void> {
  // Sorted, so that the index of names fills from left to right within one transaction.
  const rows = users.map(({ row }) => row).sort((a, b) => (a.canonical_username < b.canonical_username ? -1 : 1))
  await insertRows(db, dialect, 'ostiary_user', rows)
  await insertRows(db, dialect, 'ostiary_user_role', users.flatMap(roleRows))
}

export async function updateUser(
  db: Kysely<Schema>,
  dialect: DialectName,
  user: UserInTable,
  replaceRoles: boolean,
): Promise<void> {
  const { id, created_at: _, ...values } = user.row
  await db.updateTable('ostiary_user').set(values).where('id', '=', id).execute()
  if (!replaceRoles) return
  await db.deleteFrom('ostiary_user_role').where('user_id', '=', id).execute()
  await insertRows(db, dialect, 'ostiary_user_role', roleRows(user))
}

function roleRows({ row, roles }: UserInTable) {
  return roles.map((role) => ({ user_id: row.id, role }))
}

async function withRoles(db: Kysely<Schema>, rows: readonly UserRow[]): Promise<UserInTable[]> {
  if (rows.length === 0) return []
  const ids = rows.map(({ id }) => id)
  const found = await db.selectFrom('ostiary_user_role').selectAll().where('user_id', 'in', ids).execute()
  const roles = Map.groupBy(found, ({ user_id: id }) => id)
  return rows.map((row) => ({ row, roles: (roles.get(row.id) ?? []).map(({ role }) => role).sort() }))
}
