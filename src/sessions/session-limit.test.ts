import { fixedClock } from 'ostiary/testing'
import { beforeEach, describe, expect, test } from 'vitest'
import { ANNA, type SessionNode, sessionNode, type WatchedStore, watched } from '../../test/sessions/session-node.ts'
import { ConfigurationError, SessionUnavailableError } from '../errors.ts'
import { createAccount } from '../users/account.ts'
import { memorySessions } from './memory-sessions.ts'
import type { StartOptions } from './new-session.ts'
import { readSessionLimit } from './session-limit.ts'

let clock = fixedClock()
let store: WatchedStore

beforeEach(() => {
  clock = fixedClock()
  store = watched(memorySessions({ clock }))
})

const nodeWith = (most: number, beyond: 'end-oldest' | 'refuse', at = clock) =>
  sessionNode({ clock: at, store, limit: { most, beyond } })

async function start({ sessions }: SessionNode, options: Partial<StartOptions> = {}) {
  const revision = await sessions.revision()
  return sessions.start('local', createAccount(ANNA), { persistent: false, revision, ...options })
}

async function started(node: SessionNode, options: Partial<StartOptions> = {}): Promise<string> {
  const result = await start(node, options)
  if (result.outcome !== 'started') throw new Error(result.outcome)
  return result.session.id
}

const living = async ({ sessions }: SessionNode) => (await Array.fromAsync(sessions.list())).map(({ id }) => id)

describe('what is no limit', () => {
  test.each([
    0,
    -1,
    1.5,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    '5',
    null,
    {},
    { most: '5' },
    { most: 5, beyond: 'ask' },
  ])('%j is an error that says so', (perUser) => {
    expect(() => readSessionLimit(perUser as never)).toThrow(ConfigurationError)
  })

  test('a number ends the oldest, and none means none', () => {
    expect(readSessionLimit(5)).toEqual({ most: 5, beyond: 'end-oldest' })
    expect(readSessionLimit(undefined)).toBeUndefined()
  })
})

describe('end-oldest', () => {
  test('ends the oldest beyond the limit, of this user alone, and says which', async () => {
    const node = await nodeWith(2, 'end-oldest')
    await node.signIn({ account: { id: '8', name: 'bert' } })
    const ids: string[] = []
    for (let count = 0; count < 2; count += 1) {
      ids.push(await started(node))
      clock.advance(1)
    }
    const third = await start(node)
    expect(third).toMatchObject({ outcome: 'started', ended: [ids[0]] })
    expect(await living(node)).toHaveLength(3)
    expect(await living(node)).toEqual(expect.arrayContaining([ids[1]]))
  })

  test('keeps the new one though its node has a clock that is behind', async () => {
    const node = await nodeWith(1, 'end-oldest')
    const behind = await nodeWith(1, 'end-oldest', fixedClock(clock() - 30_000))
    await started(node)
    const id = await started(behind)
    expect(await living(node)).toEqual([id])
  })

  test('leaves the newest of those that start on two nodes at the same moment', async () => {
    const nodes = [await nodeWith(1, 'end-oldest'), await nodeWith(1, 'end-oldest')] as const
    const results = await Promise.all(nodes.map((node) => start(node)))
    expect(results.map(({ outcome }) => outcome).sort()).toEqual(['started', 'too-many-sessions'])
    const alive = await living(nodes[0])
    expect(alive).toEqual(results.flatMap((result) => (result.outcome === 'started' ? result.session.id : [])))
  })

  test('ends all that are too many when the limit is a new one', async () => {
    const before = await sessionNode({ clock, store })
    for (let count = 0; count < 5; count += 1) await started(before)
    const node = await nodeWith(2, 'end-oldest')
    expect(await start(node)).toMatchObject({ ended: { length: 4 } })
    expect(await living(node)).toHaveLength(2)
  })
})

describe('refuse', () => {
  test('starts none beyond the limit, and those that live go on', async () => {
    const node = await nodeWith(2, 'refuse')
    const ids = [await started(node), await started(node)]
    expect(await start(node)).toEqual({ outcome: 'too-many-sessions' })
    expect((await living(node)).sort()).toEqual(ids.sort())
    await node.sessions.revoke({ session: ids[0] as string })
    expect(await start(node)).toMatchObject({ outcome: 'started', ended: [] })
  })

  test('does not count the one that is replaced', async () => {
    const node = await nodeWith(1, 'refuse')
    const id = await started(node)
    expect(await start(node, { replaces: 'another' })).toEqual({ outcome: 'too-many-sessions' })
    expect(await start(node, { replaces: id })).toMatchObject({ outcome: 'started' })
  })

  test('does not count those that lay unused for too long, but persistent ones', async () => {
    const node = await nodeWith(2, 'refuse')
    await started(node)
    await started(node, { persistent: true })
    clock.advance('31m')
    expect(await start(node)).toEqual({ outcome: 'too-many-sessions' })
    clock.advance('1m')
    expect(await start(node)).toMatchObject({ outcome: 'started' })
    expect(await start(node)).toEqual({ outcome: 'too-many-sessions' })
  })

  test('lets no more in on two nodes at the same moment', async () => {
    const nodes = [await nodeWith(1, 'refuse'), await nodeWith(1, 'refuse')]
    await Promise.all(nodes.map((node) => start(node)))
    expect((await living(nodes[0] as SessionNode)).length).toBeLessThanOrEqual(1)
  })
})

describe.each(['end-oldest', 'refuse'] as const)('%s', (beyond) => {
  test('leaves exactly as many as are allowed of 20 that start at once', async () => {
    const node = await nodeWith(5, beyond)
    const results = await Promise.all(Array.from({ length: 20 }, () => start(node)))
    expect(await living(node)).toHaveLength(5)
    expect(results.filter(({ outcome }) => outcome === 'started')).toHaveLength(beyond === 'refuse' ? 5 : 20)
  })

  test('starts nothing for whoever was overtaken by a revocation', async () => {
    const node = await nodeWith(1, beyond)
    const revision = await node.sessions.revision()
    await node.sessions.revoke({ user: 'local:7' })
    expect(await start(node, { revision })).toEqual({ outcome: 'overtaken' })
  })

  test('leaves nothing behind when the store does not answer while sessions are counted', async () => {
    const node = await nodeWith(1, beyond)
    const { list } = store
    let lists = 0
    store.list = (query) => {
      lists += 1
      if (lists === 2) throw new Error('the store is down')
      return list(query)
    }
    await expect(start(node)).rejects.toThrow(SessionUnavailableError)
    expect(lists).toBe(2)
    expect(await living(node)).toEqual([])
    expect(await start(node)).toMatchObject({ outcome: 'started' })
  })
})
