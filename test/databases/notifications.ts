import { sql } from 'kysely'
import { sqlSessions } from 'ostiary/sql'
import { expect, onTestFinished, test, vi } from 'vitest'
import { listenOnPostgres } from '../../src/sql/postgres-listener.ts'
import { type DatabaseServer, freshFor } from './database-server.ts'

const WAIT = { timeout: 20_000, interval: 20 }

/** What PostgreSQL tells by itself. */
export function describeNotifications(server: DatabaseServer): void {
  test('a change is told to all who listen, once it is committed', async () => {
    const { url, open } = await freshFor(server)
    const store = sqlSessions(open())
    await store.ready?.()
    let notices = 0
    let listening = false
    const stop = listenOnPostgres(url, 'ostiary_session_change', {
      onNotice: () => void notices++,
      onListening(now) {
        listening = now
      },
    })
    onTestFinished(stop)
    await vi.waitFor(() => expect(listening).toBe(true), WAIT)
    // One for what may have been missed before.
    expect(notices).toBe(1)
    const now = Date.now()
    await store.record({ type: 'user-stale', subject: 'local:1', until: now + 1000 }, now)
    await vi.waitFor(() => expect(notices).toBe(2), WAIT)
  })

  test('a follower listens, and listens again when its connection was ended', async () => {
    const { open } = await freshFor(server)
    const onlooker = await open().foreignTables()
    const listeners = async () => {
      const { rows } = await sql<{ pid: number }>`select pid from pg_stat_activity
        where datname = current_database() and query = 'listen ostiary_session_change'`.execute(onlooker)
      return rows.map(({ pid }) => pid)
    }
    const heard: unknown[] = []
    const stop = await sqlSessions(open()).follow((changes) => void heard.push(...changes))
    await vi.waitFor(async () => expect(await listeners()).toHaveLength(1), WAIT)
    const [first] = await listeners()
    await sql`select pg_terminate_backend(${first})`.execute(onlooker)
    await vi.waitFor(async () => {
      const now = await listeners()
      expect(now).toHaveLength(1)
      expect(now).not.toEqual([first])
    }, WAIT)
    await stop()
    await vi.waitFor(async () => expect(await listeners()).toEqual([]), WAIT)
  })

  test('a server that cannot be reached is tried again, and nobody has to wait for it', async () => {
    const said: boolean[] = []
    const stop = listenOnPostgres('postgres://nobody:nothing@127.0.0.1:1/none', 'ostiary_session_change', {
      onNotice: () => expect.fail('there is nothing to notice'),
      onListening: (now) => void said.push(now),
    })
    await vi.waitFor(() => expect(said.length).toBeGreaterThan(1), WAIT)
    expect(said).not.toContain(true)
    stop()
  })
}
