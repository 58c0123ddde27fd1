import { expect, test } from 'vitest'
import { fixedClock } from '../testing/fixed-clock.ts'
import { throttleStoreContract } from '../testing/throttle-store-contract.ts'
import { memoryThrottle } from './memory-throttle.ts'

throttleStoreContract('the memory of a process', ({ clock }) => ({ store: memoryThrottle({ clock }) }))

const HOUR = 3_600_000

async function size(store: ReturnType<typeof memoryThrottle>): Promise<number> {
  return (await Array.fromAsync(store.list())).length
}

test('a flood of new counts takes no more than the memory it is given', async () => {
  const store = memoryThrottle({ maxKeys: 100 })
  for (let index = 0; index < 1000; index += 1) await store.consume(`flood ${index}`, 5, HOUR)
  expect(await size(store)).toBe(100)
})

test('a flood does not wash away a count that is high', async () => {
  const store = memoryThrottle({ maxKeys: 100 })
  for (let index = 0; index < 10; index += 1) await store.consume('victim', 10, HOUR)
  for (let index = 0; index < 5000; index += 1) await store.consume(`flood ${index}`, 10, HOUR)
  // Nor does one that takes the trouble to raise every count a little.
  for (let index = 0; index < 500; index += 1) {
    for (let time = 0; time < 7; time += 1) await store.consume(`higher flood ${index}`, 10, HOUR)
  }
  expect(await store.consume('victim', 10, HOUR)).toMatchObject({ consumed: false, count: 10 })
})

test('a memory full of higher counts still counts what is new', async () => {
  const store = memoryThrottle({ maxKeys: 10 })
  for (let index = 0; index < 10; index += 1) {
    for (let time = 0; time < 4; time += 1) await store.consume(`higher ${index}`, 10, HOUR)
  }
  const counts = []
  for (let time = 0; time < 3; time += 1) counts.push((await store.consume('new', 10, HOUR)).count)
  expect(counts).toEqual([1, 2, 3])
  expect(await size(store)).toBe(10)
})

test('where the clock has been set back, a count ends a window later at most', async () => {
  const clock = fixedClock()
  let setBack = 0
  const store = memoryThrottle({ clock: () => clock() - setBack })
  await store.consume('one', 1, HOUR)
  setBack = 24 * HOUR
  expect(await store.consume('one', 1, HOUR)).toMatchObject({ consumed: false, endsAt: clock() - 23 * HOUR })
  clock.advance('1h')
  expect(await store.consume('one', 1, HOUR)).toMatchObject({ consumed: true, count: 1 })
})

test('counts that have ended make room before those that have not', async () => {
  const clock = fixedClock()
  const store = memoryThrottle({ clock, maxKeys: 10 })
  for (let index = 0; index < 9; index += 1) {
    for (let time = 0; time < 8; time += 1) await store.consume(`ended ${index}`, 10, HOUR / 2)
  }
  await store.consume('lasting', 10, 2 * HOUR)
  clock.advance('1h')
  await store.consume('new', 10, HOUR)
  expect((await Array.fromAsync(store.list())).map(({ key }) => key)).toEqual(['lasting', 'new'])
})
