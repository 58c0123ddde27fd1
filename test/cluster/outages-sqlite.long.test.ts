import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync } from 'node:fs'
import { dirname } from 'node:path'
import { sql } from 'kysely'
import { SessionUnavailableError } from 'ostiary'
import { openDatabase } from 'ostiary/sql'
import { describe, expect, onTestFinished, test } from 'vitest'
import { outlastGrace, untilWell } from './outages.ts'
import { sharedFile } from './shared-stores.ts'
import { smallDisk } from './small-disk.ts'
import { type WiredApplication, wiredApplication } from './wired-application.ts'

/** Outages of a file. It can be read throughout, so that changes are heard, and nothing can be written. */
describe('an outage of SQLite', () => {
  test('its disk is full', async () => {
    const disk = await smallDisk()
    console.info(`SQLite: the disk is ${disk.name}`)
    const application = await wiredApplication(disk)
    disk.fill()
    await expectNothingWritten(application)
    await outlastGrace(application)
    await disk.free()
    await recovers(application)
    expect(application.warnings).toEqual({ OSTIARY_SESSION_STORE: 1 })
  })

  test('it may not be written to', async () => {
    const application = await wiredApplication(sharedFile())
    const db = await application.people.foreignTables()
    await sql`pragma query_only = on`.execute(db)
    await expectNothingWritten(application)
    await outlastGrace(application)
    await sql`pragma query_only = off`.execute(db)
    await recovers(application)
    expect(application.warnings).toEqual({ OSTIARY_SESSION_STORE: 1 })
  })

  test('a process that may only read it when it starts does not start, and says why', async () => {
    const { address, drop } = await sharedFile().create()
    onTestFinished(drop)
    const file = address.store.slice('sqlite:'.length)
    await openDatabaseOnce(address.store)
    chmodSync(dirname(file), 0o755)
    chmodSync(file, 0o444)
    const script = `
      import { openDatabase } from ${JSON.stringify(import.meta.resolve('../../dist/sql/index.js'))}
      await openDatabase(process.argv[1]).ready().catch(({ code, message }) => console.log(code, message))`
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', script, address.store], {
      // Root may write whatever it likes.
      ...(process.getuid?.() === 0 && { uid: NOBODY, gid: NOBODY }),
      encoding: 'utf8',
    })
    expect(stderr).toBe('')
    expect(stdout).toMatch(/^OSTIARY_DATABASE Cannot open the database .*permission denied/)
  })

  test('another process keeps it locked', async () => {
    const application = await wiredApplication(sharedFile())
    const unlock = await lockedByAnother(application.address.store)
    await outlastGrace(application)
    expect(application.isConnected()).toBe(true)
    await unlock()
    await recovers(application)
    expect(application.warnings).toEqual({ OSTIARY_SESSION_STORE: 1 })
  }, 120_000)
})

async function expectNothingWritten({ auth, users }: WiredApplication): Promise<void> {
  await expect(auth.sessions.revoke('all')).rejects.toThrow(SessionUnavailableError)
  await expect(users.disable('anna')).rejects.toThrow()
  expect((await users.get('anna'))?.disabled).toBe(false)
  expect(auth.health()).toMatchObject({ healthy: true })
}

async function openDatabaseOnce(url: string): Promise<void> {
  const database = openDatabase(url)
  await database.ready()
  await database.close()
}

const NOBODY = 65_534

async function recovers(application: WiredApplication): Promise<void> {
  expect(await application.revokeElsewhere('carl')).toBe(1)
  await untilWell(application, { wasDeaf: false })
}

/** In the middle of a transaction that writes. */
async function lockedByAnother(url: string): Promise<() => Promise<void>> {
  const script = `
    const { DatabaseSync } = require('node:sqlite')
    const database = new DatabaseSync(process.argv[1])
    database.exec('begin immediate')
    process.stdout.write('locked')
    process.stdin.resume().once('end', () => database.exec('rollback'))`
  const child = spawn(process.execPath, ['--no-warnings', '--eval', script, url.slice('sqlite:'.length)])
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child.stdout, 'data')
  return async () => {
    const ended = once(child, 'exit')
    child.stdin.end()
    await ended
  }
}
