import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test, vi } from 'vitest'
import { ConfigurationError } from '../errors.ts'
import type { SessionChange } from '../sessions/session-store.ts'
import { sessionStoreContract } from '../testing/session-store-contract.ts'
import { openDatabase } from './open-database.ts'
import { sqlSessions } from './sql-sessions.ts'

sessionStoreContract('a database', async ({ clock }) => {
  const folder = await mkdtemp(join(tmpdir(), 'ostiary-sessions-'))
  const url = `sqlite:${join(folder, 'sessions.db')}`
  const databases = [openDatabase(url)]
  const [first] = databases
  return {
    store: sqlSessions(first ?? openDatabase(url), { clock, pollEvery: '20ms' }),
    openAnother() {
      const another = openDatabase(url)
      databases.push(another)
      return sqlSessions(another, { clock, pollEvery: '20ms' })
    },
    async teardown() {
      for (const database of databases) await database.close()
      await rm(folder, { recursive: true })
    },
  }
})

async function temporaryFile(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ostiary-sessions-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  return join(folder, 'sessions.db')
}

test('sessions and what was revoked survive the process', async () => {
  const url = `sqlite:${await temporaryFile()}`
  const now = Date.now()
  const record = {
    id: 'one',
    userId: 'local:1',
    userName: 'Anna',
    startedAt: now,
    lastSeenAt: now,
    expiresAt: now + 60_000,
    persistent: true,
    clientAddress: '192.0.2.1',
    userAgent: null,
  }
  const revoked = { type: 'user-revoked', subject: 'local:2', until: now + 60_000 } as const
  const before = openDatabase(url)
  await sqlSessions(before).start(record, await sqlSessions(before).revision())
  await sqlSessions(before).record(revoked, now)
  await before.close()

  const after = openDatabase(url)
  onTestFinished(() => after.close())
  const heard: SessionChange[] = []
  const stop = await sqlSessions(after).follow((changes) => void heard.push(...changes))
  onTestFinished(stop)
  expect(heard).toMatchObject([revoked])
  expect(await sqlSessions(after).confirm('one', now)).toBeGreaterThanOrEqual(heard[0]?.revision ?? Infinity)
})

test('what expired a day ago is cleared away when somebody follows, and nothing else', async () => {
  const file = await temporaryFile()
  const database = openDatabase(`sqlite:${file}`)
  onTestFinished(() => database.close())
  const store = sqlSessions(database, { clock: () => 10_000 + 86_400_000 })
  const origin = { clientAddress: null, userAgent: null }
  const record = { userId: 'local:1', userName: 'Anna', startedAt: 1, lastSeenAt: 1, persistent: false, ...origin }
  await store.start({ ...record, id: 'expired', expiresAt: 10_000 }, 0)
  await store.start({ ...record, id: 'living', expiresAt: 10_001 }, 0)
  await store.record({ type: 'user-stale', subject: 'local:9', until: 10_000 }, 1)
  await store.record({ type: 'user-stale', subject: 'local:8', until: 10_001 }, 1)
  const stop = await store.follow(() => {})
  onTestFinished(stop)

  const other = new DatabaseSync(file)
  onTestFinished(() => other.close())
  expect(other.prepare('select id from ostiary_session').all()).toMatchObject([{ id: 'living' }])
  expect(other.prepare('select subject from ostiary_session_change').all()).toMatchObject([{ subject: 'local:8' }])
})

test('an outage of the feed is one warning, and the feed catches up afterwards', async () => {
  const file = await temporaryFile()
  const database = openDatabase(`sqlite:${file}`)
  onTestFinished(() => database.close())
  const store = sqlSessions(database, { pollEvery: '10ms' })
  const heard: SessionChange[] = []
  const connected: boolean[] = []
  const stop = await store.follow(
    (changes) => void heard.push(...changes),
    // By the time that it says so, it has told all.
    (now) => void connected.push(now && heard.length === 1),
  )
  onTestFinished(stop)
  const warned = vi.spyOn(process, 'emitWarning').mockReturnValue()
  onTestFinished(() => warned.mockRestore())

  const other = new DatabaseSync(file)
  onTestFinished(() => other.close())
  other.exec('alter table ostiary_session_change rename to out_of_reach')
  await vi.waitFor(() => expect(warned).toHaveBeenCalled(), { timeout: 10_000 })
  // Long enough for some looks more that fail.
  await new Promise((resolve) => setTimeout(resolve, 100))
  expect(warned.mock.calls).toEqual([
    [expect.stringContaining('no such table'), { type: 'OstiaryWarning', code: 'OSTIARY_SESSION_FEED' }],
  ])

  const at = Date.now()
  other.prepare(`insert into out_of_reach values (1, 'user-stale', 'local:1', ?, ?)`).run(at, at + 60_000)
  other.exec('alter table out_of_reach rename to ostiary_session_change')
  await vi.waitFor(() => expect(heard.map(({ subject }) => subject)).toEqual(['local:1']), { timeout: 10_000 })
  await vi.waitFor(() => expect(connected).toEqual([false, true]))
})

test('a follower that could not follow hears nothing, even later', async () => {
  const file = await temporaryFile()
  const database = openDatabase(`sqlite:${file}`)
  onTestFinished(() => database.close())
  await database.ready()
  const store = sqlSessions(database)
  const other = new DatabaseSync(file)
  onTestFinished(() => other.close())
  other.exec('alter table ostiary_session_change rename to out_of_reach')
  const heard: SessionChange[] = []
  await expect(store.follow((changes) => void heard.push(...changes))).rejects.toThrow(/no such table/)
  other.exec('alter table out_of_reach rename to ostiary_session_change')
  const now = Date.now()
  await store.record({ type: 'user-stale', subject: 'local:1', until: now + 60_000 }, now)
  expect(heard).toEqual([])
})

test('polling never, backwards or at no time that can be read is a configuration error', () => {
  const database = openDatabase('sqlite::memory:')
  for (const pollEvery of [0, -1, Number.NaN, 'soon' as '1s']) {
    expect(() => sqlSessions(database, { pollEvery })).toThrow(ConfigurationError)
  }
})

test('where the database is restored to what it knew earlier, the numbers of changes go on', async () => {
  const file = await temporaryFile()
  const database = openDatabase(`sqlite:${file}`)
  onTestFinished(() => database.close())
  const store = sqlSessions(database)
  const stop = await store.follow(() => {})
  onTestFinished(stop)
  const now = Date.now()
  const change = { type: 'user-revoked', subject: 'local:1', until: now + 60_000 } as const
  const { revision } = (await store.record(change, now)).change
  const other = new DatabaseSync(file)
  onTestFinished(() => other.close())
  other.exec('update ostiary_counter set value = 1; delete from ostiary_session_change')
  expect(await store.revision()).toBe(revision)
  expect((await store.record(change, 1)).change.revision).toBe(revision + 1)
})
