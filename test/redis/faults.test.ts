import { DatabaseError } from 'ostiary'
import { redisSessions } from 'ostiary/redis'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import type { NewSessionChange, SessionStore } from '../../src/sessions/session-store.ts'
import { openFaultyProxy } from '../servers/faulty-proxy.ts'
import { freshOn, type PrivateRedis, startRedis } from './redis-server.ts'
import { HOUR, session, startNow } from './session-record.ts'

/**
 * Whatever befalls a Redis and the way to it, what was acknowledged is not lost, and a follower says when it is deaf.
 */

let server: PrivateRedis
beforeAll(async () => {
  server = await startRedis()
})
afterAll(() => server?.stop())

beforeEach(() => {
  const warned = vi.spyOn(process, 'emitWarning').mockReturnValue()
  return () => void warned.mockRestore()
})

const WAIT = { timeout: 30_000, interval: 20 }
const now = Date.now()
const stale = (subject: string): NewSessionChange => ({ type: 'user-stale', subject, until: now + HOUR })

/** What a follower hears and whether it hears, in the order in which it was told. */
async function followed(store: SessionStore) {
  const events: (string | boolean)[] = []
  const follow = () =>
    store.follow(
      (changes) => void events.push(...changes.map(({ subject }) => `${subject}`)),
      (connected) => void events.push(connected),
    )
  // The machine may be too busy for the time that some of these stores have.
  const stop = await vi.waitFor(follow, WAIT)
  onTestFinished(stop)
  return {
    events,
    stop,
    heard: (...subjects: string[]) => vi.waitFor(() => expect(events).toEqual(expect.arrayContaining(subjects)), WAIT),
    isDeaf: () => vi.waitFor(() => expect(events.filter(isNotice).at(-1)).toBe(false), WAIT),
    hears: () => vi.waitFor(() => expect(events.filter(isNotice).at(-1)).toBe(true), WAIT),
    notices: () => events.filter(isNotice),
    /** That it was deaf, and hears again. On a busy machine it may have been deaf more often than it was made to be. */
    hasRecovered() {
      const notices = events.filter(isNotice)
      expect(notices).toEqual(notices.map((_, index) => index % 2 === 1))
      expect(notices.at(-1)).toBe(true)
    },
    /** From the moment when it was made deaf. */
    outageWith: (missed: string) => events.slice(events.lastIndexOf(false, events.indexOf(missed))),
  }
}

function isNotice(event: string | boolean): event is boolean {
  return typeof event === 'boolean'
}

/** A store that follows, over a wire that can be cut, and another one that is not affected. */
async function overWire() {
  const proxy = await openFaultyProxy(server.url)
  const used = freshOn(server, { url: proxy.over(server.url) })
  const { open } = freshOn(server)
  const { prefix } = used
  const store = redisSessions(used.open({ commandTimeout: '500ms' }), { prefix })
  await vi.waitFor(() => store.ready?.(), WAIT)
  return { proxy, prefix, store, follower: await followed(store), elsewhere: redisSessions(open(), { prefix }) }
}

