import type { Selectable } from 'kysely'
import type { JsonValue } from '../users/account.ts'
import type { Schema } from './schema.ts'

export type UserRow = Selectable<Schema['ostiary_user']>

/** Returns the values of a row. Leaves out the password hash, which fewer callers may see. */
export function readUserRow(row: UserRow, roles: readonly string[]) {
  return {
    id: row.id,
    username: row.username,
    description: row.description,
    roles,
    superuser: row.superuser === 1,
    disabled: row.disabled === 1,
    properties: JSON.parse(row.properties) as Readonly<Record<string, JsonValue>>,
  }
}
