import { spawnSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import { type Kysely, sql } from 'kysely'
import type { CompleteUser, TransferUser, UserTransfer } from 'ostiary'
import { localUsers } from 'ostiary/sql'
import { describe, expect, test, vi } from 'vitest'
import type { Schema } from '../../src/sql/schema.ts'
import { openForeignUsers } from '../../src/sql/transfer/foreign-users.ts'
import { type DatabaseServer, freshFor } from './database-server.ts'
import { describeFormerNames } from './former-names.ts'
import { application, QUICK } from './users-on.ts'

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))
const BCRYPT = '$2b$04$OQHXN9PjPr/OlRH35/rHJun4ZskIhYs6Ik9VxKpLQywrV.LVxZrku'
const SSHA = '{SSHA}+YodO7XNrGrJV4fFyNNbt+uTNA8FjIHP'
const ANNA = { username: 'Anna', passwordHash: BCRYPT, roles: ['Editor'], description: 'Front desk' }

/** Accounts that come and go by the thousand. */
export function describeMovingIn(server: DatabaseServer): void {
  async function open(roles: readonly string[] | 'any' = ['Administrator', 'Editor']) {
    const database = (await freshFor(server)).open()
    const users = localUsers(database, { passwords: QUICK, passwordPolicy: 'none' })
    const imported: object[] = []
    const told = { ...application(roles), accountsImported: (added: object) => void imported.push(added) }
    users.join(told)
    return { users, database, told, imported, transfer: users.transfer as UserTransfer }
  }

  const outcomes = (results: readonly { outcome: string }[]) => results.map(({ outcome }) => outcome)

  describeFormerNames(server)

  describe(`moving in, on ${server.name}`, () => {
    test('a user comes with all there is to say, and the second time nothing changes', async () => {
      const { transfer, told, imported } = await open()
      const all: CompleteUser = {
        ...ANNA,
        id: '00000000-0000-4000-8000-000000000001',
        superuser: true,
        disabled: true,
        properties: { locale: 'de', floor: 3 },
        createdAt: 1_000_000_000_123,
        changedAt: 1_600_000_000_456,
      }
      expect(outcomes(await transfer.importUsers([all]))).toEqual(['added'])
      expect(await Array.fromAsync(transfer.exportUsers())).toEqual([all])
      expect(outcomes(await transfer.importUsers([all]))).toEqual(['unchanged'])
      expect(await Array.fromAsync(transfer.exportUsers())).toEqual([all])
      expect(imported).toEqual([{ source: 'local', users: 1, superusers: 1 }])
      expect(told.changes).toEqual([])
    })

    test('a name alone is enough, and what is not said stays as it is', async () => {
      const { transfer, users } = await open()
      await transfer.importUsers([{ username: 'bob' }])
      expect(await users.get('bob')).toMatchObject({ description: '', roles: [], hasPassword: false, disabled: false })
      await transfer.importUsers([ANNA])
      const update = { whenDifferent: 'update' } as const
      expect(outcomes(await transfer.importUsers([{ username: 'Anna' }], update))).toEqual(['unchanged'])
      expect(outcomes(await transfer.importUsers([{ username: 'Anna', disabled: true }], update))).toEqual(['updated'])
      const { passwordHash: _, ...rest } = ANNA
      expect(await users.get('anna')).toMatchObject({ ...rest, disabled: true, hasPassword: true })
    })

    test('somebody who is there and differs is rejected, skipped or updated', async () => {
      const { transfer, users, told } = await open()
      await transfer.importUsers([ANNA])
      const other = { ...ANNA, passwordHash: SSHA, roles: ['Administrator', 'Editor'], properties: { a: 1 } }
      const before = await Array.fromAsync(transfer.exportUsers())
      expect(await transfer.importUsers([other])).toEqual([
        { outcome: 'rejected', reason: 'there already, with another password, another roles, another details' },
      ])
      expect(outcomes(await transfer.importUsers([other], { whenDifferent: 'skip' }))).toEqual(['skipped'])
      const dry = { whenDifferent: 'update', dryRun: true } as const
      expect(outcomes(await transfer.importUsers([other, { username: 'new' }], dry))).toEqual(['updated', 'added'])
      expect(await Array.fromAsync(transfer.exportUsers())).toEqual(before)
      expect(told.changes).toEqual([])

      expect(outcomes(await transfer.importUsers([other], { whenDifferent: 'update' }))).toEqual(['updated'])
      const [after] = await Array.fromAsync(transfer.exportUsers())
      expect(after).toMatchObject({ ...other, id: before[0]?.id, createdAt: before[0]?.createdAt })
      const userId = `local:${(await users.get('anna'))?.id}`
      expect(told.changes).toEqual(['password', 'roles', 'details'].map((kind) => ({ kind, userId, username: 'Anna' })))
    })

    test('an update that live sessions cannot be told of is stored and said, and the others are told', async () => {
      const { transfer, users } = await open()
      await transfer.importUsers([ANNA, { username: 'bob' }])
      const told: string[] = []
      users.join({
        roleNames: 'any',
        async accountChanged({ username }) {
          if (username === 'Anna') throw new Error('the store is away')
          told.push(username)
        },
      })
      const changed = ['Anna', 'bob'].map((username) => ({ username, disabled: true }))
      expect(await transfer.importUsers(changed, { whenDifferent: 'update' })).toEqual([
        { outcome: 'noted', reason: 'updated, but its live sessions could not be told: the store is away' },
        { outcome: 'updated' },
      ])
      expect(told).toEqual(['bob'])
      expect(await users.get('anna')).toMatchObject({ disabled: true })
    })

    test('two people whose names are one here do not become one', async () => {
      const { transfer } = await open()
      await transfer.importUsers([ANNA])
      for (const whenDifferent of ['reject', 'update'] as const) {
        expect(
          await transfer.importUsers([{ ...ANNA, username: 'anna', passwordHash: SSHA }], { whenDifferent }),
        ).toEqual([{ outcome: 'rejected', reason: 'there is "Anna" already, which is the same name' }])
      }
      expect(await Array.fromAsync(transfer.exportUsers())).toMatchObject([ANNA])
    })

    test('a name that comes twice in a batch is treated as it is in two', async () => {
      const { transfer } = await open()
      const bob = { username: 'bob', passwordHash: BCRYPT }
      const changed = { username: 'bob', passwordHash: SSHA, roles: ['Editor'] }
      expect(outcomes(await transfer.importUsers([bob, bob, changed]))).toEqual(['added', 'unchanged', 'rejected'])
      const eve = { ...bob, username: 'eve' }
      const update = { whenDifferent: 'update' } as const
      const again = await transfer.importUsers([eve, { ...changed, username: 'eve' }, changed, bob], update)
      expect(outcomes(again)).toEqual(['added', 'updated', 'updated', 'updated'])
      expect(await Array.fromAsync(transfer.exportUsers())).toMatchObject([
        { ...bob, roles: ['Editor'] },
        { ...changed, username: 'eve' },
      ])
    })

    test('what cannot be stored is rejected with the reason, and the others come in', async () => {
      const { transfer } = await open()
      await transfer.importUsers([{ username: 'first', id: 'taken' }])
      const wrong: readonly (readonly [TransferUser, RegExp])[] = [
        [{ username: ' ' }, /empty/],
        [{ username: 'a\u0000' }, /control characters/],
        [{ username: 'x'.repeat(201) }, /200 characters/],
        [{ username: 'plain', passwordHash: 'correct horse battery' }, /not known/],
        [{ username: 'costly', passwordHash: BCRYPT.replace('$04$', '$15$') }, /over the ceiling/],
        [
          { username: 'long', passwordHash: `pbkdf2_sha256$1$${'s'.repeat(600)}$${'A'.repeat(43)}=` },
          /characters|known/,
        ],
        [{ username: 'role', roles: ['Wizard'] }, /There is no role "Wizard". The roles are: Administrator, Editor/],
        [{ username: 'nul', description: 'a\u0000b' }, /description/],
        [{ username: 'half', description: 'a\ud800' }, /description/],
        [{ username: 'big', description: 'ü'.repeat(40_000) }, /65535 bytes/],
        [{ username: 'late', createdAt: Date.UTC(10_000, 0) }, /time/],
        [{ username: 'id', id: "' or 1" }, /id/],
        [{ username: 'second', id: 'taken' }, /id is that of another user/],
      ]
      const results = await transfer.importUsers([...wrong.map(([user]) => user), ANNA])
      for (const [index, [user, reason]] of wrong.entries()) {
        expect(results[index], user.username).toEqual({ outcome: 'rejected', reason: expect.stringMatching(reason) })
      }
      expect(results.at(-1)).toEqual({ outcome: 'added' })
      expect(JSON.stringify(results)).not.toContain('correct horse')
      const names = (await Array.fromAsync(transfer.exportUsers())).map(({ username }) => username)
      expect(names).toEqual(['Anna', 'first'])
    })

    test('what is exported and imported elsewhere is the same, whatever is in it', async () => {
      const from = await open('any')
      const unusual: readonly TransferUser[] = [
        { username: 'Jörg', description: 'a\nb\t"c", \\ \' ; -- %s $1 ?', roles: ['Éditor', 'editor ', 'Editor'] },
        { username: '🦊', properties: { nested: { list: [1, null, 'x\u0000\u2028'], deep: true }, '': '' } },
        { username: '=cmd|x', description: '\u202e right to left', superuser: true, passwordHash: null },
        { username: 'a b', disabled: true, passwordHash: SSHA, createdAt: 0, changedAt: 1 },
      ]
      expect(outcomes(await from.transfer.importUsers(unusual))).toEqual(unusual.map(() => 'added'))
      const exported = await Array.fromAsync(from.transfer.exportUsers())
      expect(exported).toHaveLength(unusual.length)
      const to = await open('any')
      expect(outcomes(await to.transfer.importUsers(exported))).toEqual(unusual.map(() => 'added'))
      expect(await Array.fromAsync(to.transfer.exportUsers())).toEqual(exported)
      expect(outcomes(await to.transfer.importUsers(exported))).toEqual(unusual.map(() => 'unchanged'))
    })

    test('more than fit into a statement or a page come in and go out', async () => {
      const { transfer } = await open()
      const many = Array.from({ length: 1203 }, (_, index) => ({
        username: `user ${String((index * 7) % 1203).padStart(4, '0')}`,
        passwordHash: BCRYPT,
        roles: index % 2 === 0 ? ['Administrator', 'Editor'] : [],
      }))
      expect(new Set(outcomes(await transfer.importUsers(many)))).toEqual(new Set(['added']))
      expect(await transfer.count()).toBe(1203)
      const sorted = many.toSorted((a, b) => (a.username < b.username ? -1 : 1))
      expect(await Array.fromAsync(transfer.exportUsers())).toMatchObject(sorted)
      expect(new Set(outcomes(await transfer.importUsers(many)))).toEqual(new Set(['unchanged']))
    })

    test('somebody who is added by another process meanwhile does not stop an import', async () => {
      const { open: openOne } = await freshFor(server)
      const transfer = localUsers(openOne(), { passwords: QUICK }).transfer as UserTransfer
      const other = openOne()
      await transfer.importUsers([{ username: 'eve' }])
      const importing = await (await other.tables()).transaction().execute(async (transaction) => {
        await sql`insert into ostiary_user select 'other', 'bob', 'bob', '', null, 0, 0, '{}', 1, 1
          from ostiary_user`.execute(transaction)
        const started = transfer.importUsers([{ username: 'anna' }, { username: 'bob', description: 'Builder' }])
        await untilSomebodyWaits(server, transaction)
        return { started }
      })
      expect(outcomes(await importing.started)).toEqual(['added', 'rejected'])
      const names = (await Array.fromAsync(transfer.exportUsers())).map(({ username }) => username)
      expect(names).toEqual(['anna', 'bob', 'eve'])
    })

    test('whoever comes with the hash of another system signs in, and the hash becomes our own', async () => {
      const { users, transfer } = await open()
      await transfer.importUsers([ANNA])
      expect(await users.verifyPassword('anna', 'Grüße')).toBe(true)
      expect(await users.verifyPassword('anna', 'Gruesse')).toBe(false)
    })

    test('people of Django come with groups, names, states and times', async () => {
      const { url, open: openOne } = await freshFor(server)
      const db = await openOne().foreignTables()
      const time = { PostgreSQL: 'timestamptz', MariaDB: 'datetime(6)', SQLite: 'datetime' }[server.name] as string
      const flag = server.name === 'PostgreSQL' ? ['false', 'true'] : ['0', '1']
      const zone = server.name === 'PostgreSQL' ? '+00' : ''
      const statements = [
        `create table auth_user (id integer primary key, password varchar(128) not null, last_login ${time},
          is_superuser bool not null, username varchar(150) not null unique, first_name varchar(150) not null,
          last_name varchar(150) not null, email varchar(254) not null, is_staff bool not null,
          is_active bool not null, date_joined ${time} not null)`,
        'create table auth_group (id integer primary key, name varchar(150) not null unique)',
        'create table auth_user_groups (id integer primary key, user_id integer not null, group_id integer not null)',
        `insert into auth_group values (1, 'Editors'), (2, 'Chiefs')`,
        `insert into auth_user values (7, '${SSHA}', null, ${flag[1]}, 'chief', 'Cleo', 'Chief', 'cleo@example.org',
          ${flag[1]}, ${flag[1]}, '2020-07-01 10:30:00.250000${zone}')`,
        `insert into auth_user values (9, '!unusable', null, ${flag[0]}, 'gone', '', '', '', ${flag[0]}, ${flag[0]},
          '2021-01-01 00:00:00${zone}')`,
        'insert into auth_user_groups values (1, 7, 1), (2, 7, 2)',
      ]
      for (const statement of statements) await sql.raw(statement).execute(db)

      const people = await openForeignUsers(url, 'django')
      expect(await people.count()).toBe(2)
      const rows = await Array.fromAsync(people.read())
      const [chief, gone, ...others] = rows.map((row) => ('user' in row ? row : expect.fail(row.reason)))
      await people.close()
      expect(others).toEqual([])
      expect({ ...chief?.user, roles: chief?.user.roles?.toSorted(), at: chief?.at }).toEqual({
        at: 7,
        username: 'chief',
        passwordHash: SSHA,
        description: 'Cleo Chief',
        roles: ['Chiefs', 'Editors'],
        superuser: true,
        disabled: false,
        properties: { email: 'cleo@example.org' },
        createdAt: Date.UTC(2020, 6, 1, 10, 30, 0, 250),
      })
      expect(gone?.user).toMatchObject({ passwordHash: null, superuser: false, disabled: true, properties: {} })

      const { PATH, NODE_COMPILE_CACHE } = process.env
      const env = { PATH, NODE_COMPILE_CACHE, OSTIARY_DATABASE_URL: 'sqlite::memory:' }
      const command = [main, 'import', url, '--from', 'django', '--json']
      const { status, stdout } = spawnSync(process.execPath, command, { cwd: tmpdir(), env, encoding: 'utf8' })
      expect({ status, said: JSON.parse(stdout) }).toMatchObject({ status: 0, said: { read: 2, added: 2 } })
    })
  })
}

/**
 * On SQLite, whoever wants to write waits before it looks at anything. MariaDB shows what it has shown before to whoever
 * asks more often than every 100 ms.
 */
async function untilSomebodyWaits({ name }: DatabaseServer, db: Kysely<Schema>): Promise<void> {
  if (name === 'SQLite') return
  const waiting =
    name === 'PostgreSQL'
      ? sql`select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`
      : sql`select 1 from information_schema.innodb_trx where trx_state = 'LOCK WAIT'`
  await vi.waitFor(async () => expect((await waiting.execute(db)).rows).toHaveLength(1), {
    timeout: 20_000,
    interval: 200,
  })
}
