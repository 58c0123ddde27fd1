import fc from 'fast-check'
import type { TransferUser, UserTransfer, WhenDifferent } from 'ostiary'
import { localUsers, openDatabase } from 'ostiary/sql'
import { expect, test } from 'vitest'

const SSHA = '{SSHA}+YodO7XNrGrJV4fFyNNbt+uTNA8FjIHP'
const SHA = '{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g='

const user: fc.Arbitrary<TransferUser> = fc.record(
  {
    username: fc.constantFrom('anna', 'Anna', 'bob', 'eve'),
    id: fc.constantFrom('1', '2', '3'),
    passwordHash: fc.constantFrom(null, SSHA, SHA),
    roles: fc.constantFrom([], ['Editor']),
    description: fc.constantFrom('', 'Front desk'),
  },
  { requiredKeys: ['username'] },
)
const rules = fc.constantFrom<WhenDifferent[]>('reject', 'skip', 'update')

/** Imports every user in a call of its own, or all in one. */
async function outcomesOf(
  present: readonly TransferUser[],
  users: readonly TransferUser[],
  run: (transfer: UserTransfer) => ((users: readonly TransferUser[]) => Promise<readonly object[]>) | undefined,
  eachAlone: boolean,
): Promise<readonly object[]> {
  const database = openDatabase('sqlite::memory:')
  try {
    const transfer = localUsers(database).transfer as UserTransfer
    await transfer.importUsers(present)
    const store = run(transfer)
    if (!store) throw new Error('This source cannot rehearse.')
    if (!eachAlone) return await store(users)
    const results: object[] = []
    for (const each of users) results.push(...(await store([each])))
    return results
  } finally {
    await database.close()
  }
}

test('an import, in one batch or in many, ends as its dry run says', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(user, { maxLength: 2 }),
      fc.array(user, { minLength: 1, maxLength: 6 }),
      rules,
      async (present, users, whenDifferent) => {
        const rehearse = (transfer: UserTransfer) => transfer.rehearse?.({ whenDifferent }).importUsers
        const store = (transfer: UserTransfer) => (some: readonly TransferUser[]) =>
          transfer.importUsers(some, { whenDifferent })
        const expected = await outcomesOf(present, users, store, true)
        expect(await outcomesOf(present, users, store, false)).toEqual(expected)
        expect(await outcomesOf(present, users, rehearse, true)).toEqual(expected)
        expect(await outcomesOf(present, users, rehearse, false)).toEqual(expected)
      },
    ),
    { numRuns: 40 },
  )
})

test('a dry run stores nothing', async () => {
  const database = openDatabase('sqlite::memory:')
  const transfer = localUsers(database).transfer as UserTransfer
  const rehearsal = transfer.rehearse?.()
  expect(await rehearsal?.importUsers([{ username: 'anna' }])).toEqual([{ outcome: 'added' }])
  expect(await rehearsal?.importUsers([{ username: 'anna' }])).toEqual([{ outcome: 'unchanged' }])
  expect(await transfer.count()).toBe(0)
  await database.close()
})
