import { expect, onTestFinished, test, vi } from 'vitest'
import { openAuth, REQUEST, source, warnings } from '../../test/application/open-auth.ts'
import { fixedClock } from '../testing/fixed-clock.ts'
import { rejected } from '../users/outcome.ts'
import { defineUserSource } from '../users/user-source.ts'
import { memoryThrottle } from './memory-throttle.ts'
import type { ThrottleStore } from './throttle-store.ts'

/** A store that can be down, and how often it was asked. */
function unreliable(clock: () => number) {
  const real = memoryThrottle({ clock })
  const state = { down: false, asked: 0, real }
  const guarded =
    <T extends unknown[], R>(method: (...args: T) => Promise<R>) =>
    async (...args: T): Promise<R> => {
      state.asked += 1
      if (state.down) throw new Error('the store is down')
      return method(...args)
    }
  const store: ThrottleStore = {
    ...real,
    name: 'unreliable',
    consume: guarded(real.consume),
    refund: guarded(real.refund),
    read: guarded(real.read),
    clear: guarded(real.clear),
    ready: guarded(async () => {}),
  }
  return Object.assign(state, { store })
}

async function openWith(state: ReturnType<typeof unreliable>, clock: ReturnType<typeof fixedClock>, account = {}) {
  const people = defineUserSource('people', async ({ username, password }) =>
    password === 'right' ? { name: username } : rejected(),
  )
  const auth = await openAuth({
    sources: [people],
    clock,
    throttle: { store: state.store, account, client: false, wait: async () => {} },
    audit: { record() {} },
  })
  return async (username: string, password = 'wrong') => {
    const form = { username, password, persistent: false, next: undefined, fields: {} }
    return (await auth.signIn(form, REQUEST, null)).outcome
  }
}

async function outcomes(count: number, attempt: () => Promise<string>): Promise<string[]> {
  const ended: string[] = []
  for (let index = 0; index < count; index += 1) ended.push(await attempt())
  return ended
}

test('while the store is down, half as many are let through, nobody gets a 503, and one warning says so', async () => {
  const clock = fixedClock()
  const state = unreliable(clock)
  const attempt = await openWith(state, clock)
  const warned = warnings()
  state.down = true
  expect(await outcomes(7, () => attempt('anna'))).toEqual([...Array(5).fill('refused'), 'throttled', 'throttled'])
  expect(await attempt('bert', 'right')).toBe('signed-in')
  clock.advance('1m')
  expect(await attempt('anna')).toBe('throttled')
  const codes = warned.map(([, { code }]) => code)
  expect(codes).toEqual(['OSTIARY_THROTTLE_STORE'])
  expect(warned[0]?.[0]).toContain('the store is down')
})

test('a store that is down is not asked by everybody, and is asked again when it is back', async () => {
  const clock = fixedClock()
  const state = unreliable(clock)
  const attempt = await openWith(state, clock)
  const warned = warnings()
  state.down = true
  state.asked = 0
  await outcomes(5, () => attempt('anna'))
  // Two questions that were on their way together, of all those that five attempts have.
  expect(state.asked).toBe(2)
  state.down = false
  clock.advance('6s')
  await attempt('anna')
  expect(await Array.fromAsync(state.real.list())).toHaveLength(6)
  state.down = true
  clock.advance('6s')
  await attempt('anna')
  expect(warned).toHaveLength(2)
})

test('a store that is back is asked again, though the clock has been set back meanwhile', async () => {
  const clock = fixedClock()
  let setBack = 0
  const state = unreliable(clock)
  const attempt = await openWith(
    state,
    Object.assign(() => clock() - setBack, { advance: clock.advance }),
  )
  warnings()
  state.down = true
  await attempt('anna')
  state.down = false
  setBack = 3_600_000
  state.asked = 0
  await attempt('anna')
  expect(state.asked).toBeGreaterThan(0)
})

test('while the store is down, half as many are let through in the long run, too', async () => {
  const clock = fixedClock()
  const state = unreliable(clock)
  const attempt = await openWith(state, clock, { longTerm: { attempts: 20 } })
  warnings()
  state.down = true
  const ended: string[] = []
  for (let window = 0; window < 90; window += 1) {
    ended.push(...(await outcomes(4, () => attempt('anna'))))
    clock.advance('15m')
  }
  // Four and one, which is half of what one network has; and then two a day.
  expect(ended.slice(0, 7)).toEqual(Array(7).fill('refused'))
  expect(ended.filter((outcome) => outcome === 'refused')).toHaveLength(5 + 2)
})

test('a store that can still be read, and not be written to, is one outage', async () => {
  const clock = fixedClock()
  const state = unreliable(clock)
  const read = state.real.read
  const attempt = await openWith({ ...state, store: { ...state.store, read } }, clock)
  const warned = warnings()
  state.down = true
  for (let time = 0; time < 3; time += 1) {
    await attempt('anna')
    clock.advance('6s')
  }
  expect(warned).toHaveLength(1)
  state.down = false
  await attempt('anna')
  state.down = true
  await attempt('anna')
  expect(warned).toHaveLength(2)
})

test('a store that never answers is a store that is down', async () => {
  const clock = fixedClock()
  const store: ThrottleStore = { ...memoryThrottle({ clock }), name: 'silent', read: () => new Promise(() => {}) }
  const warned = warnings()
  const auth = await openAuth({ sources: [source('people')], clock, throttle: { store }, audit: { record() {} } })
  const form = { username: 'anna', password: 'x', persistent: false, next: undefined, fields: {} }
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  onTestFinished(() => void vi.useRealTimers())
  const [result] = await Promise.all([auth.signIn(form, REQUEST, null), vi.advanceTimersByTimeAsync(3000)])
  expect(result.outcome).toBe('signed-in')
  expect(warned.map(([message]) => message)).toEqual([expect.stringContaining('no answer within 3000 ms')])
})

test('a store that is down at the start keeps no application from starting', async () => {
  const clock = fixedClock()
  const state = unreliable(clock)
  state.down = true
  const warned = warnings()
  const attempt = await openWith(state, clock)
  expect(await attempt('anna')).toBe('refused')
  expect(warned).toHaveLength(1)
})
