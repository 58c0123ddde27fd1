import type { Selectable } from 'kysely'
import type { Clock } from '../clock.ts'
import type { AccountChange, AccountEvents } from '../users/account-events.ts'
import type { RoleAssignment, RoleAssignments } from '../users/role-assignments.ts'
import { knownRoleNames } from './known-roles.ts'
import type { Database } from './open-database.ts'
import type { Schema } from './schema.ts'

/**
 * Roles and states that the application gives to users of any source, in a database.
 *
 * ```ts
 * import { createAuth, defineRole } from 'ostiary'
 * import { localUsers, openDatabase, sqlRoleAssignments } from 'ostiary/sql'
 *
 * const database = openDatabase('sqlite::memory:')
 * const auth = createAuth({
 *   roles: [defineRole({ name: 'Reader', description: 'Reads', permissions: [] })],
 *   sources: [localUsers(database)],
 *   roleAssignments: sqlRoleAssignments(database),
 * })
 * ```
 */
export function sqlRoleAssignments(
  database: Database,
  { clock = Date.now }: { readonly clock?: Clock } = {},
): RoleAssignments {
  const listeners = new Set<AccountEvents>()

  async function change(userId: string, values: Changes): Promise<void> {
    assertUserId(userId)
    const db = await database.tables()
    const changed = { ...values, changed_at: clock() }
    const nothing = { user_id: userId, roles: '[]', disabled: 0, note: '', ...changed }
    const insert = db.insertInto('ostiary_role_assignment').values(nothing)
    // One statement, so that two concurrent first changes both succeed.
    await (database.dialect === 'mysql'
      ? insert.onDuplicateKeyUpdate(changed)
      : insert.onConflict((conflict) => conflict.column('user_id').doUpdateSet(changed))
    ).execute()
  }

  async function tell(kind: AccountChange['kind'], userId: string): Promise<void> {
    await Promise.all([...listeners].map((listener) => listener.accountChanged({ kind, userId, username: userId })))
  }

  return {
    shared: database.shared,
    ready: () => database.ready(),
    join: (listener) => void listeners.add(listener),

    async find(userId) {
      const db = await database.tables()
      const row = await db
        .selectFrom('ostiary_role_assignment')
        .selectAll()
        .where('user_id', '=', userId)
        .executeTakeFirst()
      return row?.user_id === userId ? toAssignment(row) : undefined
    },

    async list({ after, limit = 100 } = {}) {
      const db = await database.tables()
      const rows = await db
        .selectFrom('ostiary_role_assignment')
        .selectAll()
        .$if(after !== undefined, (query) => query.where('user_id', '>', after as string))
        .orderBy('user_id')
        .limit(limit + 1)
        .execute()
      const shown = rows.slice(0, limit)
      return {
        assignments: shown.map(toAssignment),
        next: rows.length > limit ? (shown.at(-1)?.user_id ?? null) : null,
      }
    },

    async setRoles(userId, roles) {
      await change(userId, { roles: JSON.stringify(knownRoleNames(roles, listeners)) })
      await tell('roles', userId)
    },

    async disable(userId) {
      await change(userId, { disabled: 1 })
      await tell('disabled', userId)
    },

    async enable(userId) {
      await change(userId, { disabled: 0 })
      await tell('enabled', userId)
    },

    setNote: (userId, note) => change(userId, { note }),

    async clear(userId) {
      const db = await database.tables()
      const { numDeletedRows } = await db
        .deleteFrom('ostiary_role_assignment')
        .where('user_id', '=', userId)
        .executeTakeFirst()
      if (numDeletedRows === 0n) return false
      await tell('roles', userId)
      return true
    },
  }
}

interface Changes {
  readonly roles?: string
  readonly disabled?: number
  readonly note?: string
}

function assertUserId(userId: string): void {
  if (typeof userId === 'string' && /^[a-z][a-z0-9_-]{0,31}:./s.test(userId) && userId.length <= 500) return
  throw new TypeError(`A person is named as source:id here, such as "ldap:bob", not ${JSON.stringify(userId)}.`)
}

function toAssignment(row: Selectable<Schema['ostiary_role_assignment']>): RoleAssignment {
  return {
    userId: row.user_id,
    roles: JSON.parse(row.roles) as readonly string[],
    disabled: row.disabled === 1,
    note: row.note,
    changedAt: new Date(Number(row.changed_at)),
  }
}
