import { sql } from 'kysely'
import { LoginAttempt, type UserTransfer } from 'ostiary'
import { type Database, localUsers, sqlHomeSources } from 'ostiary/sql'
import { describe, expect, test } from 'vitest'
import { type DatabaseServer, freshFor } from './database-server.ts'
import { QUICK } from './users-on.ts'

/** Names as version 0.1.0 stored them: with `ı` folded to `i`, and with invisible characters. */
export function describeFormerNames(server: DatabaseServer): void {
  const usersIn = (database: Database) => localUsers(database, { passwords: QUICK, passwordPolicy: 'none' })
  const signal = new AbortController().signal
  const signIn = (database: Database, username: string) =>
    usersIn(database).authenticate(new LoginAttempt({ username, password: 'correct horse' }), signal)

  /** A user whose row has the name and the canonical form that version 0.1.0 wrote. */
  async function open(username: string, canonical: string) {
    const fresh = await freshFor(server)
    const before = fresh.open()
    await usersIn(before).add({ username: 'somebody', password: 'correct horse' })
    const db = await before.foreignTables()
    await sql`update ostiary_user set username = ${username}, canonical_username = ${canonical}`.execute(db)
    await sql`drop table ostiary_record`.execute(db)
    await sql`delete from ostiary_migration where name >= '0006-dotless-names'`.execute(db)
    return fresh.open()
  }

  describe(`names from version 0.1.0, on ${server.name}`, () => {
    test('a user called kırım keeps the account, and kirim is a name that is free', async () => {
      const database = await open('Kırım', 'kirim')
      expect(await signIn(database, 'kırım')).toMatchObject({ outcome: 'accepted', account: { name: 'Kırım' } })
      expect(await signIn(database, 'kirim')).toMatchObject({ outcome: 'unknown' })
      await usersIn(database).add({ username: 'kirim', password: 'battery staple' })
      expect(await signIn(database, 'KIRIM')).toMatchObject({ outcome: 'rejected' })
      expect((await usersIn(database).list()).users.map(({ username }) => username)).toEqual(['kirim', 'Kırım'])
    })

    test('a user whose name has an invisible character signs in, can be managed, and no other gets such a name', async () => {
      const database = await open('ad\u034fmin', 'ad\u034fmin')
      const users = usersIn(database)
      expect(await signIn(database, 'ad\u034fmin')).toMatchObject({ outcome: 'accepted' })
      expect(await signIn(database, 'admin')).toMatchObject({ outcome: 'unknown' })
      await expect(users.add({ username: 'ad\u034fmin2' })).rejects.toThrow(/invisible/)
      await users.disable('ad\u034fmin')
      expect(await signIn(database, 'ad\u034fmin')).toMatchObject({ outcome: 'blocked' })
      await users.delete('ad\u034fmin')
      await expect(users.add({ username: 'ad\u034fmin' })).rejects.toThrow(/invisible/)
    })

    test('kirim and kırım come in as two users, and each has a home source of its own', async () => {
      const database = (await freshFor(server)).open()
      const transfer = usersIn(database).transfer as UserTransfer
      const results = await transfer.importUsers([{ username: 'kirim' }, { username: 'kırım' }, { username: 'KIRIM' }])
      expect(results.map(({ outcome }) => outcome)).toEqual(['added', 'added', 'rejected'])
      const homes = sqlHomeSources(database)
      await homes.record('kirim', 'local')
      await homes.record('kırım', 'ldap')
      expect([await homes.find('kirim'), await homes.find('kırım')]).toEqual(['local', 'ldap'])
    })
  })
}
