import { type Kysely, sql } from 'kysely'
import { Migrator } from 'kysely/migration'
import { DatabaseError } from '../errors.ts'
import { reasonOf } from '../reason-of.ts'
import { up as usersAndSessions } from './migrations/0001-users-and-sessions.ts'
import type { Schema } from './schema.ts'

/** In this order. One that has been released is never changed: what comes later is another one. */
const MIGRATIONS = { '0001-users-and-sessions': { up: usersAndSessions } }

/**
 * Brings the tables up to date. Several processes may try at once: one does it, the others wait.
 *
 * @throws {DatabaseError} when the database is of a newer version of this package, or a migration fails. It is then as before.
 */
export async function migrate(db: Kysely<Schema>): Promise<void> {
  await db.connection().execute(async (connection) => {
    // On SQLite, Kysely leaves out both lock and transaction: this is both.
    await sql`begin immediate`.execute(connection)
    try {
      const migrator = new Migrator({
        db: connection,
        provider: { getMigrations: async () => MIGRATIONS },
        migrationTableName: 'ostiary_migration',
        migrationLockTableName: 'ostiary_migration_lock',
      })
      const { error } = await migrator.migrateToLatest()
      if (error !== undefined) throw error
      await sql`commit`.execute(connection)
    } catch (cause) {
      await sql`rollback`.execute(connection)
      throw new DatabaseError(`The database cannot be brought up to date: ${reasonOf(cause)}`, { cause })
    }
  })
}
