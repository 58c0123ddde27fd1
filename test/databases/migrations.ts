import { sql } from 'kysely'
import { localUsers, openDatabase } from 'ostiary/sql'
import { expect, test } from 'vitest'
import { type DatabaseServer, freshFor } from './database-server.ts'

/** PostgreSQL takes back what a migration has done when it fails. */
export function describeMigrationsThatAreTakenBack(server: DatabaseServer): void {
  test(`a migration that fails leaves ${server.name} as it was`, async () => {
    const { open } = await freshFor(server)
    const db = await open().foreignTables()
    // In the way of the last table that the first migration makes.
    await sql`create table ostiary_counter (mine integer)`.execute(db)
    const database = open()
    await expect(database.ready()).rejects.toThrow(/cannot be brought up to date.*ostiary_counter/)
    const tables = (await db.introspection.getTables()).map(({ name }) => name).sort()
    // Beside what the lock needs.
    expect(tables).toEqual(['ostiary_counter', 'ostiary_migration', 'ostiary_migration_lock'])
    await sql`drop table ostiary_counter`.execute(db)
    await database.ready()
  })

  test(`two schemas of one database of ${server.name} are two accountEvents`, async () => {
    const { url, open } = await freshFor(server)
    await sql`create schema another`.execute(await open().foreignTables())
    await localUsers(open()).add({ username: 'anna' })
    const another = openDatabase(`${url}?options=${encodeURIComponent('-c search_path=another')}`)
    try {
      expect(await localUsers(another).get('anna')).toBeUndefined()
    } finally {
      await another.close()
    }
  })
}

/** MariaDB keeps what was done before it was interrupted. */
export function describeMigrationsThatGoOn(server: DatabaseServer): void {
  test(`a migration of ${server.name} that was interrupted anywhere is completed the next time`, async () => {
    const { open } = await freshFor(server)
    const whole = open()
    await whole.ready()
    const admin = await whole.foreignTables()
    const describeTables = async (db: typeof admin) => {
      const tables = await db.introspection.getTables()
      const creations = []
      for (const { name } of tables.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
        creations.push((await sql`show create table ${sql.id(name)}`.execute(db)).rows)
      }
      return creations
    }
    const wanted = await describeTables(admin)
    expect(wanted.length).toBeGreaterThan(7)

    // As if it had been killed after each of its steps: the first tables are there, some without all their indexes.
    const steps = [
      'drop table ostiary_counter',
      'drop index ostiary_session_change_by_end on ostiary_session_change',
      'drop table ostiary_session_change',
      'drop index ostiary_session_by_start on ostiary_session',
      'drop index ostiary_session_by_expiry on ostiary_session',
      'drop table ostiary_session',
      'drop table ostiary_user_role',
    ]
    for (const [index] of steps.entries()) {
      for (const step of steps.slice(0, index + 1)) await sql.raw(step).execute(admin)
      await sql`delete from ostiary_migration`.execute(admin)
      await open().ready()
      expect(await describeTables(admin)).toEqual(wanted)
      expect((await sql`select * from ostiary_counter`.execute(admin)).rows).toHaveLength(1)
    }
  })
}
