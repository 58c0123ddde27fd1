import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { fixedClock } from '../testing/fixed-clock.ts'
import { throttleStoreContract } from '../testing/throttle-store-contract.ts'
import { type Database, openDatabase } from './open-database.ts'
import { sqlThrottle } from './sql-throttle.ts'

throttleStoreContract('a database', async ({ clock }) => {
  const folder = await mkdtemp(join(tmpdir(), 'ostiary-throttle-'))
  const databases: Database[] = []
  const open = () => {
    const database = openDatabase(`sqlite:${folder}/test.db`)
    databases.push(database)
    return sqlThrottle(database, { clock })
  }
  return {
    store: open(),
    openAnother: open,
    async teardown() {
      for (const database of databases) await database.close()
      await rm(folder, { recursive: true })
    },
  }
})

test('counts that have ended leave the table', async () => {
  const database = openDatabase('sqlite::memory:')
  onTestFinished(() => database.close())
  const clock = fixedClock()
  const store = sqlThrottle(database, { clock })
  for (let index = 0; index < 20; index += 1) await store.consume(`key ${index}`, 5, 60_000)
  clock.advance('1h')
  await store.consume('new', 5, 60_000)
  const db = await database.tables()
  const rows = () => db.selectFrom('ostiary_login_throttle').select('subject').execute()
  await vi.waitFor(async () => expect(await rows()).toEqual([{ subject: 'new' }]))
})
