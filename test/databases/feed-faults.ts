import { openDatabase, sqlSessions } from 'ostiary/sql'
import { expect, onTestFinished, test, vi } from 'vitest'
import { openFaultyProxy } from '../servers/faulty-proxy.ts'
import { type DatabaseServer, freshFor } from './database-server.ts'

const HOUR = 3_600_000
/** A query that hangs is given up after 15 s, and only then a new connection is made. */
const WAIT = { timeout: 30_000, interval: 20 }

/** What a follower says, and hears, while the way to its server is out of order. */
export function describeFeedFaults(server: DatabaseServer): void {
  test(`a follower that ${server.name} does not answer says so, catches up by itself, and says that`, async () => {
    const { url, open } = await freshFor(server)
    const way = await openFaultyProxy(url)
    const database = openDatabase(way.over(url))
    onTestFinished(() => database.close())
    const warned = vi.spyOn(process, 'emitWarning').mockReturnValue()
    onTestFinished(() => warned.mockRestore())

    const events: (boolean | string | null)[] = []
    const stop = await sqlSessions(database).follow(
      (changes) => void events.push(...changes.map(({ subject }) => subject)),
      (connected) => void events.push(connected),
    )
    onTestFinished(stop)
    const elsewhere = sqlSessions(open())
    const tell = async (subject: string) => {
      const now = Date.now()
      await elsewhere.record({ type: 'user-stale', subject, until: now + HOUR }, now)
    }
    await tell('local:1')
    await vi.waitFor(() => expect(events).toEqual(['local:1']), WAIT)
    for (const fault of ['silent', 'hangUp'] as const) {
      events.length = 0
      way.behave(fault)
      if (fault === 'hangUp') way.cut()
      await vi.waitFor(() => expect(events).toEqual([false]), WAIT)
      await tell('local:2')
      await tell('local:3')
      way.behave('pass')
      await vi.waitFor(() => expect(events).toEqual([false, 'local:2', 'local:3', true]), WAIT)
    }
    expect(warned).toHaveBeenCalledTimes(2)
  }, 90_000)
}
