import { type Kysely, sql } from 'kysely'
import { Migrator } from 'kysely/migration'
import { DatabaseError } from '../errors.ts'
import { reasonOf } from '../reason-of.ts'
import type { DialectName } from './database-url.ts'
import { type DefineTables, defineTables, exactCollation } from './define-tables.ts'
import { up as usersAndSessions } from './migrations/0001-users-and-sessions.ts'
import { up as peopleOfAllSources } from './migrations/0002-people-of-all-sources.ts'
import { up as originOfSessions } from './migrations/0003-origin-of-sessions.ts'
import { up as loginThrottle } from './migrations/0004-login-throttle.ts'
import { up as clocksSetBack } from './migrations/0005-clocks-set-back.ts'
import { up as dotlessNames } from './migrations/0006-dotless-names.ts'
import { up as records } from './migrations/0007-records.ts'
import type { Schema } from './schema.ts'

/** The migrations, in this order. A released migration stays unchanged; later changes get a migration of their own. */
const MIGRATIONS: Record<string, (db: Kysely<unknown>, define: DefineTables) => Promise<void>> = {
  '0001-users-and-sessions': usersAndSessions,
  '0002-people-of-all-sources': peopleOfAllSources,
  '0003-origin-of-sessions': originOfSessions,
  '0004-login-throttle': loginThrottle,
  '0005-clocks-set-back': clocksSetBack,
  '0006-dotless-names': dotlessNames,
  '0007-records': records,
}

/**
 * Brings the tables up to date. When several processes start at once, one migrates and the others wait.
 *
 * After a failure the tables are as before. MariaDB and MySQL cannot roll back tables, so a failed migration continues
 * there at the next attempt.
 *
 * @throws {DatabaseError} when the database was written by a newer version of this package, or a migration fails.
 */
export async function migrate(db: Kysely<Schema>, dialect: DialectName): Promise<void> {
  await db.connection().execute(async (connection) => {
    try {
      await (dialect === 'sqlite' ? whileNobodyWrites(connection) : toLatest(connection, dialect))
      if (dialect === 'mysql') await assertExact(connection)
    } catch (cause) {
      throw new DatabaseError(`The database cannot be brought up to date: ${reasonOf(cause)}`, { cause })
    }
  })
}

/**
 * Checks that Ostiary's tables still compare texts byte for byte. Why: `convert to character set` gives the tables a
 * collation in which `ldap:admin` equals `ldap:ADMIN`, or `ldap:admin` with a space behind. Roles and sessions of one user would then apply to the other.
 *
 * @throws {DatabaseError} when a table has another collation. The message names the table and the command that repairs
 * it.
 */
async function assertExact(connection: Kysely<Schema>): Promise<void> {
  const exact = await exactCollation(connection)
  const { rows } = await sql<{ name: string; collation: string }>`
    select table_name as name, collation_name as collation from information_schema.columns
    where table_schema = database() and table_name like ${'ostiary\\_%'} and table_name not like ${'ostiary\\_migration%'}
      and collation_name is not null and collation_name <> ${exact} limit 1`.execute(connection)
  const [loose] = rows
  if (!loose) return
  throw new DatabaseError(
    `the table ${loose.name} compares names by the collation ${loose.collation}, which takes different people for one. ` +
      `Run: alter table ${loose.name} convert to character set utf8mb4 collate ${exact}`,
  )
}

/**
 * Migrates within a transaction that holds the write lock. Why: for SQLite, Kysely leaves out both the lock and the
 * transaction.
 */
async function whileNobodyWrites(connection: Kysely<Schema>): Promise<void> {
  await sql`begin immediate`.execute(connection)
  try {
    await toLatest(connection, 'sqlite')
    await sql`commit`.execute(connection)
  } catch (error) {
    await sql`rollback`.execute(connection)
    throw error
  }
}

async function toLatest(connection: Kysely<Schema>, dialect: DialectName): Promise<void> {
  const schema = dialect === 'postgres' ? await currentSchema(connection) : undefined
  const migrator = new Migrator({
    db: connection,
    provider: {
      getMigrations: async () =>
        Object.fromEntries(
          Object.entries(MIGRATIONS).map(([name, up]) => [
            name,
            { up: async (db: Kysely<unknown>) => up(db, await defineTables(db, dialect)) },
          ]),
        ),
    },
    migrationTableName: 'ostiary_migration',
    migrationLockTableName: 'ostiary_migration_lock',
    ...(schema === undefined ? {} : { migrationTableSchema: schema }),
  })
  const { error } = await migrator.migrateToLatest()
  if (error !== undefined) throw error
}

/** Returns the current schema. Why: without a schema, Kysely would find Ostiary's tables in another schema. */
async function currentSchema(connection: Kysely<Schema>): Promise<string | undefined> {
  const { rows } = await sql<{ name: string | null }>`select current_schema() as name`.execute(connection)
  return rows[0]?.name ?? undefined
}
