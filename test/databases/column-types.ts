import { hash as bcrypt } from '@node-rs/bcrypt'
import { type Kysely, sql } from 'kysely'
import { LoginAttempt, type UserSource } from 'ostiary'
import { type ExistingUsersOptions, existingUsers } from 'ostiary/sql'
import { describe, expect, test } from 'vitest'
import { findingsOf } from '../findings.ts'
import { type DatabaseServer, freshFor } from './database-server.ts'
import { QUICK } from './users-on.ts'

/**
 * What a column of one type holds, and what it is in each of its uses. `undefined`: the source refuses the column.
 * `null`: it takes the column, and blocks the person whose value is of no use.
 */
export interface TypeCase {
  /** As in `create table`. */
  readonly type: string
  /** Statements before the table is made. */
  readonly before?: readonly string[]
  /** The values of two people, anna and bert, as they stand in SQL. */
  readonly values: readonly [string, string]
  /** The ids of both. */
  readonly ids?: readonly [string, string] | null
  /** What anna types, and the name that she then has. */
  readonly name?: string | null
  /** The type again, long enough for a hash, where it can hold one. */
  readonly hash?: string | null | undefined
  readonly roles?: readonly string[]
  /** Whether anna and bert are disabled. */
  readonly disabled?: readonly [boolean, boolean]
  readonly property: unknown
}

/** Every type of column, in every use: the value, or a refusal by the check, at the start and at the login. */
export function describeColumnTypes(server: DatabaseServer, cases: readonly TypeCase[]): void {
  describe(`a column of ${server.name}`, () => {
    test.each(cases.map((each) => [each.type, each] as const))(
      'of the type %s is one value in each use, or is refused',
      async (_, each) => {
        const database = (await freshFor(server)).open()
        const db = await database.foreignTables()
        for (const statement of each.before ?? []) await sql.raw(statement).execute(db)
        await makePeople(db, each)
        const source = (options: Partial<ExistingUsersOptions>) =>
          existingUsers(database, { table: 'people', columns: COLUMNS, passwords: QUICK, ...options })
        const using = (columns: Partial<ExistingUsersOptions['columns']>) =>
          source({ columns: { ...COLUMNS, ...columns } })

        if (each.ids === undefined) await expectRefusal(using({ id: 'v' }))
        else await expectIds(using({ id: 'v' }), each.ids)

        const byName = using({ username: 'v' })
        if (each.name === undefined) await expectRefusal(byName)
        else if (each.name !== null) {
          expect(await login(byName, each.name)).toMatchObject({ account: { id: '1', name: each.name } })
        }

        if (each.hash === undefined) await expectRefusal(using({ passwordHash: 'v' }))
        else if (each.hash === null) expect(await login(using({ passwordHash: 'v' }), 'anna')).toMatchObject(BLOCKED)
        else expect(await login(using({ passwordHash: 'h' }), 'anna')).toMatchObject(ACCEPTED)

        const withRoles = source({ roles: { column: 'v' } })
        if (each.roles === undefined) await expectRefusal(withRoles, /^error: roles cannot be read/)
        else expect(await login(withRoles, 'anna')).toMatchObject({ account: { roles: each.roles } })

        const withState = using({ disabled: 'v' })
        if (each.disabled === undefined) await expectRefusal(withState)
        else {
          const outcomes = await Promise.all(['anna', 'bert'].map((name) => login(withState, name)))
          expect(outcomes).toMatchObject(each.disabled.map((disabled) => (disabled ? BLOCKED : ACCEPTED)))
        }

        const account = { properties: { v: each.property } }
        expect(await login(source({ properties: ['v'] }), 'anna')).toMatchObject({ ...ACCEPTED, account })
        const withRow = source({ blocked: (row) => (Object.hasOwn(row, 'v') ? undefined : 'the row is not whole') })
        expect(await login(withRow, 'anna')).toMatchObject(ACCEPTED)
      },
    )
  })
}

const BLOCKED = { outcome: 'blocked' } as const
const ACCEPTED = { outcome: 'accepted' } as const
const COLUMNS = { id: 'id', username: 'login', passwordHash: 'pw' } as const
const DECLARED = { roleNames: [] }
const FINE = 'ok: the table people has all columns that are named'
const signal = () => AbortSignal.timeout(10_000)

async function makePeople(db: Kysely<unknown>, { type, values, hash: hashType }: TypeCase): Promise<void> {
  const hash = await bcrypt('Grüße', { cost: 4 })
  const h = hashType ? `, h ${hashType}` : ''
  await sql.raw(`create table people (id int, login varchar(40), pw varchar(100), v ${type}${h})`).execute(db)
  for (const [index, name] of ['anna', 'bert'].entries()) {
    const row = [String(index + 1), `'${name}'`, `'${hash}'`, values[index], ...(hashType ? [`'${hash}'`] : [])]
    await sql.raw(`insert into people values (${row.join(', ')})`).execute(db)
  }
}

function login(source: UserSource, username: string) {
  return source.authenticate(new LoginAttempt({ username, password: 'Grüße' }), signal())
}

async function expectIds(source: UserSource, ids: readonly string[] | null): Promise<void> {
  const outcomes = await Promise.all(['anna', 'bert'].map((name) => login(source, name)))
  if (ids === null) return expect(outcomes[0]).toMatchObject(BLOCKED)
  expect(outcomes).toMatchObject(ids.map((id) => ({ account: { id } })))
  const found = await Promise.all(ids.map((id) => source.lookup?.(id, signal())))
  expect(found).toMatchObject([{ account: { name: 'anna' } }, { account: { name: 'bert' } }])
  expect(await findingsOf(source, DECLARED)).toEqual([FINE])
}

async function expectRefusal(
  source: UserSource,
  finding = /^error: the column v of people cannot be read/,
): Promise<void> {
  const why = /the column v is of the type .*, which cannot hold /
  await expect(source.ready?.()).rejects.toThrow(why)
  await expect(login(source, 'anna')).rejects.toThrow(why)
  const findings = (await findingsOf(source, DECLARED)).filter((each) => each.startsWith('error'))
  expect(findings).toEqual([expect.stringMatching(finding)])
  expect(findings[0]).toMatch(why)
}
