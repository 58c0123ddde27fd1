import { fixedClock } from 'ostiary/testing'
import { afterAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { ANNA, type SessionNode, sessionNode, type WatchedStore, watched } from '../../test/sessions/session-node.ts'
import { SessionUnavailableError } from '../errors.ts'
import { accepted, blocked, rejected, unavailable, unknown } from '../users/outcome.ts'
import { memorySessions } from './memory-sessions.ts'
import type { Session } from './session.ts'

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

function sessionOf(text: string | undefined): Session {
  const opened = node.sessions.open(text ?? '')
  if (opened.state === 'ended') throw new Error('There is no session in it.')
  return opened.session
}
const rolesOf = (text: string | undefined) => sessionOf(text).account.roles
const asked = () => ({ store: store.asked.confirm, source: node.lookups.length })

describe('a lease', () => {
  test('while it lasts, neither store nor source is asked, whatever comes', async () => {
    for (let second = 0; second < 59; second += 1) {
      for (let request = 0; request < 20; request += 1) expect(await node.visit(sealed)).toBe(sealed)
      clock.advance(1)
    }
    expect(asked()).toEqual({ store: 0, source: 0 })
  })

  test('at its end, a hundred requests at once ask each of them once', async () => {
    clock.advance('1m')
    const renewed = await Promise.all(Array.from({ length: 100 }, () => node.visit(sealed)))
    expect(asked()).toEqual({ store: 1, source: 1 })
    expect(node.lookups).toEqual(['local:7'])
    expect(new Set(renewed).size).toBe(1)
    expect(renewed[0]).not.toBe(sealed)
    expect(node.sessions.open(renewed[0] ?? '').state).toBe('live')
  })

  test('requests that were sent with the old cookie a little later do not ask again', async () => {
    clock.advance('1m')
    const renewed = await node.visit(sealed)
    clock.advance('9s')
    expect(await node.visit(sealed)).toBe(renewed)
    expect(asked()).toEqual({ store: 1, source: 1 })
  })

  test('the renewed cookie lasts for another lease', async () => {
    clock.advance('1m')
    const renewed = await node.visit(sealed)
    clock.advance('59s')
    expect(await node.visit(renewed ?? '')).toBe(renewed)
    clock.advance('1s')
    expect(await node.visit(renewed ?? '')).not.toBe(renewed)
    expect(asked()).toEqual({ store: 2, source: 2 })
  })

  test('two sessions do not answer for each other', async () => {
    const bert = await node.signIn({ account: { id: '8', name: 'bert' } })
    clock.advance('1m')
    node.answer = () => null
    const [one, other] = await Promise.all([node.visit(sealed), node.visit(bert)])
    expect([sessionOf(one).account.name, sessionOf(other).account.name]).toEqual(['anna', 'bert'])
    expect(node.lookups.sort()).toEqual(['local:7', 'local:8'])
  })
})

describe('what the source says at the end of a lease', () => {
  beforeEach(() => clock.advance('1m'))

  test('present roles and name replace those from login', async () => {
    node.answer = () => accepted({ ...ANNA, name: 'anna b', roles: ['Administrator'], properties: { floor: 3 } })
    const { account, userId } = sessionOf(await node.visit(sealed))
    expect(account).toMatchObject({ name: 'anna b', roles: ['Administrator'], properties: { floor: 3 } })
    expect(userId).toBe('local:7')
  })

  test.each([
    ['gone', unknown()],
    ['disabled', blocked('disabled')],
    ['rejected', rejected()],
  ])('%s: the session has ended, for the store and for every other request too', async (_name, outcome) => {
    node.answer = () => outcome
    expect(await Promise.all([node.visit(sealed), node.visit(sealed)])).toEqual([undefined, undefined])
    node.answer = () => accepted(ANNA)
    expect(await node.visit(sealed)).toBeUndefined()
    for await (const record of node.sessions.list()) expect.fail(`There is a session: ${record.id}`)
  })

  test.each([
    ['cannot be reached', unavailable(new Error('down'))],
    ['cannot tell without a password', null],
  ])('%s: nobody is signed out for that', async (_name, outcome) => {
    node.answer = () => outcome
    expect(rolesOf(await node.visit(sealed))).toEqual(['Viewer'])
  })
})

describe('a change of the account', () => {
  test('is seen by the very next request, though the lease lasts', async () => {
    node.answer = () => accepted({ ...ANNA, roles: ['Administrator'] })
    await node.sessions.markStale('local:7')
    const renewed = await node.visit(sealed)
    expect(rolesOf(renewed)).toEqual(['Administrator'])
    // And from then on it is believed again.
    expect(await node.visit(renewed ?? '')).toBe(renewed)
    expect(asked()).toEqual({ store: 1, source: 1 })
  })

  test('is seen right after a renewal too, which is not shared any more', async () => {
    clock.advance('1m')
    await node.visit(sealed)
    node.answer = () => accepted({ ...ANNA, roles: ['Administrator'] })
    await node.sessions.markStale('local:7')
    expect(rolesOf(await node.visit(sealed))).toEqual(['Administrator'])
  })

  test('while the answers are on their way makes it ask again', async () => {
    clock.advance('1m')
    let changed = false
    node.answer = async () => {
      if (changed) return accepted({ ...ANNA, roles: ['Administrator'] })
      changed = true
      await node.sessions.markStale('local:7')
      return accepted(ANNA)
    }
    expect(rolesOf(await node.visit(sealed))).toEqual(['Administrator'])
    expect(asked()).toEqual({ store: 2, source: 2 })
  })

  test('that never ends is an outage, and no endless loop', async () => {
    node.answer = async () => {
      await node.sessions.markStale('local:7')
      return accepted(ANNA)
    }
    clock.advance('1m')
    await expect(node.visit(sealed)).rejects.toThrow(SessionUnavailableError)
    expect(asked().source).toBeLessThan(10)
  })

  test('of somebody else concerns nobody', async () => {
    await node.sessions.markStale('local:8')
    expect(await node.visit(sealed)).toBe(sealed)
  })

  test('that the source cannot explain is not believed away: an outage, until it can', async () => {
    node.answer = () => unavailable(new Error('down'))
    await node.sessions.markStale('local:7')
    await expect(node.visit(sealed)).rejects.toThrow(SessionUnavailableError)
    await expect(node.visit(sealed)).rejects.toThrow('its source does not answer')
    node.answer = () => accepted({ ...ANNA, roles: [] })
    expect(rolesOf(await node.visit(sealed))).toEqual([])
  })
})

test('a change that the source cannot explain is remembered for as long as a cookie could know nothing of it', async () => {
  sealed = await node.signIn({ persistent: true })
  node.answer = () => unavailable(new Error('down'))
  await node.sessions.markStale('local:7')
  for (let day = 0; day < 29; day += 1) {
    clock.advance('1d')
    // The replica is swept when something happens.
    await node.sessions.markStale('local:8')
    await expect(node.visit(sealed)).rejects.toThrow(SessionUnavailableError)
  }
})

describe('a revocation while the answers are on their way', () => {
  test.each(['session', 'user', 'all'] as const)('of %s wins', async (what) => {
    const target = { session: { session: sessionOf(sealed).id }, user: { user: 'local:7' }, all: 'all' as const }[what]
    clock.advance('1m')
    node.answer = async () => {
      await node.sessions.revoke(target)
      return accepted(ANNA)
    }
    const answers = await Promise.all([node.visit(sealed), node.visit(sealed)])
    expect(answers).toEqual([undefined, undefined])
    expect(node.sessions.open(sealed).state).toBe('ended')
  })
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
    await elsewhere.sessions.revoke({ session: sessionOf(other).id })
    expect(await node.visit(sealed)).not.toBe(sealed)
    expect(await node.visit(other)).toBeUndefined()
  })

  test('is not for a session that is known to have been revoked, nor for an account that has changed', async () => {
    const other = await node.signIn({ account: { id: '8', name: 'bert' } })
    await node.sessions.revoke({ session: sessionOf(sealed).id })
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

describe('a clock that is set back after a renewal', () => {
  test('does not let what was renewed be shared for longer', async () => {
    let setBack = 0
    node = await sessionNode({ clock: () => clock() - setBack, store })
    sealed = await node.signIn({ persistent: true })
    clock.advance('4h')
    const renewed = await node.visit(sealed)
    expect(asked()).toEqual({ store: 1, source: 1 })
    setBack = 3 * 3_600_000
    node.answer = () => blocked('disabled')
    expect(await node.visit(renewed ?? '')).toBeUndefined()
    expect(asked()).toEqual({ store: 2, source: 2 })
  })
})