describe('the server ends and starts again', () => {
  test('everything that was acknowledged is there, and has been heard by who followed', async () => {
    const { open, prefix } = freshOn(server)
    const store = redisSessions(open(), { prefix })
    const follower = await followed(store)
    const acknowledged: string[] = []
    let crashed = false
    const writing = (async () => {
      for (let index = 0; !crashed; index++) {
        const subject = `local:${index}`
        // What was not acknowledged may be there or not.
        await store.record(stale(subject), now).then(
          () => acknowledged.push(subject),
          () => new Promise((resolve) => setTimeout(resolve, 5)),
        )
      }
    })()
    await vi.waitFor(() => expect(acknowledged.length).toBeGreaterThan(20), WAIT)
    await server.crash()
    crashed = true
    await writing
    await follower.isDeaf()
    await expect(store.record(stale('while it is down'), now)).rejects.toThrow(DatabaseError)

    await server.restart()
    await follower.hears()
    // Calls have a connection of their own, which may be opened later.
    await vi.waitFor(() => store.record(stale('afterwards'), now), WAIT)
    await follower.heard(...acknowledged, 'afterwards')
    const newcomer = await followed(redisSessions(open(), { prefix }))
    expect(newcomer.events).toEqual(expect.arrayContaining([...acknowledged, 'afterwards']))
    follower.hasRecovered()
  })

  test('sessions are there as well, and one that was revoked stays so', async () => {
    const { open, prefix } = freshOn(server)
    const store = redisSessions(open(), { prefix })
    await startNow(store, session({ id: 'one' }), session({ id: 'two' }))
    await store.record({ ...stale('two'), type: 'session-revoked', subject: 'two' }, now)
    await server.crash()
    await expect(store.confirm('one', now)).rejects.toThrow(DatabaseError)
    await server.restart()
    await vi.waitFor(async () => expect(await store.confirm('one', now)).toBe(await store.revision()), WAIT)
    expect(await store.confirm('two', now)).toBeNull()
  })

  test('one that comes back with nothing is followed from its beginning, whatever its numbers are', async () => {
    const { proxy, prefix, elsewhere, follower } = await overWire()
    await elsewhere.record(stale('before'), now)
    await follower.heard('before')
    proxy.behave('hangUp')
    proxy.cut()
    await follower.isDeaf()
    await server.crash()
    await server.restart({ empty: true })
    await add(prefix, '1-1', 'numbered below')
    await vi.waitFor(() => elsewhere.record(stale('numbered above'), now), WAIT)
    proxy.behave('pass')
    await follower.hears()
    expect(follower.outageWith('numbered below').slice(0, 4)).toEqual([false, 'numbered below', 'numbered above', true])
  })

  test('one that has lost its data without an end is followed from its beginning', async () => {
    const { proxy, prefix, elsewhere, follower } = await overWire()
    await elsewhere.record(stale('before'), now)
    await follower.heard('before')
    proxy.behave('hangUp')
    proxy.cut()
    await follower.isDeaf()
    await server.ask('FLUSHALL')
    await add(prefix, '1-1', 'numbered below')
    proxy.behave('pass')
    await follower.hears()
    expect(follower.outageWith('numbered below').slice(0, 3)).toEqual([false, 'numbered below', true])
  })
})

function add(prefix: string, id: string, subject: string) {
  const { type, until } = stale(subject)
  const fields = Object.entries({ type, subject, sequence: 1, until }).flat().map(String)
  return server.ask('XADD', `{${prefix}}:changes`, id, ...fields)
}

test('a server that hangs makes calls fail in time, and is heard again when it goes on', async () => {
  const { open, prefix } = freshOn(server)
  const store = redisSessions(open({ commandTimeout: '300ms' }), { prefix })
  const follower = await followed(store)
  await server.signal('SIGSTOP')
  onTestFinished(() => server.signal('SIGCONT'))
  await expect(store.record(stale('while it hangs'), now)).rejects.toThrow(/no answer within 300 ms/)
  await expect(store.confirm('one', now)).rejects.toThrow(DatabaseError)
  await follower.isDeaf()
  await server.signal('SIGCONT')
  await follower.hears()
  await vi.waitFor(() => store.record(stale('afterwards'), now), WAIT)
  await follower.heard('afterwards')
  follower.hasRecovered()
})

