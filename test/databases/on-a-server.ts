import { rm, writeFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { DatabaseError, type SessionChange } from 'ostiary'
import { localUsers, openDatabase, sqlHomeSources, sqlRoleAssignments, sqlSessions } from 'ostiary/sql'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { runProcess } from './database-process.ts'
import { type DatabaseServer, freshFor } from './database-server.ts'
import { migrationNames } from './migration-names.ts'

const WAIT = { timeout: 20_000, interval: 20 }
const HOUR = 3_600_000

/** What only a server can do: many connections, several machines, going away. */
export function describeOnServer(server: DatabaseServer): void {
  describe(`on ${server.name}`, () => {
    test('six processes that open a fresh database at once all succeed, and one of them makes the tables', async () => {
      const { url, open } = await freshFor(server)
      const go = `/tmp/ostiary-go-${process.pid}-${Date.now()}`
      const script = `
        import { existsSync } from 'node:fs'
        const database = openDatabase(url)
        process.stdout.write('here ')
        while (!existsSync(args[0])) await new Promise((resolve) => setTimeout(resolve, 1))
        await database.ready()
        process.stdout.write('ready')
        await database.close()`
      const processes = Array.from({ length: 6 }, () => runProcess(script, url, go))
      for (const { said } of processes) await vi.waitFor(() => expect(said.output).toBe('here '), WAIT)
      onTestFinished(() => rm(go))
      await writeFile(go, '')
      for (const { done } of processes) expect(await done).toEqual({ output: 'here ready', errors: '', code: 0 })
      const { rows } = await sql`select name from ostiary_migration order by name`.execute(await open().foreignTables())
      expect(rows.map((row) => (row as { name: string }).name)).toEqual(migrationNames())
    })

    test('names, roles and ids are compared byte for byte, and nothing else is taken for them', async () => {
      const { open } = await freshFor(server)
      const database = open()
      const users = localUsers(database)
      for (const username of ['jose', 'josé', 'strasse', 'a b', 'ab', '🦊', '🐻']) await users.add({ username })
      for (const username of ['JOSÉ', 'jose\u0301', 'STRAßE']) {
        await expect(users.add({ username })).rejects.toThrow(/There is a user/)
      }
      expect((await users.list()).users.map(({ username }) => username)).toEqual(
        ['jose', 'josé', 'strasse', 'a b', 'ab', '🦊', '🐻'].sort((a, b) =>
          Buffer.compare(Buffer.from(a), Buffer.from(b)),
        ),
      )
      const { id } = await users.add({ username: 'anna', roles: ['Editor', 'editor', 'Éditor', 'Editor '] })
      expect((await users.get('anna'))?.roles).toHaveLength(4)
      for (const wrong of [id.toUpperCase(), `${id} `]) {
        expect(await users.lookup?.(wrong, AbortSignal.timeout(5000)), wrong).toEqual({ outcome: 'unknown' })
      }
      const db = await database.tables()
      await expect(
        sql`insert into ostiary_user select 'x', username, canonical_username, '', null, 0, 0, '{}', 1, 1
          from ostiary_user where id = ${id}`.execute(db),
      ).rejects.toThrow(/unique|duplicate/i)
    })

    test('times are numbers, to the millisecond', async () => {
      const db = await (await freshFor(server)).open().tables()
      const row = { canonical_username: 'a', source: 'local', recorded_at: 1_999_999_999_999 }
      await db.insertInto('ostiary_home_source').values(row).execute()
      expect(await db.selectFrom('ostiary_home_source').selectAll().execute()).toEqual([row])
    })

    test('a change that is committed after a later one is not lost', async () => {
      const { open } = await freshFor(server)
      const [changing, elsewhere, locking] = [open(), open(), open()]
      const store = sqlSessions(changing)
      const at = Date.now()
      const origin = { clientAddress: null, userAgent: null }
      const record = {
        userId: 'local:1',
        userName: 'Anna',
        startedAt: at,
        lastSeenAt: at,
        persistent: false,
        ...origin,
      }
      await store.start({ ...record, id: 'one', expiresAt: at + HOUR }, await store.revision())
      const heard: SessionChange[] = []
      const stop = await sqlSessions(elsewhere, { pollEvery: '10ms' }).follow((changes) => void heard.push(...changes))
      onTestFinished(stop)

      const transaction = await (await locking.tables()).startTransaction().execute()
      await transaction.updateTable('ostiary_session').set({ last_seen_at: at }).where('id', '=', 'one').execute()
      // The first has begun, and waits for the row of the session. The second has nothing to wait for but the first.
      const first = store.record({ type: 'session-revoked', subject: 'one', until: at + HOUR }, at)
      await sleep(200)
      const second = store.record({ type: 'user-stale', subject: 'local:2', until: at + HOUR }, at)
      await sleep(200)
      await transaction.commit().execute()
      await Promise.all([first, second])
      await vi.waitFor(() => expect(heard.map(({ subject }) => subject)).toEqual(['one', 'local:2']), WAIT)
    })

    test('processes that record changes at once are all heard, in one order', async () => {
      const { url, open } = await freshFor(server)
      const followers = [open(), open()].map((database) => ({ store: sqlSessions(database), heard: [] as unknown[] }))
      for (const { store, heard } of followers) {
        onTestFinished(await store.follow((changes) => void heard.push(...changes.map(({ subject }) => subject))))
      }
      const script = `
        const database = openDatabase(url)
        const store = sqlSessions(database)
        const at = Date.now()
        const subjects = Array.from({ length: 50 }, (_, index) => args[0] + index)
        await Promise.all(
          subjects.map((subject) => store.record({ type: 'user-stale', subject, until: at + 3_600_000 }, at)))`
      const results = await Promise.all(['a', 'b', 'c'].map((name) => runProcess(script, url, name).done))
      expect(results).toEqual(results.map(() => ({ output: '', errors: '', code: 0 })))
      for (const { heard } of followers) await vi.waitFor(() => expect(new Set(heard).size).toBe(150), WAIT)
      expect(followers[0]?.heard).toEqual(followers[1]?.heard)
    })

    test('of many who set the roles of one user at once, one wins whole', async () => {
      const { open } = await freshFor(server)
      const users = [localUsers(open()), localUsers(open())]
      await users[0]?.add({ username: 'anna' })
      const sets = Array.from({ length: 20 }, (_, index) => [`a${index % 3}`, `b${index % 3}`, 'shared'])
      await Promise.all(sets.map((roles, index) => users[index % 2]?.setRoles('anna', roles)))
      expect(sets).toContainEqual((await users[0]?.get('anna'))?.roles)
    })

    test('of many who are the first to say something of a person, or name the home of one, none fails', async () => {
      const database = (await freshFor(server)).open()
      const [assignments, homes] = [sqlRoleAssignments(database), sqlHomeSources(database)]
      await database.ready()
      const ten = Array.from({ length: 10 }, (_, index) => `source-${index}`)
      await Promise.all(ten.map((role) => assignments.setRoles('ldap:bob', [role])))
      await Promise.all(ten.map((source) => homes.record('bob', source)))
      expect(ten).toContain((await assignments.find('ldap:bob'))?.roles[0])
      expect(ten).toContain(await homes.find('bob'))
      await Promise.all(ten.map((source) => homes.replace('anna', source)))
      expect(ten).toContain(await homes.find('anna'))
    })

    test('connections that are left open do not keep a process alive', async () => {
      const { url } = await freshFor(server)
      const script = `
        const database = openDatabase(url)
        const users = localUsers(database)
        await Promise.all(['a', 'b', 'c', 'd'].map((username) => users.add({ username })))
        await sqlSessions(database).follow(() => {})
        setTimeout(() => process.stdout.write('still here'), 2500).unref()
        setTimeout(() => process.exit(), 5000).unref()`
      expect(await runProcess(script, url).done).toEqual({ output: '', errors: '', code: 0 })
    })

    test('connections that break while they are idle are replaced, and the process goes on', async () => {
      const { open } = await freshFor(server)
      const [database, other] = [open(), open()]
      const users = localUsers(database)
      await Promise.all(['a', 'b', 'c', 'd'].map((username) => users.add({ username })))
      await server.disconnectAll(await other.foreignTables())
      await vi.waitFor(async () => expect((await users.list()).users).toHaveLength(4), WAIT)
    })

    test('what cannot be opened is an error that shows no password, and is tried again', async () => {
      const { url, open } = await freshFor(server)
      await open().ready()
      const wrongs = Array.from({ length: 4 }, () => new URL(url)) as [URL, URL, URL, URL]
      for (const wrong of wrongs) wrong.password = 'hunter2'
      const [, wrongHost, wrongUser, wrongDatabase] = wrongs
      wrongHost.port = '1'
      wrongUser.username = 'nobody'
      wrongDatabase.pathname += '_not_there'
      for (const wrong of wrongs) {
        const database = openDatabase(wrong.href)
        for (const again of [false, true]) {
          const error = await database.ready().then(
            () => expect.fail('it opened'),
            (cause: Error) => cause,
          )
          expect(error, String(again)).toBeInstanceOf(DatabaseError)
          expect(error.message).toMatch(/^Cannot open the database \w+:\/\/[^/]+\/\w+: .{10}/)
          expect(`${error.message} ${error.stack} ${JSON.stringify(error)}`).not.toContain('hunter2')
          expect(`${error.cause} ${JSON.stringify(error.cause)}`).not.toContain('hunter2')
        }
      }
    })

    test('an error of the database repeats no value, such as a password hash', async () => {
      const users = localUsers((await freshFor(server)).open())
      const passwords: unknown = await users
        .add({ username: 'anna', description: 'a\0b'.repeat(40_000), password: 'correct horse battery' })
        .catch((error) => Object.values(Object.getOwnPropertyDescriptors(error)).map(({ value }) => String(value)))
      expect(JSON.stringify(passwords)).toMatch(/description|null character|0x00/i)
      expect(JSON.stringify(passwords)).not.toContain('argon2')
    })
  })
}
