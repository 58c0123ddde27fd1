import { describe, expect, type TestContext, test } from 'vitest'
import type { Clock } from '../clock.ts'
import type { ThrottleStore } from '../throttle/throttle-store.ts'
import { fixedClock } from './fixed-clock.ts'

/** A fresh, empty store. */
export interface ThrottleStoreUnderTest {
  readonly store: ThrottleStore
  /**
   * Opens a second store on the same counts, as in another process. When it is missing, the tests of two processes are
   * skipped.
   */
  openAnother?(): ThrottleStore | Promise<ThrottleStore>
  /** Lets time pass, for a store that goes by the clock of a server. */
  letPass?(milliseconds: number): Promise<void>
  /** Removes everything that the factory made. */
  teardown?(): void | Promise<void>
}

/** Makes a store. Called once for every test, with the clock for the store. */
export type ThrottleStoreFactory = (given: {
  readonly clock: Clock
}) => ThrottleStoreUnderTest | Promise<ThrottleStoreUnderTest>

/**
 * Tests that a `ThrottleStore` keeps its contract. Call it in a test file of Vitest:
 *
 * ```ts
 * import { memoryThrottle } from 'ostiary'
 * import { throttleStoreContract } from 'ostiary/testing/contracts'
 *
 * throttleStoreContract('memory', ({ clock }) => ({ store: memoryThrottle({ clock }) }))
 * ```
 */
