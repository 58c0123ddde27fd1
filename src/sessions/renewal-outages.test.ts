import { fixedClock } from 'ostiary/testing'
import { afterAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { type SessionNode, sessionNode, type WatchedStore, watched } from '../../test/sessions/session-node.ts'
import { SessionUnavailableError } from '../errors.ts'
import { blocked } from '../users/outcome.ts'
import { memorySessions } from './memory-sessions.ts'

let clock = fixedClock()
let store: WatchedStore
let node: SessionNode
let sealed: string

beforeEach(async () => {
  clock = fixedClock()
  store = watched(memorySessions({ clock }))
  node = await sessionNode({ clock, store })
  clock.advance(1)
  sealed = await node.signIn()
})

describe('an outage of the store, without a time of grace', () => {
  beforeEach(async () => {
    node = await sessionNode({ clock, store, lifetimes: { grace: 0 } })
    sealed = await node.signIn()
  })

  test('is not noticed while leases last, and is an outage when they end', async () => {
    store.down = true
    expect(await node.visit(sealed)).toBe(sealed)
    clock.advance('1m')
    const answers = await Promise.allSettled(Array.from({ length: 10 }, () => node.visit(sealed)))
    for (const answer of answers) expect(answer).toMatchObject({ reason: { code: 'OSTIARY_SESSION_UNAVAILABLE' } })
    expect(store.asked.confirm).toBe(1)
    expect(node.lookups).toEqual([])
  })

  test('is over as soon as the store is back: a failure is not shared', async () => {
    store.down = true
    clock.advance('1m')
    await expect(node.visit(sealed)).rejects.toThrow(SessionUnavailableError)
    store.down = false
    expect(await node.visit(sealed)).toBeDefined()
  })

  test('while a user is being refused refuses all the same', async () => {
    clock.advance('1m')
    node.answer = () => {
      store.down = true
      return blocked('disabled')
    }
    await expect(node.visit(sealed)).rejects.toThrow(SessionUnavailableError)
    store.down = false
    node.answer = () => blocked('disabled')
    expect(await node.visit(sealed)).toBeUndefined()
  })
})

describe('the time of grace, while the store does not answer', () => {
  const warned = vi.spyOn(process, 'emitWarning').mockReturnValue()
  beforeEach(() => void warned.mockClear())
  afterAll(() => warned.mockRestore())

  test('goes on with what was sealed: five minutes beyond the lease, and not a moment longer', async () => {
    store.down = true
    clock.advance('1m')
    expect(await node.visit(sealed)).toBe(sealed)
    clock.advance('299999ms')
    expect(await node.visit(sealed)).toBe(sealed)
    clock.advance('1ms')
    await expect(node.visit(sealed)).rejects.toThrow(SessionUnavailableError)
    expect(node.lookups).toEqual([])
  })

  test('is over once the store answers, whatever it says', async () => {
    const other = await node.signIn()
    store.down = true
    clock.advance('2m')
    expect(await Promise.all([node.visit(sealed), node.visit(other)])).toEqual([sealed, other])
    store.down = false
    const elsewhere = await sessionNode({ clock, store })
    await elsewhere.sessions.revoke({ session: node.sessionOf(other).id })
    expect(await node.visit(sealed)).not.toBe(sealed)
    expect(await node.visit(other)).toBeUndefined()
  })

  test('is not for a session that is known to have been revoked, nor for an account that has changed', async () => {
    const other = await node.signIn({ account: { id: '8', name: 'bert' } })
    await node.sessions.revoke({ session: node.sessionOf(sealed).id })
    await node.sessions.markStale('local:8')
    store.down = true
    expect(await node.visit(sealed)).toBeUndefined()
    await expect(node.visit(other)).rejects.toThrow(SessionUnavailableError)
  })

  test('does not help somebody whom the source has refused', async () => {
    clock.advance('1m')
    node.answer = () => {
      store.down = true
      return blocked('disabled')
    }
    await expect(node.visit(sealed)).rejects.toThrow(SessionUnavailableError)
    expect(await node.visit(sealed)).toBeUndefined()
  })

  test('ends no later than the session', async () => {
    const short = await sessionNode({ clock, store, lifetimes: { lifetime: '2m', grace: '1h' } })
    sealed = await short.signIn()
    store.down = true
    clock.advance('119s')
    expect(await short.visit(sealed)).toBe(sealed)
    clock.advance('1s')
    expect(await short.visit(sealed)).toBeUndefined()
  })

  test('is one warning, however many requests meet the outage', async () => {
    store.down = true
    clock.advance('1m')
    for (let round = 0; round < 5; round += 1) await Promise.all([node.visit(sealed), node.visit(sealed)])
    expect(warned).toHaveBeenCalledExactlyOnceWith(expect.stringContaining('the store is down'), {
      type: 'OstiaryWarning',
      code: 'OSTIARY_SESSION_STORE',
    })
    store.down = false
    await node.visit(sealed)
    store.down = true
    clock.advance('1m')
    await node.visit(sealed)
    expect(warned).toHaveBeenCalledTimes(2)
  })
})

describe('a store that hangs', () => {
  test('keeps one request waiting, and then one a second', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
    onTestFinished(() => void vi.useRealTimers())
    const warned = vi.spyOn(process, 'emitWarning').mockReturnValue()
    onTestFinished(() => warned.mockRestore())
    const hanging = { ...store, confirm: vi.fn(() => new Promise<never>(() => {})) }
    node = await sessionNode({ clock, store: hanging })
    const cookies = await Promise.all(Array.from({ length: 5 }, () => node.signIn()))
    const visits = () => Promise.all(cookies.map((cookie) => node.visit(cookie)))
    clock.advance('1m')
    const first = visits()
    await vi.advanceTimersByTimeAsync(5000)
    expect(await first).toEqual(cookies)
    expect(hanging.confirm).toHaveBeenCalledTimes(5)

    // Nobody waits now, and nobody asks.
    expect(await visits()).toEqual(cookies)
    expect(hanging.confirm).toHaveBeenCalledTimes(5)

    await vi.advanceTimersByTimeAsync(1000)
    const second = visits()
    await vi.advanceTimersByTimeAsync(5000)
    expect(await second).toEqual(cookies)
    expect(hanging.confirm).toHaveBeenCalledTimes(6)

    await vi.advanceTimersByTimeAsync(1000)
    hanging.confirm.mockImplementation((...args) => store.confirm(...(args as unknown as [string, number])) as never)
    expect((await visits())[0]).not.toBe(cookies[0])
    expect(await node.visit(cookies[1] ?? '')).not.toBe(cookies[1])
  })
})
