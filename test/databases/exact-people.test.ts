import { hash as bcrypt } from '@node-rs/bcrypt'
import { sql } from 'kysely'
import { LoginAttempt } from 'ostiary'
import { existingUsers } from 'ostiary/sql'
import { afterAll, expect, test } from 'vitest'
import { findingsOf } from '../findings.ts'
import { freshFor, sqliteFiles, startMariadb, startPostgres } from './database-server.ts'
import { describeExactPeople } from './exact-people.ts'
import { QUICK } from './users-on.ts'

const [postgres, mariadb] = await Promise.all([startPostgres(), startMariadb()])
afterAll(() => Promise.all([postgres.stop(), mariadb.stop()]))

for (const server of [sqliteFiles(), postgres, mariadb]) describeExactPeople(server)

test.each([
  ['text', `cast(x'61fe' as text)`, `cast(x'61ff' as text)`, 'the id holds bytes that are no text in UTF-8'],
  ['text', `x'61'`, `'a'`, 'the id is bytes in a column of text'],
  ['blob', `'a'`, `x'61'`, 'the id is text in a column of bytes'],
  ['', '7', `'7'`, 'several users of people have the same id'],
  ['', '1.5', '2.5', 'the id is a number with a fraction'],
])(
  'an id of SQLite in a column of the type "%s" that is %s, beside %s, lets nobody in',
  async (type, one, other, reason) => {
    const database = (await freshFor(sqliteFiles())).open()
    const db = await database.foreignTables()
    const hash = await bcrypt('correct horse', { cost: 4 })
    await sql.raw(`create table people (id ${type}, login text, pw text)`).execute(db)
    await sql.raw(`insert into people values (${one}, 'anna', '${hash}'), (${other}, 'bert', '${hash}')`).execute(db)
    const columns = { id: 'id', username: 'login', passwordHash: 'pw' }
    const source = existingUsers(database, { table: 'people', columns, passwords: QUICK })
    const attempt = new LoginAttempt({ username: 'anna', password: 'correct horse' })
    expect(await source.authenticate(attempt, AbortSignal.timeout(10_000))).toMatchObject({
      outcome: 'blocked',
      reason,
    })
    expect(await findingsOf(source)).toContainEqual(expect.stringContaining(`cannot sign in: ${reason}`))
  },
)

test.each(['login', 'pw', 'duties', 'v'])(
  'a text of a megabyte in %s is not looked through, and lets nobody in',
  async (column) => {
    const database = (await freshFor(sqliteFiles())).open()
    const db = await database.foreignTables()
    const hash = await bcrypt('correct horse', { cost: 4 })
    await sql.raw('create table people (id int, login text, pw text, duties text, v text)').execute(db)
    await sql.raw(`insert into people values (1, 'anna', '${hash}', 'a', 'b')`).execute(db)
    await sql`update people set ${sql.id(column)} = ${','.repeat(2 ** 20)}`.execute(db)
    const columns = { id: 'id', username: 'login', passwordHash: 'pw' }
    const options = { table: 'people', columns, properties: ['v'], roles: { column: 'duties' }, passwords: QUICK }
    const found = await existingUsers(database, options).lookup?.('1', AbortSignal.timeout(10_000))
    expect(found).toMatchObject({ outcome: 'blocked', reason: expect.stringMatching(/has more than 65536 characters/) })
  },
)

test.each(['', 'numeric', 'text'])(
  'the check tells roles apart that differ in case alone, in a column of SQLite of the type "%s"',
  async (type) => {
    const database = (await freshFor(sqliteFiles())).open()
    const db = await database.foreignTables()
    await sql.raw(`create table people (id int, login text, pw text, duty ${type} collate nocase)`).execute(db)
    await sql.raw(`insert into people values (1, 'anna', '', 'Admin'), (2, 'bert', '', 'ADMIN')`).execute(db)
    const columns = { id: 'id', username: 'login', passwordHash: 'pw' }
    const source = existingUsers(database, { table: 'people', columns, roles: { column: 'duty' }, passwords: QUICK })
    expect(await findingsOf(source, { roleNames: ['Admin'] })).toContainEqual(expect.stringMatching(/"ADMIN"/))
  },
)

test('names and hashes in bytes that are no text are nobody’s', async () => {
  const database = (await freshFor(mariadb)).open()
  const db = await database.foreignTables()
  const hash = await bcrypt('correct horse', { cost: 4 })
  await sql.raw('create table people (login varbinary(40), pw varbinary(100), v varbinary(40))').execute(db)
  await sql
    .raw(`insert into people values (x'61ff', '${hash}', 'a'), ('bert', x'ff', 'b'), ('carl', '${hash}', x'ff')`)
    .execute(db)
  const columns = { username: 'login', passwordHash: 'pw' }
  const source = existingUsers(database, { table: 'people', columns, properties: ['v'], passwords: QUICK })
  const login = (username: string) =>
    source.authenticate(new LoginAttempt({ username, password: 'correct horse' }), AbortSignal.timeout(10_000))
  expect(await login('a\ufffd')).toEqual({ outcome: 'unknown' })
  expect(await login('bert')).toEqual({
    outcome: 'blocked',
    reason: 'the password hash holds bytes that are no text in UTF-8',
  })
  expect(await login('carl')).toEqual({
    outcome: 'blocked',
    reason: 'a property holds bytes that are no text in UTF-8',
  })
})
