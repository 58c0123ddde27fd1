import { fixedClock } from 'ostiary/testing'
import { beforeEach, describe, expect, test } from 'vitest'
import { type SessionNode, sessionNode } from '../../../test/sessions/session-node.ts'
import { memorySessions } from '../memory-sessions.ts'
import type { SessionChange, SessionStore } from '../session-store.ts'
import { createFeed } from './feed.ts'
import { createRevocations } from './revocations.ts'

let clock = fixedClock()
let setBack = 0
let node: SessionNode
let elsewhere: SessionNode
let sealed: string
/** What the store of the node says of its own hearing. */
let onConnected: (connected: boolean) => void
/** While it is cut, what happens is kept back. */
let cut: SessionChange[][] | undefined
let tell: (changes: readonly SessionChange[]) => void

beforeEach(async () => {
  clock = fixedClock()
  setBack = 0
  cut = undefined
  const shared = memorySessions({ clock })
  const store: SessionStore = {
    ...shared,
    follow(listener, connected) {
      onConnected = (now) => connected?.(now)
      tell = listener
      return shared.follow((changes) => (cut ? void cut.push([...changes]) : listener(changes)))
    },
  }
  node = await sessionNode({ clock: () => clock() - setBack, store })
  elsewhere = await sessionNode({ clock, store: shared })
  clock.advance(1)
  sealed = await node.signIn()
})

function cutFeed(): void {
  cut = []
  onConnected(false)
}

function mendFeed(): void {
  for (const changes of cut ?? []) tell(changes)
  cut = undefined
  onConnected(true)
}

const stateOf = (text: string) => node.sessions.open(text).state
const endElsewhere = () => elsewhere.sessions.revoke({ user: 'local:7' })

describe('while nothing is heard', () => {
  beforeEach(() => cutFeed())

  test('a lease is believed until its end', async () => {
    expect(node.sessions.isConnected()).toBe(false)
    clock.advance('59s')
    expect(stateOf(sealed)).toBe('live')
    clock.advance('1s')
    expect(stateOf(sealed)).toBe('lease-expired')
  })

  test('a session that was ended elsewhere is believed for one lease at the most', async () => {
    await endElsewhere()
    clock.advance('59s')
    expect(stateOf(sealed)).toBe('live')
    clock.advance('1s')
    expect(await node.visit(sealed)).toBeUndefined()
  })

  test('for longer than a lease, none is believed that another node may have granted: the store is asked', async () => {
    clock.advance('50s')
    const fresh = await elsewhere.signIn()
    expect(stateOf(fresh)).toBe('live')
    clock.advance('10s')
    expect(stateOf(fresh)).toBe('lease-expired')
    await endElsewhere()
    expect(await node.visit(fresh)).toBeUndefined()
  })

  test('the store still tells, and people stay signed in', async () => {
    let current: string | undefined = sealed
    for (let minute = 0; minute < 60 && current; minute += 1) {
      clock.advance('1m')
      current = await node.visit(current)
    }
    expect(current).toBeDefined()
  })

  test('a clock that is set back prolongs nothing', async () => {
    setBack = 1
    expect(stateOf(sealed)).toBe('lease-expired')
  })
})

test('once all has been heard that was missed, leases are believed again, but not those that ended', async () => {
  const other = await elsewhere.signIn({ persistent: true, account: { id: '8', name: 'bert' } })
  cutFeed()
  await endElsewhere()
  clock.advance('30s')
  mendFeed()
  expect(node.sessions.isConnected()).toBe(true)
  expect([sealed, other].map(stateOf)).toEqual(['ended', 'live'])
})

test('a store that still talks after it was left changes nothing', async () => {
  await node.sessions.close()
  onConnected(true)
  expect(node.sessions.isConnected()).toBe(false)
  expect(stateOf(sealed)).toBe('lease-expired')
})

test('where nothing was ever heard, there is no time of grace', async () => {
  const shared = memorySessions({ clock })
  const here = await sessionNode({ clock, store: shared })
  const cookie = await here.signIn()
  await here.sessions.revoke({ user: 'local:7' })
  const down = () => Promise.reject(new Error('the store is down'))
  const fresh = await sessionNode({ clock, store: { ...shared, follow: down, confirm: down } }).catch(() => undefined)
  expect(fresh).toBeUndefined()
  const deaf = await sessionNode({ clock, store: { ...shared, confirm: down } })
  await deaf.sessions.close()
  expect(deaf.sessions.open(cookie).state).toBe('ended')
  const other = await here.signIn({ account: { id: '8', name: 'bert' } })
  expect(deaf.sessions.open(other).state).toBe('lease-expired')
  await expect(deaf.visit(other)).rejects.toThrow('does not answer')
  await deaf.sessions.ready()
  clock.advance('1m')
  expect(await deaf.visit(other)).toBe(other)
})

test('a feed that is cut before it was told to be complete is not heard', async () => {
  const shared = memorySessions({ clock })
  const store: SessionStore = {
    ...shared,
    async follow(listener, connected) {
      const stop = await shared.follow(listener)
      connected?.(false)
      return stop
    },
  }
  const cutNode = await sessionNode({ clock, store })
  expect(cutNode.sessions.isConnected()).toBe(false)
})

test('a feed that says it is connected, and then fails to follow, is not connected', async () => {
  const store: SessionStore = {
    ...memorySessions({ clock }),
    async follow(_listener, connected) {
      connected?.(true)
      throw new Error('the changes cannot be read')
    },
  }
  await expect(sessionNode({ clock, store })).rejects.toThrow('cannot be read')
  const revocations = createRevocations(clock)
  const feed = createFeed(store, revocations, 60_000, clock)
  await expect(feed.follow()).rejects.toThrow('cannot be read')
  expect([feed.isConnected(), feed.hasSynced(), feed.isTrusted(clock())]).toEqual([false, false, false])
})
