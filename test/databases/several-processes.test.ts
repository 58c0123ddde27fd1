import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import type { SessionChange } from 'ostiary'
import { localUsers, openDatabase, sqlSessions } from 'ostiary/sql'
import { expect, onTestFinished, test, vi } from 'vitest'
import { migrationNames } from './migration-names.ts'

/** The application and the command line share one file: what happens when they are at it at the same time. */

const WAIT = { timeout: 20_000, interval: 20 }

async function temporaryFile(name: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ostiary-processes-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  return join(folder, name)
}

/** Runs a script in a process of its own, against the sources. */
function run(script: string, ...args: string[]) {
  const source = `
    import { localUsers, openDatabase, sqlSessions } from ${JSON.stringify(import.meta.resolve('../../src/sql/index.ts'))}
    const [file, ...args] = process.argv.slice(1)
    const database = openDatabase('sqlite:' + file)
    ${script}
    await database.close()`
  const child = spawn(process.execPath, ['--no-warnings', '--input-type=module-typescript', '--eval', source, ...args])
  onTestFinished(() => void child.kill('SIGKILL'))
  const said = { output: '', errors: '' }
  child.stdout.on('data', (data) => {
    said.output += data
  })
  child.stderr.on('data', (data) => {
    said.errors += data
  })
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  return {
    /** Resolves when the process has written this. */
    says: (text: string) => vi.waitFor(() => expect(said).toEqual({ output: text, errors: '' }), WAIT),
    done: ended.then((code) => ({ ...said, code })),
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
  }
}

test('six processes that open a fresh file at once all succeed, and one of them makes the tables', async () => {
  const file = await temporaryFile('users.db')
  const go = `${file}.go`
  const script = `
    import { existsSync } from 'node:fs'
    process.stdout.write('here ')
    while (!existsSync(args[0])) await new Promise((resolve) => setTimeout(resolve, 1))
    await database.ready()
    process.stdout.write('ready')`
  const children = Array.from({ length: 6 }, () => run(script, file, go))
  for (const { says } of children) await says('here ')
  await writeFile(go, '')
  for (const { done } of children) expect(await done).toEqual({ output: 'here ready', errors: '', code: 0 })

  const raw = new DatabaseSync(file)
  onTestFinished(() => raw.close())
  expect(raw.prepare('select name from ostiary_migration').all()).toHaveLength(migrationNames().length)
  expect(raw.prepare('pragma integrity_check').get()).toEqual({ integrity_check: 'ok' })
}, 60_000)

test('a change waits for the writer of another process, and this process goes on meanwhile', async () => {
  const file = await temporaryFile('users.db')
  const database = openDatabase(`sqlite:${file}`)
  onTestFinished(() => database.close())
  const users = localUsers(database)
  await users.add({ username: 'anna' })

  const other = new DatabaseSync(file)
  onTestFinished(() => other.close())
  other.exec('begin immediate')
  other.exec(`update ostiary_user set description = 'changed by another'`)
  let done = false
  // One that is a transaction, and one that is a single statement.
  const changing = Promise.all([users.setRoles('anna', ['Editor']), users.disable('anna')]).then(() => {
    done = true
  })
  // Were the whole process waiting, this would not come to its end before the other's patience did.
  for (let turn = 0; turn < 20; turn += 1) await sleep(1)
  expect(done).toBe(false)
  other.exec('commit')
  await changing
  expect(await users.get('anna')).toMatchObject({
    description: 'changed by another',
    roles: ['Editor'],
    disabled: true,
  })
})

test('whoever reads does not wait for changes that wait for the writer of another process', async () => {
  const file = await temporaryFile('users.db')
  const database = openDatabase(`sqlite:${file}`)
  onTestFinished(() => database.close())
  const users = localUsers(database)
  await users.add({ username: 'anna' })
  const other = new DatabaseSync(file)
  onTestFinished(() => other.close())
  other.exec('begin immediate')
  let done = 0
  const changes = [users.setRoles('anna', ['Editor']), users.disable('anna'), users.add({ username: 'bert' })]
  for (const change of changes) change.then(() => done++, expect.fail)
  for (let turn = 0; turn < 20; turn += 1) {
    await sleep(1)
    expect(await users.get('anna')).toMatchObject({ roles: [], disabled: false })
  }
  expect(done).toBe(0)
  other.exec('rollback')
  await Promise.all(changes)
  expect(await users.get('anna')).toMatchObject({ roles: ['Editor'], disabled: true })
})

test('four processes that all add users at once lose none, and no name is taken twice', async () => {
  const file = await temporaryFile('users.db')
  const script = `
    const users = localUsers(database)
    let taken = 0
    for (let index = 0; index < 25; index += 1) {
      await users.add({ username: args[0] + index, roles: ['Editor'] })
      await users.add({ username: 'shared ' + index }).catch((error) => {
        if (error.code !== 'OSTIARY_USER_EXISTS') throw error
        taken += 1
      })
    }
    process.stdout.write(String(taken))`
  const results = await Promise.all(['a', 'b', 'c', 'd'].map((name) => run(script, file, name).done))
  for (const { errors, code } of results) expect({ errors, code }).toEqual({ errors: '', code: 0 })
  expect(results.reduce((sum, { output }) => sum + Number(output), 0)).toBe(3 * 25)
  const database = openDatabase(`sqlite:${file}`)
  onTestFinished(() => database.close())
  expect((await localUsers(database).list({ limit: 1000 })).users).toHaveLength(4 * 25 + 25)
}, 60_000)

test('a session that another process revokes is heard of here', async () => {
  const file = await temporaryFile('users.db')
  const database = openDatabase(`sqlite:${file}`)
  onTestFinished(() => database.close())
  const heard: SessionChange[] = []
  const stop = await sqlSessions(database).follow((changes) => void heard.push(...changes))
  onTestFinished(stop)
  const at = Date.now()
  const script = `
    const change = JSON.parse(args[0])
    await sqlSessions(database).record(change, change.until - 60_000)`
  const change = { type: 'user-revoked', subject: 'local:1', until: at + 60_000 }
  expect(await run(script, file, JSON.stringify(change)).done).toMatchObject({ errors: '', code: 0 })
  await vi.waitFor(() => expect(heard).toMatchObject([change]), WAIT)
}, 60_000)

test('what was committed survives a process that is killed', async () => {
  const file = await temporaryFile('users.db')
  const script = `
    const users = localUsers(database)
    await users.add({ username: 'anna', roles: ['Editor'] })
    process.stdout.write('added')
    setInterval(() => {}, 1000)
    await new Promise(() => {})`
  const { says, kill } = run(script, file)
  await says('added')
  await kill()
  const database = openDatabase(`sqlite:${file}`)
  onTestFinished(() => database.close())
  expect(await localUsers(database).get('anna')).toMatchObject({ roles: ['Editor'] })
}, 60_000)
