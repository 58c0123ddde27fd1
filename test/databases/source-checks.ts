import { sql } from 'kysely'
import { type ExistingUsersOptions, existingUsers, localUsers } from 'ostiary/sql'
import { describe, expect, test } from 'vitest'
import { findingsOf } from '../findings.ts'
import { type DatabaseServer, freshFor } from './database-server.ts'
import { addStaff, COLUMNS, makeStaff, TABLE } from './staff-table.ts'
import { QUICK } from './users-on.ts'

const DECLARED = { roleNames: ['Editor', 'Viewer', 'Chief'] }
const THERE = `ok: the table ${TABLE} has all columns that are named`

/** What sources find out about themselves in a database. */
export function describeSourceChecks(server: DatabaseServer): void {
  describe(`a check on ${server.name}`, () => {
    async function existing(options: Partial<ExistingUsersOptions> = {}) {
      const database = (await freshFor(server)).open()
      const db = await database.foreignTables()
      await makeStaff(db)
      const source = existingUsers(database, { table: TABLE, columns: COLUMNS, passwords: QUICK, ...options })
      return { db, check: () => findingsOf(source, DECLARED) }
    }

    test('of local users counts them, and finds roles that the code does not declare', async () => {
      const users = localUsers((await freshFor(server)).open(), { passwords: QUICK, passwordPolicy: 'none' })
      expect(await findingsOf(users, DECLARED)).toEqual(['ok: the database answers; users: 0'])
      await users.add({ username: 'anna', password: 'correct horse', roles: ['Editor', 'Wizard', 'Ghost'] })
      expect(await findingsOf(users, DECLARED)).toEqual([
        'ok: the database answers; users: 1',
        'warning: users have roles that the code does not declare: "Ghost", "Wizard"',
      ])
    })

    test('of an existing table finds roles that the code does not declare, and those that nobody has', async () => {
      const { db, check } = await existing({ roles: { column: 'teams' } })
      expect(await check()).toEqual([THERE, `ok: roles of the code that are not found in ${TABLE}: Chief`])
      await addStaff(db, 9, 'carl', null, { teams: 'Wizard,Chief' })
      expect(await check()).toEqual([
        THERE,
        `warning: users of ${TABLE} have roles that the code does not declare: "Wizard"`,
      ])
    })

    test.each([
      ['a column of JSON', { column: 'teams', separator: 'json' }, '["Editor", "Wizard"]'],
      ['another table', { table: 'member', user: 'staff', role: 'team' }, null],
      [
        'a third table',
        { table: 'member', user: 'staff', role: 'number', names: { table: 'team', id: 'number', name: 'called' } },
        null,
      ],
    ])('finds roles in %s', async (_, roles, teams) => {
      const { db, check } = await existing({ roles })
      for (const statement of [
        'create table team (number integer, called varchar(20))',
        `insert into team values (1, 'Editor'), (2, 'Wizard'), (3, 'Nobody')`,
        'create table member (staff bigint, team varchar(20), number integer)',
        `insert into member values (7, 'Editor', 1), (8, 'Wizard', 2)`,
      ]) {
        await sql.raw(statement).execute(db)
      }
      await sql`update ${sql.id(TABLE)} set teams = ${teams} where number = 7`.execute(db)
      expect(await check()).toEqual([
        THERE,
        `warning: users of ${TABLE} have roles that the code does not declare: "Wizard"`,
        `ok: roles of the code that are not found in ${TABLE}: Viewer, Chief`,
      ])
    })

    test('names every column and every table that cannot be read, and shows no hash', async () => {
      const wrong = await existing({
        columns: { ...COLUMNS, username: 'name', active: 'alive' },
        properties: ['shoe size'],
        roles: { column: 'groups' },
      })
      expect(await wrong.check()).toEqual([
        ...['name', 'alive', 'shoe size'].map((column) =>
          expect.stringMatching(`^error: the column ${column} of .* cannot be read: .*${column}`),
        ),
        expect.stringMatching(/^error: roles cannot be read: .*groups/),
      ])
      const { check } = await existing({ table: 'staff.nothing' })
      expect(await check()).toEqual([expect.stringMatching(/^error: the table staff\.nothing cannot be read: ./)])
      const elsewhere = await existing({ roles: { table: 'member', user: 'staff', role: 'team' } })
      expect(await elsewhere.check()).toEqual([THERE, expect.stringMatching(/^error: roles cannot be read: .*member/)])
    })

    test('finds passwords of a kind that is not known, and none at all', async () => {
      const { db, check } = await existing({ roles: () => [] })
      await sql`update ${sql.id(TABLE)} set ${sql.id(COLUMNS.passwordHash)} = 'secret-of-old'`.execute(db)
      const findings = await check()
      expect(findings).toEqual([
        THERE,
        expect.stringMatching(/^warning: somebody in .* cannot sign in: .*of a kind that is not known/),
        'ok: roles is a function: what it makes of rows is not checked',
      ])
      expect(findings.join()).not.toContain('secret-of-old')
      await sql`delete from ${sql.id(TABLE)}`.execute(db)
      expect((await check())[1]).toMatch(/^warning: nobody in .* has a password/)
    })
  })
}
