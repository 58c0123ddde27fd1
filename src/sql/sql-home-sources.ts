import type { Clock } from '../clock.ts'
import type { HomeSources } from '../users/home-sources.ts'
import type { Database } from './open-database.ts'

/** Where the people of each name first signed in, in a database. */
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
        // Somebody was quicker. Every database words that differently; all of them know the row afterwards.
        if ((await homes.find(canonicalName)) === undefined) throw error
      }
    },

    async replace(canonicalName, source) {
      const db = await database.tables()
      const changed = { source, recorded_at: clock() }
      const insert = db.insertInto('ostiary_home_source').values({ canonical_username: canonicalName, ...changed })
      // One statement, so that of two who do this at once, both succeed.
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
