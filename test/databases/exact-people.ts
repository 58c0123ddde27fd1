import { hash as bcrypt } from '@node-rs/bcrypt'
import { sql } from 'kysely'
import { LoginAttempt } from 'ostiary'
import { type ExistingUsersOptions, existingUsers } from 'ostiary/sql'
import { describe, expect, test } from 'vitest'
import { findingsOf } from '../findings.ts'
import { type DatabaseServer, freshFor } from './database-server.ts'
import { QUICK } from './users-on.ts'

interface Loose {
  /** A type of text that takes `admin` for `ADMIN`. */
  readonly type: string
  readonly before?: readonly string[]
}

/** Columns that compare loosely, by the defaults of the database or by the choice of their owner. */
const LOOSE: Readonly<Record<string, readonly Loose[]>> = {
  SQLite: [{ type: 'varchar(100) collate nocase' }],
  PostgreSQL: [
    { type: 'citext', before: ['create extension citext'] },
    {
      type: 'varchar(100) collate loosely',
      before: [`create collation loosely (provider = icu, locale = 'und-u-ks-level2', deterministic = false)`],
    },
  ],
  MariaDB: [{ type: 'varchar(100)' }, { type: 'varchar(100) character set utf8mb4 collate utf8mb4_unicode_ci' }],
}
const BYTES: Readonly<Record<string, readonly string[]>> = {
  SQLite: ['blob', 'binary(4)'],
  PostgreSQL: ['bytea'],
  MariaDB: ['binary(4)', 'varbinary(16)', 'blob'],
}
const COLUMNS = { username: 'login', passwordHash: 'pw' } as const
const HASHES = { admin: 'the first password', ADMIN: 'another password' } as const

