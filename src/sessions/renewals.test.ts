import { fixedClock } from 'ostiary/testing'
import { beforeEach, describe, expect, test } from 'vitest'
import { ANNA, type SessionNode, sessionNode, type WatchedStore, watched } from '../../test/sessions/session-node.ts'
import { SessionUnavailableError } from '../errors.ts'
import { accepted, blocked, rejected, unavailable, unknown } from '../users/outcome.ts'
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

const rolesOf = (text: string | undefined) => node.sessionOf(text).account.roles
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
    expect([node.sessionOf(one).account.name, node.sessionOf(other).account.name]).toEqual(['anna', 'bert'])
    expect(node.lookups.sort()).toEqual(['local:7', 'local:8'])
  })
})

describe('what the source says at the end of a lease', () => {
  beforeEach(() => clock.advance('1m'))

  test('present roles and name replace those from login', async () => {
    node.answer = () => accepted({ ...ANNA, name: 'anna b', roles: ['Administrator'], properties: { floor: 3 } })
    const { account, userId } = node.sessionOf(await node.visit(sealed))
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
    const target = { session: { session: node.sessionOf(sealed).id }, user: { user: 'local:7' }, all: 'all' as const }[
      what
    ]
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
