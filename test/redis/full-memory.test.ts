import { DatabaseError } from 'ostiary'
import { redisSessions } from 'ostiary/redis'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { openAuth, signIn, source, whoIs } from '../application/open-auth.ts'
import { freshOn, type PrivateRedis, startRedis } from './redis-server.ts'
import { HOUR, session, startNow } from './session-record.ts'

/** A Redis without memory left takes no new sessions. Those that there are live on, and above all: they still end. */

let server: PrivateRedis
beforeAll(async () => {
  server = await startRedis()
})
afterAll(() => server?.stop())

async function full(): Promise<void> {
  onTestFinished(async () => void (await server.ask('CONFIG', 'SET', 'maxmemory', '0')))
  await server.ask('CONFIG', 'SET', 'maxmemory', '1')
}

describe('while Redis is full', () => {
  test('sessions are confirmed and end, followers hear of it, and no new one starts', async () => {
    const { open, prefix } = freshOn(server)
    const store = redisSessions(open(), { prefix })
    const now = Date.now()
    await startNow(store, session({ id: 'one' }), session({ id: 'two' }), session({ id: 'three', userId: 'local:2' }))
    const heard: string[] = []
    const stop = await redisSessions(open(), { prefix }).follow((changes) => {
      heard.push(...changes.map(({ type }) => type))
    })
    onTestFinished(stop)
    await full()

    await expect(startNow(store, session({ id: 'four' }))).rejects.toThrow(DatabaseError)
    expect(await store.confirm('one', now)).toBeGreaterThan(0)
    const until = now + HOUR
    const ended = []
    for (const change of [
      { type: 'session-revoked', subject: 'one', until },
      { type: 'user-revoked', subject: 'local:1', until },
      { type: 'user-stale', subject: 'local:2', until },
      { type: 'all-revoked', subject: null, until },
    ] as const)
      ended.push((await store.record(change, now)).ended)
    expect(ended).toEqual([1, 1, 0, 1])
    expect(await Promise.all(['one', 'two', 'three'].map((id) => store.confirm(id, now)))).toEqual([null, null, null])
    await vi.waitFor(
      () => expect(heard).toEqual(['session-revoked', 'user-revoked', 'user-stale', 'all-revoked']),
      20_000,
    )
  })

  test('an application that has never used it before starts', async () => {
    const { open, prefix } = freshOn(server)
    await full()
    expect(await redisSessions(open(), { prefix }).revision()).toBeGreaterThan(0)
  })

  test('an administrator throws people out, and nobody gets in', async () => {
    const { open, prefix } = freshOn(server)
    const sessions = { store: redisSessions(open(), { prefix }) }
    const auth = await openAuth({ sources: [source('people')], throttle: false, sessions, audit: { record() {} } })
    const { cookieHeader } = await signIn(auth)
    await full()
    expect((await whoIs(auth, cookieHeader)).name).toBe('anna')
    await expect(signIn(auth, 'bert')).rejects.toThrow('not signed in: unavailable')
    expect(await auth.sessions.revoke({ user: 'people:anna' })).toBe(1)
    expect((await whoIs(auth, cookieHeader)).isAnonymous).toBe(true)
  })
})
