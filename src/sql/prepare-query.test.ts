import { expect, test } from 'vitest'
import { openDatabase } from './open-database.ts'
import { prepareQuery } from './prepare-query.ts'

/** An empty database, and one query on it that says how often it was put together. */
async function openPrepared() {
  const database = openDatabase('sqlite::memory:')
  let put = 0
  const echo = prepareQuery<{ readonly first: string | number | null; readonly second: string }, object>(
    (db, value) => {
      put += 1
      return db
        .selectNoFrom(({ val }) => [val(value('second')).as('second'), val(value('first')).as('first')])
        .where(({ val, eb }) => eb(val(value('second')), '!=', 'nobody'))
    },
  )
  const db = await database.tables()
  return {
    ask: async (first: string | number | null, second: string) => (await echo(db, { first, second })).rows,
    timesPutTogether: () => put,
    [Symbol.asyncDispose]: () => database.close(),
  }
}

test('a query that is prepared is put together once, and bound to other values each time', async () => {
  await using prepared = await openPrepared()
  expect(await prepared.ask('one', 'two')).toEqual([{ first: 'one', second: 'two' }])
  expect(await prepared.ask(3, 'four')).toEqual([{ first: 3, second: 'four' }])
  expect(await prepared.ask(null, 'five')).toEqual([{ first: null, second: 'five' }])
  expect(await prepared.ask('one', 'nobody')).toEqual([])
  expect(prepared.timesPutTogether()).toBe(1)
})

test('queries that are under way at the same time keep to their own values', async () => {
  await using prepared = await openPrepared()
  const names = Array.from({ length: 20 }, (_, index) => `name ${index}`)
  const found = await Promise.all(names.map((name) => prepared.ask(name, name)))
  expect(found).toEqual(names.map((name) => [{ first: name, second: name }]))
})

test('no value becomes a part of the query', async () => {
  await using prepared = await openPrepared()
  const hostile = `'; drop table ostiary_user; --`
  expect(await prepared.ask(hostile, hostile)).toEqual([{ first: hostile, second: hostile }])
  expect(await prepared.ask('ostiary_user', 'two')).toEqual([{ first: 'ostiary_user', second: 'two' }])
})

test('each database has a query of its own', async () => {
  const ask = prepareQuery<{ readonly name: string }, { readonly value: number }>((db, value) =>
    db.selectFrom('ostiary_counter').select('value').where('name', '=', value('name')),
  )
  for (const reached of [5, 7]) {
    const database = openDatabase('sqlite::memory:')
    const db = await database.tables()
    await db.insertInto('ostiary_counter').values({ name: 'visits', value: reached }).execute()
    expect((await ask(db, { name: 'visits' })).rows).toEqual([{ value: reached }])
    await database.close()
  }
})