/** Nobody comes in as somebody else, however loosely the database compares. */
export function describeExactPeople(server: DatabaseServer): void {
  const literal = (hex: string) => (server.name === 'PostgreSQL' ? `'\\x${hex}'` : `x'${hex}'`)

  async function peopleOn(statements: readonly string[]) {
    const database = (await freshFor(server)).open()
    const db = await database.foreignTables()
    for (const statement of statements) await sql.raw(statement).execute(db)
    const source = (options: Partial<ExistingUsersOptions>) =>
      existingUsers(database, { table: 'people', columns: COLUMNS, passwords: QUICK, ...options })
    const login = (options: Partial<ExistingUsersOptions>, username: string, password: string) =>
      source(options).authenticate(new LoginAttempt({ username, password }), AbortSignal.timeout(10_000))
    const lookup = (options: Partial<ExistingUsersOptions>, id: string) =>
      source(options).lookup?.(id, AbortSignal.timeout(10_000))
    return { source, login, lookup }
  }

  describe(`people on ${server.name}`, () => {
    for (const { type, before = [] } of LOOSE[server.name] ?? []) {
      async function twins() {
        const [first, second] = await Promise.all([HASHES.admin, HASHES.ADMIN].map((each) => bcrypt(each, { cost: 4 })))
        return peopleOn([
          ...before,
          `create table people (login ${type}, pw varchar(100), duties varchar(100), gone int, chief int)`,
          `insert into people values ('admin', '${first}', 'Administrator', 0, 1), ('ADMIN', '${second}', 'Viewer', 0, 0)`,
          `create table duty (person ${type}, role ${type})`,
          `insert into duty values ('admin', 'root'), ('ADMIN', 'ROOT')`,
          `create table role (id ${type}, name varchar(100))`,
          `insert into role values ('root', 'Administrator'), ('ROOT', 'Viewer')`,
        ])
      }
      const roles: Record<string, Partial<ExistingUsersOptions>> = {
        'a column': { roles: { column: 'duties' } },
        'a function of the row': { roles: ({ duties }) => [String(duties)] },
        'another table': { roles: { table: 'duty', user: 'person', role: 'role' } },
        'a third table': {
          roles: { table: 'duty', user: 'person', role: 'role', names: { table: 'role', id: 'id', name: 'name' } },
        },
      }

      test.each(Object.entries(roles))(
        `who differ in case alone, in ${type}, have their own roles from %s`,
        async (from, options) => {
          const { login, lookup } = await twins()
          const [admin, viewer] = from === 'another table' ? ['root', 'ROOT'] : ['Administrator', 'Viewer']
          const own = {
            admin: { account: { id: 'admin', roles: [admin] } },
            ADMIN: { account: { id: 'ADMIN', roles: [viewer] } },
          }
          for (const name of ['admin', 'ADMIN'] as const) {
            expect(await login(options, name, HASHES[name])).toMatchObject(own[name])
            expect(await lookup(options, name)).toMatchObject(own[name])
          }
          expect(await login(options, 'ADMIN', HASHES.admin)).toMatchObject({ outcome: 'rejected' })
        },
      )

      test(`who differ in case alone, in ${type}, are found by a third spelling as in a column that compares exactly`, async () => {
        const { login } = await twins()
        // The canonical form is the name of one of them.
        expect(await login({}, 'Admin', HASHES.admin)).toMatchObject({ account: { id: 'admin' } })
        expect(await login({}, 'Admin', HASHES.ADMIN)).toMatchObject({ outcome: 'rejected' })
        const { login: withoutCanonical } = await peopleOn([
          ...before,
          `create table people (login ${type}, pw varchar(100))`,
          `insert into people values ('ADMIN', ''), ('Admin', '')`,
        ])
        expect(await withoutCanonical({}, 'admin', 'x')).toEqual({ outcome: 'unknown' })
      })

      test(`who differ in case alone, in ${type}, are blocked and superusers each for themselves`, async () => {
        const { login, lookup } = await twins()
        const columns = { ...COLUMNS, superuser: 'chief' }
        const options = {
          columns,
          blocked: ({ chief }) => (Number(chief) === 1 ? 'too mighty' : undefined),
        } satisfies Partial<ExistingUsersOptions>
        expect(await login(options, 'admin', HASHES.admin)).toMatchObject({ outcome: 'blocked', reason: 'too mighty' })
        expect(await login(options, 'ADMIN', HASHES.ADMIN)).toMatchObject({
          account: { id: 'ADMIN', superuser: false },
        })
        expect(await lookup(options, 'admin')).toMatchObject({ outcome: 'blocked', reason: 'too mighty' })
        expect(await lookup(options, 'ADMIN')).toMatchObject({ account: { id: 'ADMIN', superuser: false } })
        expect(await lookup(options, 'Admin')).toEqual({ outcome: 'unknown' })
      })
    }

    test.each(BYTES[server.name] ?? [])(
      'whose ids in %s differ in bytes that are no text are two people',
      async (type) => {
        const hash = await bcrypt('correct horse', { cost: 4 })
        const { source, login, lookup } = await peopleOn([
          `create table people (id ${type}, login varchar(40), pw varchar(100))`,
          `insert into people values (${literal('61fe0001')}, 'anna', '${hash}'), (${literal('61ff0001')}, 'bert', '${hash}')`,
          `create table duty (person ${type}, role varchar(40))`,
          `insert into duty values (${literal('61fe0001')}, 'Administrator'), (${literal('61ff0001')}, 'Viewer')`,
        ])
        const options = { columns: { ...COLUMNS, id: 'id' }, roles: { table: 'duty', user: 'person', role: 'role' } }
        const people = { anna: ['61fe0001', 'Administrator'], bert: ['61ff0001', 'Viewer'] } as const
        for (const [name, [id, role]] of Object.entries(people)) {
          expect(await login(options, name, 'correct horse')).toMatchObject({ account: { id, name, roles: [role] } })
          expect(await lookup(options, id)).toMatchObject({ account: { id, name, roles: [role] } })
        }
        for (const id of ['a\ufffd\0\x01', '61FE0001', '61fe00', '61fe00012', ''])
          expect(await lookup(options, id)).toEqual({ outcome: 'unknown' })
        const findings = await findingsOf(source(options), { roleNames: ['Administrator', 'Viewer'] })
        expect(findings).toEqual(['ok: the table people has all columns that are named'])
      },
    )

    const inDuty = { columns: { ...COLUMNS, id: 'id' }, roles: { table: 'duty', user: 'person', role: 'role' } }

    test('whose ids are texts that look like one number have their own roles', async () => {
      const { lookup } = await peopleOn([
        'create table people (id varchar(20), login varchar(40), pw varchar(100))',
        `insert into people values ('1', 'anna', ''), ('1.0', 'bert', ''), ('01', 'carl', ''), ('1.00', 'dora', '')`,
        'create table duty (person integer, role varchar(40))',
        `insert into duty values (1, 'Administrator')`,
      ])
      expect(await lookup(inDuty, '1')).toMatchObject({ account: { name: 'anna', roles: ['Administrator'] } })
      for (const id of ['1.0', '01', '1.00']) expect(await lookup(inDuty, id)).toMatchObject({ account: { roles: [] } })
    })

    test.each(BYTES[server.name] ?? [])('whose ids are texts do not get the roles of ids in %s', async (type) => {
      const { source, lookup } = await peopleOn([
        'create table people (id varchar(20), login varchar(40), pw varchar(100))',
        `insert into people values ('anna', 'anna', ''), ('616e6e61', 'bert', '')`,
        `create table duty (person ${type}, role varchar(40))`,
        `insert into duty values (${literal('616e6e61')}, 'Administrator')`,
      ])
      const reason = /The column person of duty is of the type .+ Bytes and text cannot be compared/
      for (const id of ['anna', '616e6e61']) await expect(lookup(inDuty, id)).rejects.toThrow(reason)
      expect(await findingsOf(source(inDuty))).toContainEqual(expect.stringMatching(reason))
    })

    test.each(BYTES[server.name] ?? [])('whose roles have ids of text have no names for them in %s', async (type) => {
      const { source } = await peopleOn([
        'create table people (id varchar(20), login varchar(40), pw varchar(100))',
        'create table duty (person varchar(20), role varchar(40))',
        `create table role (id ${type}, name varchar(40))`,
      ])
      const names = { table: 'role', id: 'id', name: 'name' }
      expect(await findingsOf(source({ ...inDuty, roles: { ...inDuty.roles, names } }))).toContainEqual(
        expect.stringMatching(/The column role of duty is of the type .+ Bytes and text cannot be compared/),
      )
    })

    test('who have one id stay outside, and the check says so', async () => {
      const hash = await bcrypt('correct horse', { cost: 4 })
      const { source, login, lookup } = await peopleOn([
        'create table people (id varchar(20), login varchar(40), pw varchar(100))',
        `insert into people values ('7', 'anna', '${hash}'), ('7', 'bert', '${hash}'), ('8', 'carl', '${hash}'), (null, 'dora', '${hash}')`,
      ])
      const options = { columns: { ...COLUMNS, id: 'id' } }
      const blocked = { outcome: 'blocked', reason: 'several users of people have the same id' }
      expect(await login(options, 'anna', 'correct horse')).toMatchObject(blocked)
      expect(await login(options, 'anna', 'wrong')).toMatchObject({ outcome: 'rejected' })
      expect(await lookup(options, '7')).toMatchObject(blocked)
      expect(await login(options, 'carl', 'correct horse')).toMatchObject({ account: { id: '8' } })
      expect(await login(options, 'dora', 'correct horse')).toMatchObject({
        outcome: 'blocked',
        reason: 'the id is empty',
      })
      expect(await findingsOf(source(options))).toEqual([
        'ok: the table people has all columns that are named',
        'warning: 2 of the first 1000 users of people cannot sign in: several users of people have the same id',
        'warning: 1 of the first 1000 users of people cannot sign in: the id is empty',
      ])
    })

    test('are shown to a function of the row without the hash, however its column is spelt', async () => {
      const hash = await bcrypt('correct horse', { cost: 4 })
      const { login } = await peopleOn([
        'create table people (login varchar(40), pw varchar(100))',
        `insert into people values ('anna', '${hash}')`,
      ])
      const rows: object[] = []
      const columns = { username: 'login', passwordHash: server.name === 'PostgreSQL' ? 'pw' : 'PW' }
      await login({ columns, roles: (row) => [String(rows.push(row))] }, 'anna', 'correct horse')
      expect(rows).toEqual([{ login: 'anna' }])
    })
  })
}
