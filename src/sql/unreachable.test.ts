import { sql } from 'kysely'
import { LoginAttempt } from 'ostiary'
import { type Database, existingUsers, localUsers, openDatabase } from 'ostiary/sql'
import { expect, test } from 'vitest'

const BCRYPT = '$2b$04$OQHXN9PjPr/OlRH35/rHJun4ZskIhYs6Ik9VxKpLQywrV.LVxZrku'
const columns = { username: 'login', passwordHash: 'pw' } as const

test.each([
  ['local users', 'ostiary_user', (database: Database) => localUsers(database)],
  ['existing users', 'people', (database: Database) => existingUsers(database, { table: 'people', columns })],
] as const)('a name that nobody can have gets no answer of %s that cannot be read', async (_, table, open) => {
  const database = openDatabase('sqlite::memory:')
  const db = await database.tables()
  await sql`create table people (login text, pw text)`.execute(db)
  await sql`insert into people values ('bert', ${BCRYPT})`.execute(db)
  const source = open(database)
  const login = (username: string) =>
    source.authenticate(new LoginAttempt({ username, password: 'secret' }), AbortSignal.timeout(10_000))
  const names = ['anna', 'an\0na', '']
  for (const name of names) expect(await login(name)).toEqual({ outcome: 'unknown' })
  await sql`drop table ${sql.id(table)}`.execute(db)
  for (const name of names) await expect(login(name)).rejects.toThrow(/no such table/)
  await database.close()
})
