import type { Clock } from '../clock.ts'
import type { HomeSources } from '../users/home-sources.ts'
import type { Database } from './open-database.ts'

/**
 * The home source of each name, in a database.
 *
 * ```ts
 * import { createAuth, defineRole } from 'ostiary'
 * import { localUsers, openDatabase, sqlHomeSources } from 'ostiary/sql'
 *
 * const database = openDatabase('sqlite::memory:')
 * const auth = createAuth({
 *   roles: [defineRole({ name: 'Reader', description: 'Reads', permissions: [] })],
 *   sources: [localUsers(database)],
 *   homeSources: sqlHomeSources(database),
 * })
 * ```
 */
export function sqlHomeSources(database: Database, { clock = Date.now }: { readonly clock?: Clock } = {}): HomeSources {
  const homes: HomeSources = {
    shared: database.shared,

    ready: () => database.ready(),

    async find(canonicalName) {
      const db = await database.tables()
      const row = await db
        .selectFrom('ostiary_home_source')
        .select(['canonical_username', 'source'])
        .where('canonical_username', '=', canonicalName)
        .executeTakeFirst()
      return row?.canonical_username === canonicalName ? row.source : undefined
    },

    async record(canonicalName, source) {
      const db = await database.tables()
      const row = { canonical_username: canonicalName, source, recorded_at: clock() }
      try {
        await db.insertInto('ostiary_home_source').values(row).execute()
      } catch (error) {
        // Another process inserted the row first. The error differs between databases, but in all of them the row is
        // there afterwards.
        if ((await homes.find(canonicalName)) === undefined) throw error
      }
    },

    async replace(canonicalName, source) {
      const db = await database.tables()
      const changed = { source, recorded_at: clock() }
      const insert = db.insertInto('ostiary_home_source').values({ canonical_username: canonicalName, ...changed })
      // One statement, so that two concurrent calls both succeed.
      await (database.dialect === 'mysql'
        ? insert.onDuplicateKeyUpdate(changed)
        : insert.onConflict((conflict) => conflict.column('canonical_username').doUpdateSet(changed))
      ).execute()
    },

    async forget(canonicalName) {
      const db = await database.tables()
      const { numDeletedRows } = await db
        .deleteFrom('ostiary_home_source')
        .where('canonical_username', '=', canonicalName)
        .executeTakeFirst()
      return numDeletedRows > 0n
    },
  }
  return homes
}