export function throttleStoreContract(name: string, factory: ThrottleStoreFactory): void {
  describe(`${name} keeps the contract of throttle stores`, () => {
    test('what nobody took from is no count', async (context) => {
      const { store, list } = await open(context, factory)
      expect(await store.read('one')).toBeUndefined()
      expect(await list()).toEqual([])
      expect(await store.clear('one')).toBe(0)
      expect(await store.clear('all')).toBe(0)
    })

    test('taking counts up to the limit, and no further', async (context) => {
      const { store } = await open(context, factory)
      const consumed = []
      for (let index = 0; index < 5; index += 1) consumed.push(await store.consume('one', 3, WINDOW))
      expect(consumed.map((count) => [count.consumed, count.count])).toEqual([
        [true, 1],
        [true, 2],
        [true, 3],
        [false, 3],
        [false, 3],
      ])
      expect(await store.read('one')).toMatchObject({ key: 'one', count: 3 })
    })

    test('of many who take at once, exactly as many as the limit says succeed', async (context) => {
      const { store, openAnother } = await open(context, factory)
      const stores = [store, ...(openAnother ? [await openAnother()] : [])]
      const takes = Array.from({ length: 50 }, (_, index) => stores[index % stores.length]?.consume('one', 7, WINDOW))
      const counts = await Promise.all(takes)
      const consumed = counts.filter((count) => count?.consumed)
      expect(consumed.map((count) => count?.count).sort()).toEqual([1, 2, 3, 4, 5, 6, 7])
    })

    test('many who take different ones at once all succeed', async (context) => {
      const { store } = await open(context, factory)
      const counts = await Promise.all(
        Array.from({ length: 50 }, (_, index) => store.consume(`key ${index}`, 1, WINDOW)),
      )
      expect(counts.every(({ consumed, count }) => consumed && count === 1)).toBe(true)
    })

    test('a limit is that of whoever takes', async (context) => {
      const { store } = await open(context, factory)
      for (let index = 0; index < 4; index += 1) await store.consume('one', 10, WINDOW)
      expect(await store.consume('one', 2, WINDOW)).toMatchObject({ consumed: false, count: 4 })
      expect(await store.consume('one', 5, WINDOW)).toMatchObject({ consumed: true, count: 5 })
    })

    test('a count ends when its first window is over, however often was taken since, and however long now', async (context) => {
      const { store, letPass, list } = await open(context, factory)
      const first = await store.consume('one', 3, WINDOW)
      await letPass(WINDOW / 2)
      const second = await store.consume('one', 3, 10 * WINDOW)
      expect(Math.abs(second.endsAt - first.endsAt)).toBeLessThan(LEEWAY)
      await store.consume('one', 3, WINDOW)
      await letPass(WINDOW / 4)
      expect(await store.consume('one', 3, WINDOW)).toMatchObject({ consumed: false })
      await letPass(WINDOW / 4)
      expect(await store.read('one')).toBeUndefined()
      expect(await list()).toEqual([])
      expect(await store.clear('one')).toBe(0)
      expect(await store.consume('one', 3, WINDOW)).toMatchObject({ consumed: true, count: 1 })
    })

    test('a count says when it ends', async (context) => {
      const { store, now } = await open(context, factory)
      const { endsAt } = await store.consume('one', 3, WINDOW)
      expect(Math.abs(endsAt - (now() + WINDOW))).toBeLessThan(LEEWAY)
      expect(Math.abs(((await store.read('one'))?.endsAt ?? 0) - endsAt)).toBeLessThan(LEEWAY)
      const full = await store.consume('one', 1, WINDOW)
      expect(full.consumed).toBe(false)
      expect(Math.abs(full.endsAt - endsAt)).toBeLessThan(LEEWAY)
    })

    test('what is given back can be taken again', async (context) => {
      const { store, list } = await open(context, factory)
      const first = await store.consume('one', 2, WINDOW)
      await store.consume('one', 2, WINDOW)
      await store.refund(first)
      expect(await store.read('one')).toMatchObject({ count: 1 })
      expect(await store.consume('one', 2, WINDOW)).toMatchObject({ consumed: true, count: 2 })
      await store.refund(first)
      await store.refund(first)
      expect(await store.read('one')).toBeUndefined()
      expect(await list()).toEqual([])
    })

    test('no more is given back than was taken', async (context) => {
      const { store } = await open(context, factory)
      const first = await store.consume('one', 2, WINDOW)
      for (let index = 0; index < 5; index += 1) await store.refund(first)
      expect(await store.consume('one', 2, WINDOW)).toMatchObject({ consumed: true, count: 1 })
      expect(await store.consume('one', 2, WINDOW)).toMatchObject({ consumed: true, count: 2 })
      expect(await store.consume('one', 2, WINDOW)).toMatchObject({ consumed: false })
    })

    test('what was taken from a count that has ended is not given back to the next', async (context) => {
      const { store, letPass } = await open(context, factory)
      const before = await store.consume('one', 2, WINDOW)
      await letPass(WINDOW)
      await store.consume('one', 2, WINDOW)
      await store.refund(before)
      expect(await store.read('one')).toMatchObject({ count: 1 })
    })

    test('clearing ends one count, or all', async (context) => {
      const { store, list } = await open(context, factory)
      for (const key of ['one', 'two', 'three']) await store.consume(key, 1, WINDOW)
      expect(await store.clear('one')).toBe(1)
      expect((await list()).sort()).toEqual(['three', 'two'])
      expect(await store.consume('one', 1, WINDOW)).toMatchObject({ consumed: true, count: 1 })
      expect(await store.clear('all')).toBe(3)
      expect(await list()).toEqual([])
    })

    test('keys are compared byte for byte, and may be long', async (context) => {
      const { store, list } = await open(context, factory)
      const long = 'k'.repeat(199)
      const keys = ['one', 'ONE', 'one ', 'one:', 'on', '%', `' or '1'='1`, `${long}1`, `${long}2`]
      for (const key of keys)
        expect(await store.consume(key, 1, WINDOW), key).toMatchObject({ consumed: true, count: 1 })
      expect((await list()).sort()).toEqual(keys.toSorted())
      for (const key of keys) expect(await store.clear(key), key).toBe(1)
    })

    test('the list has each of many counts once', async (context) => {
      const { store, list } = await open(context, factory)
      const keys = Array.from({ length: 1200 }, (_, index) => `key-${index}`)
      for (const key of keys) await store.consume(key, 1, WINDOW)
      expect((await list()).sort()).toEqual(keys.toSorted())
    })

    test('another process sees the same counts', async (context) => {
      const { store, openAnother } = await open(context, factory)
      if (!openAnother) return context.skip('There can be no other store.')
      const other = await openAnother()
      const first = await store.consume('one', 2, WINDOW)
      expect(await other.consume('one', 2, WINDOW)).toMatchObject({ consumed: true, count: 2 })
      expect(await store.consume('one', 2, WINDOW)).toMatchObject({ consumed: false })
      await other.refund(first)
      expect(await store.read('one')).toMatchObject({ count: 1 })
      expect(await other.clear('all')).toBe(1)
      expect(await store.read('one')).toBeUndefined()
    })
  })
}

const WINDOW = 60_000
/** In milliseconds. Servers with a time to live do not end it at the exact millisecond. */
const LEEWAY = 5000

async function open(context: TestContext, factory: ThrottleStoreFactory) {
  const clock = fixedClock(Date.now())
  const made = await factory({ clock })
  const { store, openAnother } = made
  context.onTestFinished(async () => made.teardown?.())
  await store.ready?.()
  return {
    store,
    now: clock,
    letPass: async (milliseconds: number) => {
      clock.advance(milliseconds / 1000)
      await made.letPass?.(milliseconds)
    },
    openAnother:
      openAnother &&
      (async () => {
        const other = await openAnother.call(made)
        await other.ready?.()
        return other
      }),
    async list() {
      const keys: string[] = []
      for await (const { key } of store.list()) keys.push(key)
      return keys
    },
  }
}
