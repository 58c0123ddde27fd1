import type { Selectable } from 'kysely'
import type { JsonValue } from '../users/account.ts'
import type { Schema } from './schema.ts'

export type UserRow = Selectable<Schema['ostiary_user']>

/** What a row says of a user. Without the hash of the password, which is not for everybody who may see the rest. */
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