describe('the way to the server', () => {
  const missed = Array.from({ length: 50 }, (_, index) => `missed ${index}`)

  test.for([
    ['is cut', 'hangUp'],
    ['swallows what comes back, with the connection open', 'silent'],
    ['breaks at the first answer', 'reset'],
    ['breaks in the middle of an answer', 'half'],
    ['drips, so that no connection is whole in time', 'drip'],
  ] as const)('%s: what was missed is heard before it says that it hears', async ([, behaviour]) => {
    const { proxy, store, elsewhere, follower } = await overWire()
    await elsewhere.record(stale('before'), now)
    await follower.heard('before')
    proxy.behave(behaviour)
    if (behaviour === 'hangUp' || behaviour === 'drip') proxy.cut()
    await follower.isDeaf()
    for (const subject of missed) await elsewhere.record(stale(subject), now)
    await expect(store.record(stale('lost'), now)).rejects.toThrow(DatabaseError)

    proxy.behave('pass')
    await follower.hears()
    follower.hasRecovered()
    const outage = follower.outageWith('missed 0')
    expect(outage.slice(1, outage.indexOf(true))).toEqual(expect.arrayContaining(missed))
    await vi.waitFor(() => store.record(stale('afterwards'), now), WAIT)
    await follower.heard('afterwards')
  })

  test('an outage is one warning, however long it lasts', async () => {
    const { proxy, follower } = await overWire()
    vi.mocked(process.emitWarning).mockClear()
    proxy.behave('hangUp')
    proxy.cut()
    await follower.isDeaf()
    const before = proxy.connections()
    await vi.waitFor(() => expect(proxy.connections()).toBeGreaterThan(before + 3), WAIT)
    expect(vi.mocked(process.emitWarning).mock.calls).toEqual([
      [expect.stringContaining('Redis'), { type: 'OstiaryWarning', code: 'OSTIARY_SESSION_FEED' }],
    ])
    expect(follower.notices().at(-1)).toBe(false)
  })

  test('who has left is told nothing more, not even that it was deaf', async () => {
    const { proxy, elsewhere, follower } = await overWire()
    proxy.behave('hangUp')
    proxy.cut()
    await follower.isDeaf()
    await follower.stop()
    const before = [...follower.events]
    proxy.behave('pass')
    const staying = await followed(elsewhere)
    await elsewhere.record(stale('afterwards'), now)
    await staying.heard('afterwards')
    expect(follower.events).toEqual(before)
  })
})

test('all connections are killed by an operator: nothing is lost', async () => {
  const { open, prefix } = freshOn(server)
  const store = redisSessions(open(), { prefix })
  const follower = await followed(store)
  const acknowledged: string[] = []
  for (let round = 0; round < 3; round++) {
    await server.ask('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes')
    await vi.waitFor(() => store.record(stale(`round ${round}`), now), WAIT)
    acknowledged.push(`round ${round}`)
  }
  await follower.heard(...acknowledged)
  await follower.hears()
  expect(follower.notices()[0]).toBe(false)
})

test('a server that has become a replica is not believed, until it is a primary again', async () => {
  const { proxy, prefix, store, follower } = await overWire()
  const { open } = freshOn(server)
  await store.record(stale('before'), now)
  const before = proxy.connections()
  await server.ask('REPLICAOF', '127.0.0.1', '1')
  onTestFinished(async () => void (await server.ask('REPLICAOF', 'NO', 'ONE')))
  await expect(store.record(stale('to a replica'), now)).rejects.toThrow(DatabaseError)
  await vi.waitFor(() => expect(proxy.connections()).toBeGreaterThan(before + 4), WAIT)
  expect(follower.notices().at(-1)).toBe(false)
  await expect(redisSessions(open(), { prefix }).ready?.()).rejects.toThrow(/is a replica/)
  await server.ask('REPLICAOF', 'NO', 'ONE')
  await follower.hears()
  await vi.waitFor(() => store.record(stale('afterwards'), now), WAIT)
  await follower.heard('before', 'afterwards')
})

test('calls find the primary behind a name when the server that they talked to has become a replica', async () => {
  const { proxy, store, follower } = await overWire()
  await follower.stop()
  const before = proxy.connections()
  await server.ask('REPLICAOF', '127.0.0.1', '1')
  onTestFinished(async () => void (await server.ask('REPLICAOF', 'NO', 'ONE')))
  await expect(store.record(stale('to a replica'), now)).rejects.toThrow(/READONLY/)
  await vi.waitFor(() => expect(store.confirm('one', now)).rejects.toThrow(/it is a replica/), WAIT)
  expect(proxy.connections()).toBeGreaterThan(before)
  await server.ask('REPLICAOF', 'NO', 'ONE')
  await vi.waitFor(() => store.record(stale('afterwards'), now), WAIT)
})

test('a follower that could not follow hears nothing, even later', async () => {
  const { proxy, store } = await overWire()
  proxy.behave('hangUp')
  proxy.cut()
  const events: unknown[] = []
  await expect(store.follow((changes) => void events.push(...changes))).rejects.toThrow(DatabaseError)
  proxy.behave('pass')
  await vi.waitFor(() => store.record(stale('afterwards'), now), WAIT)
  expect(events).toEqual([])
})
