import { describe, expect, type TestContext, test } from 'vitest'
import type { Clock } from '../clock.ts'
import { MAX_RECORD_BYTES, type RecordStore, type StoredRecord } from '../records/record-store.ts'
import { fixedClock } from './fixed-clock.ts'

/** A fresh, empty store of records. */
export interface RecordStoreUnderTest {
  readonly store: RecordStore
  /** Opens a second store on the same records, as in another process. Missing: the tests of two processes are skipped. */
  openAnother?(): RecordStore | Promise<RecordStore>
  /** Removes everything that the factory made. */
  teardown?(): void | Promise<void>
}

/** Makes a store. Called once for every test. */
export type RecordStoreFactory = (given: {
  readonly clock: Clock
}) => RecordStoreUnderTest | Promise<RecordStoreUnderTest>

/**
 * Tests that a `RecordStore` keeps its contract. Call it in a test file of Vitest:
 *
 * ```ts
 * import { memoryRecords } from 'ostiary'
 * import { recordStoreContract } from 'ostiary/testing/contracts'
 *
 * recordStoreContract('memory', ({ clock }) => ({ store: memoryRecords({ clock }) }))
 * ```
 */
export function recordStoreContract(name: string, factory: RecordStoreFactory): void {
  describe(`${name} keeps the contract of record stores`, () => {
    test('a record is found by its kind and key, as it was added', async (context) => {
      const { store, now } = await open(context, factory)
      const record = { kind: 'link', key: 'one', owner: 'local:anna', value: '{"a":1}', expiresAt: now() + 1000 }
      expect(await store.add(record, now())).toBe(true)
      expect(await store.find('link', 'one', now())).toEqual(record)
      expect(await store.find('other', 'one', now())).toBeUndefined()
      expect(await store.find('link', 'One', now())).toBeUndefined()
      expect(await store.find('link', 'one ', now())).toBeUndefined()
    })

    test('a key is taken while its record lives, and free afterwards', async (context) => {
      const { store, now, advance } = await open(context, factory)
      expect(await store.add(made('one', { value: 'first', expiresAt: now() + 1000 }), now())).toBe(true)
      expect(await store.add(made('one', { value: 'second' }), now())).toBe(false)
      expect(await store.find('link', 'one', now())).toMatchObject({ value: 'first' })
      advance(1000)
      expect(await store.add(made('one', { value: 'third', owner: 'local:bob' }), now())).toBe(true)
      expect(await store.find('link', 'one', now())).toMatchObject({
        value: 'third',
        owner: 'local:bob',
        expiresAt: null,
      })
      expect(await store.listOwned('link', 'local:anna', now())).toEqual([])
    })

    test('of many who add a key at once, exactly one succeeds', async (context) => {
      const { store, other, now } = await open(context, factory)
      const tries = Array.from({ length: 20 }, (_, index) =>
        (index % 2 ? other : store).add(made('one', { value: String(index) }), now()),
      )
      expect((await Promise.all(tries)).filter(Boolean)).toHaveLength(1)
    })

    test('a record ends at its time, to the millisecond', async (context) => {
      const { store, now, advance } = await open(context, factory)
      await store.add(made('one', { expiresAt: now() + 1000 }), now())
      advance(999)
      expect(await store.find('link', 'one', now())).toBeDefined()
      advance(1)
      expect(await store.find('link', 'one', now())).toBeUndefined()
      expect(await store.take('link', 'one', now())).toBeUndefined()
      expect(await store.replace('link', 'one', 'value', { value: 'next', expiresAt: null }, now())).toBe(false)
      expect(await store.listOwned('link', 'local:anna', now())).toEqual([])
      expect(await Array.fromAsync(store.list('link', now()))).toEqual([])
    })

    test('a record is replaced only as it was read', async (context) => {
      const { store, now } = await open(context, factory)
      await store.add(made('one'), now())
      const next = { value: 'next', expiresAt: now() + 5000 }
      expect(await store.replace('link', 'one', 'other', next, now())).toBe(false)
      expect(await store.replace('link', 'one', 'value', next, now())).toBe(true)
      expect(await store.replace('link', 'one', 'value', next, now())).toBe(false)
      expect(await store.find('link', 'one', now())).toEqual({ ...made('one'), ...next })
      expect(await store.replace('link', 'one', 'next', { value: 'last', expiresAt: null }, now())).toBe(true)
      expect(await store.find('link', 'one', now())).toEqual({ ...made('one'), value: 'last' })
      expect(await store.replace('link', 'none', 'value', next, now())).toBe(false)
    })

    test('of many who replace what they read, exactly one succeeds', async (context) => {
      const { store, other, now } = await open(context, factory)
      await store.add(made('one'), now())
      const tries = Array.from({ length: 20 }, (_, index) =>
        (index % 2 ? other : store).replace('link', 'one', 'value', { value: `next ${index}`, expiresAt: null }, now()),
      )
      expect((await Promise.all(tries)).filter(Boolean)).toHaveLength(1)
    })

    test('of many who take a record at once, exactly one gets it', async (context) => {
      const { store, other, now } = await open(context, factory)
      await store.add(made('one'), now())
      const tries = Array.from({ length: 20 }, (_, index) => (index % 2 ? other : store).take('link', 'one', now()))
      expect((await Promise.all(tries)).filter((record) => record !== undefined)).toEqual([made('one')])
      expect(await store.find('link', 'one', now())).toBeUndefined()
      expect(await store.listOwned('link', 'local:anna', now())).toEqual([])
    })

    test('a record is removed, once', async (context) => {
      const { store, now } = await open(context, factory)
      await store.add(made('one'), now())
      expect(await store.remove('link', 'one')).toBe(true)
      expect(await store.remove('link', 'one')).toBe(false)
      expect(await store.find('link', 'one', now())).toBeUndefined()
    })

    test('the records of an owner are listed by key, and removed by kind or all together', async (context) => {
      const { store, now } = await open(context, factory)
      for (const key of ['b', 'a', 'c']) await store.add(made(key), now())
      await store.add(made('d', { kind: 'token' }), now())
      for (const owner of ['local:Anna', 'local:anna ', 'local:anna%', null])
        await store.add(made(`of ${owner}`, { owner }), now())
      const keys = async (kind: string, owner: string) =>
        (await store.listOwned(kind, owner, now())).map(({ key }) => key)
      expect(await keys('link', 'local:anna')).toEqual(['a', 'b', 'c'])
      expect(await keys('token', 'local:anna')).toEqual(['d'])
      expect(await keys('link', 'local:Anna')).toEqual(['of local:Anna'])
      expect(await store.removeOwned('local:anna', 'link')).toBe(3)
      expect(await keys('token', 'local:anna')).toEqual(['d'])
      expect(await store.removeOwned('local:anna')).toBe(1)
      expect(await store.removeOwned('local:anna')).toBe(0)
      expect(await keys('link', 'local:anna ')).toEqual(['of local:anna '])
    })

    test('all records of a kind are listed by key, in more than one portion', async (context) => {
      const { store, now } = await open(context, factory)
      const names = Array.from({ length: 1201 }, (_, index) => `k${String(index).padStart(5, '0')}`)
      await Promise.all(names.map((key) => store.add(made(key, { owner: null }), now())))
      await store.add(made('other', { kind: 'token' }), now())
      expect((await Array.fromAsync(store.list('link', now()))).map(({ key }) => key)).toEqual(names)
    })

    test.each([
      ['quotes and wildcards', `'"\`\\%_;--`],
      ['letters of all the world', 'Åß漢字🔐\u202e'],
      ['the longest value', 'x'.repeat(MAX_RECORD_BYTES)],
      ['an empty value', ''],
    ])('%s: kept as it is', async (_, value) => {
      const { store, now, teardown } = await openPlain(factory)
      const owner = value.length > 200 ? 'local:anna' : `local:${value}x`
      await store.add(made('one', { value, owner }), now())
      expect(await store.find('link', 'one', now())).toMatchObject({ value, owner })
      expect(await store.listOwned('link', owner, now())).toMatchObject([{ value }])
      await teardown?.()
    })

    test('stores of two processes share their records', async (context) => {
      const { store, other, now } = await open(context, factory)
      await store.add(made('one'), now())
      expect(await other.find('link', 'one', now())).toEqual(made('one'))
    })
  })
}

function made(key: string, given: Partial<StoredRecord> = {}): StoredRecord {
  return { kind: 'link', key, owner: 'local:anna', value: 'value', expiresAt: null, ...given }
}

async function open(context: TestContext, factory: RecordStoreFactory) {
  const opened = await openPlain(factory)
  context.onTestFinished(() => opened.teardown?.())
  return opened
}

async function openPlain(factory: RecordStoreFactory) {
  // Records of Redis end by the clock of the server, so the time of these tests is about now.
  const clock = fixedClock(Date.now())
  const { store, openAnother, teardown } = await factory({ clock })
  await store.ready?.()
  const other = (await openAnother?.()) ?? store
  await other.ready?.()
  return { store, other, teardown, now: clock, advance: (ms: number) => clock.advance(`${ms}ms`) }
}
