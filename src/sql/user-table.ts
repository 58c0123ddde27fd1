import type { Kysely, Updateable } from 'kysely'
import type { Clock } from '../clock.ts'
import type { JsonValue } from '../users/account.ts'
import type { ManagedUser, UserPage } from '../users/managed-users.ts'
import type { Database } from './open-database.ts'
import { prepareQuery } from './prepare-query.ts'
import type { Schema } from './schema.ts'
import { readUserRow, type UserRow } from './user-row.ts'

/** A user from the tables: the values of the account, the values for management, and separately the password hash. */
export interface StoredUser {
  readonly id: string
  readonly username: string
  /** The name of the account. */
  readonly name: string
  readonly description: string
  readonly roles: readonly string[]
  readonly superuser: boolean
  readonly properties: Readonly<Record<string, JsonValue>>
  readonly disabled: boolean
  readonly passwordHash: string | null
  /** The same user without secrets. */
  readonly managed: ManagedUser
}

interface UserToInsert {
  readonly id: string
  readonly username: string
  readonly canonical: string
  readonly passwordHash: string | null
  readonly description: string
  readonly roles: readonly string[]
  readonly superuser: boolean
  readonly properties: Readonly<Record<string, JsonValue>>
}

interface UserTable {
  byName(canonical: string): Promise<StoredUser | undefined>
  byId(id: string): Promise<StoredUser | undefined>
  page(after: string | undefined, limit: number): Promise<UserPage>
  /** Resolves to undefined when the name is taken. */
  insert(user: UserToInsert): Promise<StoredUser | undefined>
  remove(user: StoredUser): Promise<void>
  change(user: StoredUser, values: Updateable<Schema['ostiary_user']>): Promise<void>
  replaceHash(user: StoredUser, passwordHash: string): Promise<void>
  replaceRoles(user: StoredUser, roles: readonly string[]): Promise<void>
}

/** The rows of local users. Rules, and passwords in plain text, are handled by callers. */
export function createUserTable(database: Database, clock: Clock): UserTable {
  async function find(column: keyof typeof FIND, value: string): Promise<StoredUser | undefined> {
    const { rows: found } = await FIND[column](await database.tables(), { value })
    // Exact comparison. Why: a database that compares loosely, against its settings, could return another user.
    const rows = found.filter((row) => row[column] === value)
    const [row] = rows
    const roles = rows.map(({ role }) => role).filter((role) => role !== null)
    return row && toUser(row, roles)
  }

  return {
    byName: (canonical) => find('canonical_username', canonical),
    // PostgreSQL refuses texts with a NUL.
    byId: async (id) => (id.includes('\0') ? undefined : find('id', id)),

    async page(after, limit) {
      const db = await database.tables()
      const rows = await db
        .selectFrom('ostiary_user')
        .selectAll()
        .$if(after !== undefined, (query) => query.where('canonical_username', '>', after as string))
        .orderBy('canonical_username')
        .limit(limit + 1)
        .execute()
      const shown = rows.slice(0, limit)
      const roles = await rolesOf(
        db,
        shown.map((row) => row.id),
      )
      const users = shown.map((row) => toUser(row, roles.get(row.id)).managed)
      return { users, next: rows.length > limit ? (shown.at(-1)?.canonical_username ?? null) : null }
    },

    async insert({ id, username, canonical, passwordHash, description, roles, superuser, properties }) {
      const db = await database.tables()
      const now = clock()
      const row: UserRow = {
        id,
        username,
        canonical_username: canonical,
        description,
        password_hash: passwordHash,
        superuser: superuser ? 1 : 0,
        disabled: 0,
        properties: JSON.stringify(properties),
        created_at: now,
        changed_at: now,
      }
      try {
        await db.transaction().execute(async (transaction) => {
          await transaction.insertInto('ostiary_user').values(row).execute()
          await insertRoles(transaction, id, roles)
        })
      } catch (error) {
        // The error for a broken unique key differs between databases, but in all of them the row is there afterwards.
        if (await find('canonical_username', canonical)) return undefined
        throw error
      }
      return toUser(row, roles)
    },

    async remove({ id }) {
      const db = await database.tables()
      await db.deleteFrom('ostiary_user').where('id', '=', id).execute()
    },

    async change({ id }, values) {
      const db = await database.tables()
      await db
        .updateTable('ostiary_user')
        .set({ ...values, changed_at: clock() })
        .where('id', '=', id)
        .execute()
    },

    async replaceHash({ id, passwordHash }, replacement) {
      const db = await database.tables()
      await db
        .updateTable('ostiary_user')
        .set({ password_hash: replacement })
        .where('id', '=', id)
        .where('password_hash', '=', passwordHash)
        .execute()
    },

    async replaceRoles({ id }, roles) {
      const db = await database.tables()
      await db.transaction().execute(async (transaction) => {
        // Updated first, so that of two concurrent calls one waits here for the other.
        await transaction.updateTable('ostiary_user').set({ changed_at: clock() }).where('id', '=', id).execute()
        await transaction.deleteFrom('ostiary_user_role').where('user_id', '=', id).execute()
        await insertRoles(transaction, id, roles)
      })
    },
  }
}

/** Selects a user with all roles: one row for each role, or a single row for a user without roles. */
function findBy(column: 'canonical_username' | 'id') {
  return prepareQuery<{ readonly value: string }, UserRow & { readonly role: string | null }>((db, value) =>
    db
      .selectFrom('ostiary_user')
      .leftJoin('ostiary_user_role', 'ostiary_user_role.user_id', 'ostiary_user.id')
      .selectAll('ostiary_user')
      .select('ostiary_user_role.role')
      .where(`ostiary_user.${column}`, '=', value('value'))
      .orderBy('ostiary_user_role.role'),
  )
}

const FIND = { canonical_username: findBy('canonical_username'), id: findBy('id') } as const

async function insertRoles(db: Kysely<Schema>, id: string, roles: readonly string[]): Promise<void> {
  if (roles.length === 0) return
  await db
    .insertInto('ostiary_user_role')
    .values(roles.map((role) => ({ user_id: id, role })))
    .execute()
}

async function rolesOf(db: Kysely<Schema>, ids: readonly string[]): Promise<Map<string, string[]>> {
  const roles = new Map<string, string[]>()
  if (ids.length === 0) return roles
  const rows = await db
    .selectFrom('ostiary_user_role')
    .selectAll()
    .where('user_id', 'in', ids)
    .orderBy('role')
    .execute()
  for (const { user_id: id, role } of rows) roles.set(id, [...(roles.get(id) ?? []), role])
  return roles
}

function toUser(row: UserRow, roles: readonly string[] = []): StoredUser {
  const user = readUserRow(row, roles)
  const managed: ManagedUser = {
    ...user,
    hasPassword: row.password_hash !== null,
    createdAt: new Date(Number(row.created_at)),
  }
  return { ...user, name: row.username, passwordHash: row.password_hash, managed }
}
