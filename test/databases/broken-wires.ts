import { sql } from 'kysely'
import type { Duration } from 'ostiary'
import { type Database, openDatabase } from 'ostiary/sql'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openFaultyProxy } from '../servers/faulty-proxy.ts'
import { type DatabaseServer, freshFor } from './database-server.ts'

/** More than a process has connections. */
const MANY = 15

export function describeBrokenWires(server: DatabaseServer): void {
  describe(`the wire to ${server.name}`, () => {
    async function wired() {
      const { url } = await freshFor(server)
      const wire = await openFaultyProxy(url)
      const opened: Database[] = []
      onTestFinished(async () => {
        wire.behave('pass')
        wire.cut()
        for (const database of opened) await database.close()
      })
      const open = (timeout: Duration) => {
        const database = openDatabase(wire.over(url), { timeout })
        opened.push(database)
        return database
      }
      return { wire, open }
    }

    async function ask(database: Database): Promise<number> {
      const { rows } = await sql<{ one: unknown }>`select 1 as one`.execute(await database.foreignTables())
      return Number(rows[0]?.one)
    }

    const askAllAtOnce = (database: Database) => Promise.allSettled(Array.from({ length: MANY }, () => ask(database)))

    /** On connections that rest, all of them. */
    async function warm(database: Database): Promise<void> {
      for (const answer of await askAllAtOnce(database)) expect(answer.status).toBe('fulfilled')
    }

    async function expectAllFail(database: Database): Promise<void> {
      for (const answer of await askAllAtOnce(database)) expect(answer.status).toBe('rejected')
    }

    test.each(['reset', 'half', 'hangUp'] as const)(
      'that breaks while a query is under way (%s) fails the query, and nothing else',
      async (fault) => {
        const { wire, open } = await wired()
        const database = open('1m')
        await warm(database)
        wire.behave(fault)
        if (fault === 'hangUp') wire.cut()
        await expectAllFail(database)
        wire.behave('pass')
        expect(await ask(database)).toBe(1)
      },
    )

    test('on which nothing comes is given up, and takes nobody’s place for good', async () => {
      const { wire, open } = await wired()
      const database = open('1s')
      await warm(database)
      wire.behave('silent')
      await expectAllFail(database)
      wire.behave('pass')
      expect(await ask(database)).toBe(1)
    })

    test('is left in peace while nobody asks, or the tables are brought up to date', async () => {
      const { wire, open } = await wired()
      const [resting, migrating, another] = [open('1s'), open('1s'), open('3s')]
      expect(await ask(resting)).toBe(1)
      expect(await ask(migrating)).toBe(1)
      expect(await ask(another)).toBe(1)
      wire.behave('silent')
      let settled = false
      const ready = migrating.ready().finally(() => {
        settled = true
      })
      ready.catch(() => {})
      // Others give up meanwhile: the time of these two is long over.
      await expect(ask(another)).rejects.toThrow()
      expect(settled).toBe(false)
      wire.behave('pass')
      const made = wire.connections()
      expect(await ask(resting)).toBe(1)
      expect(wire.connections()).toBe(made)
      wire.cut()
      await expect(ready).rejects.toThrow()
    })
  })
}
