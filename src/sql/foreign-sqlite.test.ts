import { chmod, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { hashSync as bcrypt } from '@node-rs/bcrypt'
import { expect, onTestFinished, test } from 'vitest'
import { findingsOf } from '../../test/findings.ts'
import { DatabaseError } from '../errors.ts'
import { LoginAttempt } from '../users/login-attempt.ts'
import { existingUsers } from './existing-users.ts'
import { openDatabase } from './open-database.ts'

const PASSWORDS = { allowWeak: true, argon2: { memoryKiB: 8, iterations: 1, parallelism: 1 } } as const
const HASH = bcrypt('correct horse', { cost: 4 })

async function folderWith(journal: 'delete' | 'wal', people = ['anna']) {
  const folder = await mkdtemp(join(tmpdir(), 'ostiary-foreign-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const file = join(folder, 'shop.db')
  makeFile(file, journal, people).close()
  return { folder, file, ...sourceOf(file) }
}

function makeFile(file: string, journal: 'delete' | 'wal', people: readonly string[]): DatabaseSync {
  const owner = new DatabaseSync(file)
  owner.exec(`pragma journal_mode = ${journal}; create table people (login text, pw text)`)
  for (const name of people) owner.prepare('insert into people values (?, ?)').run(name, HASH)
  return owner
}

function sourceOf(file: string) {
  const database = openDatabase(`sqlite:${file}`)
  onTestFinished(() => database.close())
  const columns = { username: 'login', passwordHash: 'pw' }
  const source = existingUsers(database, { table: 'people', columns, passwords: PASSWORDS })
  const login = async (username: string) => {
    const attempt = new LoginAttempt({ username, password: 'correct horse' })
    return (await source.authenticate(attempt, AbortSignal.timeout(10_000))).outcome
  }
  return { source, login }
}

async function everyFile(folder: string): Promise<Record<string, string>> {
  const files = (await readdir(folder)).sort()
  const contents = files.map(async (name) => [name, (await readFile(join(folder, name))).toString('base64')])
  return Object.fromEntries(await Promise.all(contents))
}

test.each(['delete', 'wal'] as const)(
  'a file of another application in the journal mode %s stays as it is, and nothing appears beside it',
  async (journal) => {
    const { folder, source, login } = await folderWith(journal)
    const before = await everyFile(folder)
    await source.ready?.()
    expect(await login('anna')).toBe('accepted')
    expect(await source.lookup?.('anna', AbortSignal.timeout(10_000))).toMatchObject({ outcome: 'accepted' })
    expect(await findingsOf(source)).toEqual(['ok: the table people has all columns that are named'])
    expect(await everyFile(folder)).toEqual(before)
  },
)

test.each(['delete', 'wal'] as const)(
  'a file in the journal mode %s that may only be read, in a folder that may only be read, is read',
  async (journal) => {
    const { folder, file, login } = await folderWith(journal)
    await chmod(file, 0o444)
    await chmod(folder, 0o555)
    onTestFinished(() => chmod(folder, 0o755))
    // Permissions do not hold for root: as somebody else it is.
    const root = process.geteuid?.() === 0
    if (root) process.seteuid?.(65_534)
    try {
      expect(await login('anna')).toBe('accepted')
    } finally {
      if (root) process.seteuid?.(0)
    }
  },
)

test('what the owner of a file writes is seen at once, whether the file is open or closed meanwhile', async () => {
  const { file, folder, login } = await folderWith('wal')
  expect(await login('bert')).toBe('unknown')
  const owner = new DatabaseSync(file)
  owner.prepare('insert into people values (?, ?)').run('bert', HASH)
  expect(await login('bert')).toBe('accepted')
  owner.exec(`delete from people where login = 'bert'`)
  expect(await login('bert')).toBe('unknown')
  owner.close()
  expect(await login('bert')).toBe('unknown')
  expect(await readdir(folder)).toEqual(['shop.db'])
})

test('a file that another one replaces is not read any more', async () => {
  const { file, login } = await folderWith('wal')
  expect(await login('anna')).toBe('accepted')
  makeFile(`${file}.new`, 'delete', ['bert']).close()
  await rename(`${file}.new`, file)
  expect(await login('anna')).toBe('unknown')
  expect(await login('bert')).toBe('accepted')
})

test.each([
  ['shopp.db', 'there is no such file'],
  ['missing/shop.db', 'there is no such file'],
  ['', 'it is no file'],
])('a mistyped path, "%s", is an error that says so, and makes nothing', async (path, why) => {
  const { folder } = await folderWith('delete')
  const { source, login } = sourceOf(join(folder, path))
  const message = `Cannot open the database ${join(folder, path)}: ${why}.`
  await expect(source.ready?.()).rejects.toThrow(new DatabaseError(message))
  await expect(login('anna')).rejects.toThrow(new DatabaseError(message))
  expect(await findingsOf(source)).toEqual([`error: the table people cannot be read: ${message}`])
  expect(await readdir(folder)).toEqual(['shop.db'])
})

test('a file that is no database is an error, and stays as it is', async () => {
  const { folder } = await folderWith('delete')
  const file = join(folder, 'diary.db')
  await writeFile(file, 'Dear diary, '.repeat(1000))
  await expect(sourceOf(file).source.ready?.()).rejects.toThrow(/not a database/)
  expect((await stat(file)).size).toBe(12_000)
})

test('a writer who has the file locked for a moment is waited for', async () => {
  const { file, login } = await folderWith('delete')
  const owner = new DatabaseSync(file)
  owner.exec('begin exclusive')
  const waiting = login('anna')
  await new Promise((resolve) => setTimeout(resolve, 50))
  owner.exec('commit')
  owner.close()
  expect(await waiting).toBe('accepted')
})

test('a database in memory is read where it is', async () => {
  const database = openDatabase('sqlite::memory:')
  onTestFinished(() => database.close())
  expect(await database.reader()).toBe(await database.foreignTables())
})
