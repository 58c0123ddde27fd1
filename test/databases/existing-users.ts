import { hash as argon2 } from '@node-rs/argon2'
import { hash as bcrypt } from '@node-rs/bcrypt'
import { sql } from 'kysely'
import { defineRole, LoginAttempt } from 'ostiary'
import { type ExistingUsersOptions, existingUsers } from 'ostiary/sql'
import { userSourceContract } from 'ostiary/testing/contracts'
import { describe, expect, test } from 'vitest'
import { type DatabaseServer, freshFor, openedOn } from './database-server.ts'
import { addStaff, COLUMNS, makeStaff, TABLE } from './staff-table.ts'

const QUICK = { allowWeak: true, argon2: { memoryKiB: 8, iterations: 1, parallelism: 1 } } as const
/** Users in a table that another application owns. */
export function describeExistingUsers(server: DatabaseServer): void {
  userSourceContract(`a source over an existing table on ${server.name}`, async () => {
    const { database, drop } = await openedOn(server)
    const db = await database.foreignTables()
    await makeStaff(db)
    const roles = { column: 'teams' }
    return {
      source: existingUsers(database, {
        table: TABLE,
        columns: COLUMNS,
        roles,
        properties: ['number'],
        passwords: QUICK,
      }),
      accepted: { username: 'Anna Müller', password: 'correct horse' },
      expectedAccount: {
        id: '7',
        name: 'Anna Müller',
        description: 'Runs the shop',
        roles: ['Editor', 'Viewer'],
        superuser: false,
        properties: { number: 7 },
      },
      unknown: 'nobody',
      blocked: { username: 'bert', password: 'battery staple', id: '8' },
      breakDown: async () => void (await sql`drop table ${sql.id(TABLE)}`.execute(db)),
      teardown: drop,
    }
  })

  describe(`an existing table on ${server.name}`, () => {
    async function staff(options: Partial<ExistingUsersOptions> = {}) {
      const database = (await freshFor(server)).open()
      const db = await database.foreignTables()
      await makeStaff(db)
      const algorithms: string[] = []
      const passwords = { ...QUICK, onHash: ({ algorithm }: { algorithm: string }) => void algorithms.push(algorithm) }
      const source = existingUsers(database, { table: TABLE, columns: COLUMNS, passwords, ...options })
      await source.ready?.()
      return {
        db,
        source,
        algorithms,
        login: (username: string, password: string) =>
          source.authenticate(new LoginAttempt({ username, password }), AbortSignal.timeout(10_000)),
      }
    }

    test('is only read: no table of ours is made, and no hash is replaced', async () => {
      const { db, login } = await staff()
      const before = (await sql`select * from ${sql.id(TABLE)} order by number`.execute(db)).rows
      expect(await login('Anna Müller', 'correct horse')).toMatchObject({ outcome: 'accepted' })
      expect((await sql`select * from ${sql.id(TABLE)} order by number`.execute(db)).rows).toEqual(before)
      expect((await db.introspection.getTables()).map(({ name }) => name)).toEqual([TABLE])
    })

    test('is asked with one hash for each refusal, of the kind that it holds', async () => {
      const { db, login, algorithms } = await staff()
      await addStaff(db, 9, 'carl', null)
      await addStaff(db, 10, 'dora', 'correct horse')
      const outcomes: [string, string, string][] = [
        ['Anna Müller', 'wrong', 'rejected'],
        ['nobody', 'correct horse', 'unknown'],
        ['a\0b', 'correct horse', 'unknown'],
        ['bert', 'battery staple', 'blocked'],
        ['carl', '', 'rejected'],
        ['dora', 'correct horse', 'blocked'],
      ]
      for (const [username, password, outcome] of outcomes) {
        expect(await login(username, password), username).toMatchObject({ outcome })
        expect(algorithms.splice(0), username).toEqual(['bcrypt'])
      }
      const answer = await login('dora', 'correct horse')
      expect(JSON.stringify(answer)).not.toContain('correct horse')
    })

    test('that holds no hash yet is asked with one of ours', async () => {
      const { db, login, algorithms } = await staff()
      await sql`delete from ${sql.id(TABLE)}`.execute(db)
      expect(await login('anna', 'correct horse')).toEqual({ outcome: 'unknown' })
      expect(algorithms).toEqual(['argon2id'])
    })

    test('gives a user by the name as typed, or in its canonical form, and by no other', async () => {
      const { db, login } = await staff()
      const hash = await argon2('correct horse', { memoryCost: 8, timeCost: 1, parallelism: 1 })
      for (const [index, name] of ['jose', 'carl', 'Carl', 'zoë'].entries()) await addStaff(db, 20 + index, name, hash)
      const idOf = async (name: string) => {
        const answer = await login(name, 'correct horse')
        return answer.outcome === 'accepted' ? answer.account.id : answer.outcome
      }
      expect(await idOf('jose')).toBe('20')
      expect(await idOf(' JOSE ')).toBe('20')
      expect(await idOf('josé')).toBe('unknown')
      expect(await idOf('carl')).toBe('21')
      expect(await idOf('Carl')).toBe('22')
      expect(await idOf('zoe\u0308')).toBe('23')
    })

    test('in which two users have one name lets neither in, and does not count as down', async () => {
      const { db, login } = await staff()
      await addStaff(db, 9, 'bert', await bcrypt('something else', { cost: 4 }))
      const reason = expect.stringMatching(/^several users of .+ have this name$/)
      expect(await login('bert', 'something else')).toEqual({ outcome: 'blocked', reason })
    })

    test('tells apart ids that are longer than a number', async () => {
      if (server.name === 'SQLite') return
      const { db, source } = await staff()
      await addStaff(db, 9007199254740993n, 'emil', 'x')
      const lookup = (id: string) => source.lookup?.(id, AbortSignal.timeout(10_000))
      expect(await lookup('9007199254740993')).toMatchObject({ account: { id: '9007199254740993', name: 'emil' } })
      for (const id of ['9007199254740992', '07', '7x', ' 7', '7.0']) {
        expect(await lookup(id), id).toEqual({ outcome: 'unknown' })
      }
    })

    test.each([
      ['a column with a separator of its own', 'a;b c', { column: 'teams', separator: ';' }],
      ['a column of JSON', '["a", "b c"]', { column: 'teams', separator: 'json' }],
      ['another table', null, { table: 'member', user: 'staff', role: 'team' }],
      [
        'another table, with the names in a third',
        null,
        { table: 'member', user: 'staff', role: 'number', names: { table: 'team', id: 'number', name: 'called' } },
      ],
    ])('has the roles in %s', async (_, teams, roles) => {
      const { db, source } = await staff({ roles })
      for (const statement of [
        'create table team (number integer, called varchar(20))',
        `insert into team values (1, 'a'), (2, 'b c'), (3, 'd')`,
        'create table member (staff bigint, team varchar(20), number integer)',
        `insert into member values (7, 'a', 1), (7, 'b c', 2), (8, 'd', 3)`,
      ]) {
        await sql.raw(statement).execute(db)
      }
      await sql`update ${sql.id(TABLE)} set teams = ${teams} where number = 7`.execute(db)
      const answer = await source.lookup?.('7', AbortSignal.timeout(10_000))
      expect(answer).toMatchObject({ account: { roles: ['a', 'b c'] } })
    })

    test('has roles, and reasons to stay outside, by a rule of its own, which does not see the hash', async () => {
      const CHIEF = defineRole({ name: 'Chief', description: 'Leads', permissions: [] })
      const rows: Readonly<Record<string, unknown>>[] = []
      const { db, source, login } = await staff({
        roles: (row) => {
          rows.push(row)
          return row.chief === 1 ? [CHIEF] : []
        },
        blocked: ({ about }) => (about === 'on leave' ? 'on leave' : undefined),
      })
      await sql`update ${sql.id(TABLE)} set chief = 1 where number = 7`.execute(db)
      expect(await login('Anna Müller', 'correct horse')).toMatchObject({ account: { roles: ['Chief'] } })
      expect(Object.keys(rows[0] ?? {}).sort()).toEqual(['about', 'chief', 'gone', 'login', 'number', 'teams'])
      await sql`update ${sql.id(TABLE)} set about = 'on leave'`.execute(db)
      expect(await login('Anna Müller', 'correct horse')).toMatchObject({ outcome: 'blocked', reason: 'on leave' })
      expect(await source.lookup?.('7', AbortSignal.timeout(10_000))).toEqual({
        outcome: 'blocked',
        reason: 'on leave',
      })
    })

    test('that is not as described stops the start', async () => {
      for (const wrong of [
        { table: 'nothing' },
        { columns: { ...COLUMNS, username: 'name' } },
        { properties: ['x'] },
      ]) {
        await expect(staff(wrong)).rejects.toThrow(/Cannot read users from the table/)
      }
      for (const wrong of [{ table: '' }, { table: 'a..b' }, { columns: { ...COLUMNS, username: '' } }]) {
        await expect(staff(wrong)).rejects.toThrow(/There is no table or column called/)
      }
    })
  })
}
