import { redisSessions } from 'ostiary/redis'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import type { NewSessionChange } from '../../src/sessions/session-store.ts'
import { sessionNode } from '../sessions/session-node.ts'
import { freshOn, type RedisServer, startRedis } from './redis-server.ts'
import { HOUR, session } from './session-record.ts'

/**
 * A Redis that has forgotten what it acknowledged: all of it, as without persistence, or the last of it, as a replica
 * that takes over. Numbers go on, and nobody is signed in by a password from before.
 */

let server: RedisServer
beforeAll(async () => {
  server = await startRedis()
})
afterAll(() => server?.stop())

const now = Date.now()
const change = (type: 'user-revoked' | 'user-stale', subject = 'local:1'): NewSessionChange => ({
  type,
  subject,
  until: now + HOUR,
})

function scene() {
  const { open, prefix } = freshOn(server)
  const openStore = () => redisSessions(open(), { prefix })

  async function saved(): Promise<() => Promise<void>> {
    const keys = (await server.ask('KEYS', `{${prefix}}:*`)) as string[]
    const copies = keys.map((key) => `${key} (a copy)`)
    for (const [index, key] of keys.entries()) await server.ask('COPY', key, copies[index] as string)
    return async () => {
      await forget((key) => !copies.includes(key))
      for (const [index, key] of keys.entries()) await server.ask('RENAME', copies[index] as string, key)
    }
  }

  async function forget(which: (key: string) => boolean = () => true): Promise<void> {
    const keys = ((await server.ask('KEYS', `{${prefix}}:*`)) as string[]).filter(which)
    if (keys.length > 0) await server.ask('DEL', ...keys)
  }

  return {
    store: openStore(),
    openStore,
    forget,
    /** Remembers what there is. What is called later puts it back, as it was. */
    saved,
    latest: async () => Number(await server.ask('HGET', `{${prefix}}:numbers`, 'latest')),
    setLatest: (number: number) => server.ask('HSET', `{${prefix}}:numbers`, 'latest', `${number}`),
  }
}

test('numbers do not start again, whoever asks first', async () => {
  const { store, openStore, forget } = scene()
  const before = (await store.record(change('user-stale'), now)).change.revision
  await forget()
  const stranger = openStore()
  const after = await stranger.revision()
  expect(after).toBeGreaterThan(before)
  expect(await store.revision()).toBe(after)
  await forget()
  expect((await openStore().record(change('user-stale'), now)).change.revision).toBeGreaterThan(after)
})

test('a number that was lost is not given again, even if nobody who asks has heard of it', async () => {
  const { store, openStore, saved } = scene()
  await store.revision()
  const lose = await saved()
  const { revision } = (await store.record(change('user-stale'), now)).change
  await lose()
  expect((await openStore().record(change('user-stale'), now)).change.revision).toBeGreaterThan(revision)
})

test('numbers go on from the highest, though the clock of Redis is behind', async () => {
  const { store, forget, setLatest } = scene()
  const ahead = (Date.now() + HOUR) * 1000
  await setLatest(ahead)
  expect((await store.record(change('user-stale'), now)).change.revision).toBe(ahead + 1)
  await forget()
  expect(await store.revision()).toBe(ahead + 1)
  expect((await store.record(change('user-stale'), now)).change.revision).toBe(ahead + 2)
})

test('a login that was under way when all was lost starts nothing, and the next one does', async () => {
  const { store, openStore, forget } = scene()
  const revision = await store.revision()
  await store.record(change('user-revoked'), now)
  await forget()
  for (const each of [openStore(), store]) expect(await each.start(session({ id: 'one' }), revision)).toBe(false)
  expect(await store.confirm('one', now)).toBeNull()
  expect(await store.start(session({ id: 'one' }), await store.revision())).toBe(true)
})

test.for(['heard of it', 'recorded it', 'asked for the position'] as const)(
  'of what was lost last, a process tells that %s',
  async (how) => {
    const { store, openStore, saved } = scene()
    await store.record(change('user-stale', 'local:2'), now)
    const revision = await store.revision()
    const lose = await saved()
    const { revision: lost } = (await (how === 'recorded it' ? store : openStore()).record(change('user-revoked'), now))
      .change
    if (how === 'heard of it') await (await store.follow(() => {}))()
    if (how === 'asked for the position') await store.revision()
    await lose()
    expect(await openStore().revision()).toBe(revision)

    // The revocation is gone, and nobody in Redis knows whose it was: what may have been before it is asked again.
    expect(await store.start(session({ id: 'one' }), revision)).toBe(false)
    expect(await openStore().start(session({ id: 'one' }), revision)).toBe(false)
    const again = await store.revision()
    expect(again).toBeGreaterThanOrEqual(lost)
    expect(await store.start(session({ id: 'one' }), again)).toBe(true)
  },
)

test('a login that knows of more than Redis does starts nothing', async () => {
  const { store, openStore, saved } = scene()
  await store.revision()
  const lose = await saved()
  const { revision } = (await store.record(change('user-stale'), now)).change
  await lose()
  expect(await openStore().start(session({ id: 'one' }), revision)).toBe(false)
})

test('sessions that were not lost live on, and their leases are not behind what was heard', async () => {
  const { store, openStore, saved } = scene()
  expect(await store.start(session({ id: 'one' }), await store.revision())).toBe(true)
  const lose = await saved()
  const { revision } = (await store.record(change('user-stale'), now)).change
  await lose()
  expect(await openStore().confirm('one', now)).toBeLessThan(revision)
  expect(await store.confirm('one', now)).toBeGreaterThanOrEqual(revision)
})

test('who signs in after the loss is not taken for one whose sessions were revoked before it', async () => {
  vi.spyOn(process, 'emitWarning').mockReturnValue()
  onTestFinished(() => void vi.restoreAllMocks())
  const { store, openStore, saved, latest } = scene()
  const node = await sessionNode({ store, clock: Date.now })
  onTestFinished(() => node.sessions.close())
  await store.revision()
  const lose = await saved()
  await node.sessions.revoke({ user: 'local:7' })
  const revision = await latest()
  await lose()
  expect(await latest()).toBeLessThan(revision)

  // As happens when the server that forgets is another one.
  await server.ask('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes')
  await vi.waitFor(async () => expect(await latest()).toBeGreaterThanOrEqual(revision), { timeout: 20_000 })
  const newcomer = await sessionNode({ store: openStore(), clock: Date.now })
  onTestFinished(() => newcomer.sessions.close())
  const sealed = await newcomer.signIn()
  expect(node.sessions.open(sealed).state).toBe('live')
})
