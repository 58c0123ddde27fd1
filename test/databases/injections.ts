import { hash } from '@node-rs/bcrypt'
import fc from 'fast-check'
import { LoginAttempt, type UserSource } from 'ostiary'
import { existingUsers, localUsers } from 'ostiary/sql'
import { describe, expect, test } from 'vitest'
import { injections, randomInjections } from '../injections/names.ts'
import { type DatabaseServer, freshFor } from './database-server.ts'
import { addStaff, COLUMNS, makeStaff, TABLE } from './staff-table.ts'
import { QUICK } from './users-on.ts'

const PASSWORD = 'correct horse'

/** What is typed goes to the database as a value, and never as a piece of a statement. */
export function describeInjections(server: DatabaseServer): void {
  describe(`on ${server.name}, nobody signs in by an injection, and no other row is reached,`, () => {
    test('among the local users', async () => {
      const users = localUsers((await freshFor(server)).open(), { passwords: QUICK, passwordPolicy: 'none' })
      for (const username of ['bob', 'anna']) await users.add({ username, password: PASSWORD })
      await expectNobodyBy(users)
      expect((await users.list()).users.map(({ username, superuser }) => [username, superuser])).toEqual([
        ['anna', false],
        ['bob', false],
      ])
    })

    test('in an existing table', async () => {
      const database = (await freshFor(server)).open()
      const db = await database.foreignTables()
      await makeStaff(db)
      for (const [number, name] of ['bob', 'anna'].entries()) {
        await addStaff(db, 20 + number, name, await hash(PASSWORD, { cost: 4 }))
      }
      const roles = { table: TABLE, user: 'number', role: 'login' }
      await expectNobodyBy(existingUsers(database, { table: TABLE, columns: COLUMNS, roles, passwords: QUICK }))
    })
  })
}

async function expectNobodyBy(source: UserSource): Promise<void> {
  const signIn = (username: string) =>
    source.authenticate(new LoginAttempt({ username, password: PASSWORD }), AbortSignal.timeout(20_000))
  const expectNobody = async (name: string) => {
    expect(await signIn(name), JSON.stringify(name)).toEqual({ outcome: 'unknown' })
    expect(await source.lookup?.(name, AbortSignal.timeout(20_000)), JSON.stringify(name)).toEqual({
      outcome: 'unknown',
    })
  }
  for (const name of injections('bob')) await expectNobody(name)
  await fc.assert(fc.asyncProperty(randomInjections('bob'), expectNobody), { numRuns: 100 })
  // The test could tell: with the right name the very same password is accepted.
  expect(await signIn('bob')).toMatchObject({ outcome: 'accepted', account: { name: 'bob' } })
}
