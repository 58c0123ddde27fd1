import { sql } from 'kysely'
import { openDatabase, sqlHomeSources, sqlRoleAssignments, sqlSessions, sqlThrottle } from 'ostiary/sql'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type DatabaseServer, freshFor } from './database-server.ts'
import { usersOn } from './users-on.ts'

/** Our own tables on a server that compares loosely by default. */
export function describeLooseTables(server: DatabaseServer): void {
  describe(`our own tables on ${server.name}`, () => {
    test('tell apart people whose names differ in case, accents or blanks alone', async () => {
      const database = (await freshFor(server)).open()
      const [assignments, homes] = [sqlRoleAssignments(database), sqlHomeSources(database)]
      await assignments.setRoles('ldap:admin', ['Administrator'])
      await assignments.disable('ldap:jose')
      await homes.record('jose', 'ldap')
      for (const name of ['ADMIN', 'ádmin', 'admin ', 'José', 'jose ']) {
        expect(await assignments.find(`ldap:${name}`), name).toBeUndefined()
        expect(await homes.find(name), name).toBeUndefined()
        expect(await assignments.clear(`ldap:${name}`), name).toBe(false)
      }
      const throttle = sqlThrottle(database)
      await throttle.consume('a', 5, 60_000)
      expect(await throttle.read('A')).toBeUndefined()
    })

    test('find a local user by the very id and the very name', async () => {
      const users = await usersOn(server)
      const { id } = await users.add({ username: 'jose' })
      expect(await users.get('josé')).toBeUndefined()
      expect(await users.lookup?.(id.toUpperCase(), AbortSignal.timeout(10_000))).toEqual({ outcome: 'unknown' })
      expect(await users.lookup?.(`${id} `, AbortSignal.timeout(10_000))).toEqual({ outcome: 'unknown' })
    })

    test('that were converted to a collation that compares loosely stop the start, and the error says how to mend it', async () => {
      const { url, open } = await freshFor(server)
      const database = open()
      await sqlRoleAssignments(database).setRoles('ldap:admin', ['Administrator'])
      const convert = (collation: string) =>
        sql.raw(`alter table ostiary_role_assignment convert to character set utf8mb4 collate ${collation}`)
      const another = openDatabase(url)
      onTestFinished(() => another.close())
      let mend = ''
      // The first ignores spaces at the end, and the second case.
      for (const collation of ['utf8mb4_bin', 'utf8mb4_general_ci']) {
        await convert(collation).execute(await database.foreignTables())
        const failure = await sqlSessions(another).ready?.().then(String, String)
        expect(failure).toContain(`ostiary_role_assignment compares names by the collation ${collation}`)
        mend = /Run: (alter table ostiary_role_assignment convert to .*)$/.exec(failure ?? '')?.[1] ?? ''
      }
      // And a process that runs already hands out nothing of somebody else.
      expect(await sqlRoleAssignments(database).find('ldap:ADMIN')).toBeUndefined()
      await sql.raw(mend).execute(await database.foreignTables())
      await another.ready()
    })
  })
}
