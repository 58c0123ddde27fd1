import { stripVTControlCharacters } from 'node:util'
import { localUsers, openDatabase, sqlSessions } from 'ostiary/sql'
import { describe, expect } from 'vitest'
import { printable, printableJson } from '../../src/cli/printable.ts'
import { type Desk, test } from './cli-process.ts'

/** More than fits on a page of users, or into a pipe that nobody reads. */
const MANY = 1203

async function addMany(desk: Desk): Promise<string[]> {
  const names = Array.from({ length: MANY }, (_, index) => `user${String(index).padStart(5, '0')}`)
  const database = openDatabase(desk.databaseUrl)
  const users = localUsers(database)
  for (const username of names) await users.add({ username, description: 'x'.repeat(60) })
  await database.close()
  return names
}

describe('many users', () => {
  test('come page by page, each once and in order, as one array or under one heading', async ({ desk }) => {
    const names = await addMany(desk)
    const json = await desk.ostiary(['list-users', '--json'])
    expect(JSON.parse(json.stdout).map(({ username }: { username: string }) => username)).toEqual(names)

    const [heading, ...lines] = (await desk.ostiary(['list-users'])).stdout.trimEnd().split('\n')
    expect(heading).toMatch(/^username +roles +status +createdAt$/)
    expect(lines.map((line) => line.split(' ')[0])).toEqual(names)
  })

  test('a reader who has seen enough ends it quietly', async ({ desk }) => {
    await addMany(desk)
    for (const option of ['', '--json']) {
      const ended = await desk.shell(`set -o pipefail; ostiary list-users ${option} | head -1 | cut -c1-4`)
      expect(ended).toMatchObject({ code: 0, stderr: '' })
    }
    expect(await desk.shell('set -o pipefail; ostiary --help | true')).toMatchObject({ code: 0, stderr: '' })
  })
})

test('a disk that is full is an error, not a silent loss', async ({ desk }) => {
  const { code, stderr } = await desk.shell('ostiary roles > /dev/full')
  expect(code).toBe(1)
  expect(stderr).toContain('ENOSPC')
})

describe('what could play tricks on a terminal', () => {
  const trick = 'a\u001b[2J\u009b31m\r\n\u202eb\u2028\u{e0041}'

  test('is spelled out wherever it comes from, and whole for machines', async ({ desk }) => {
    const database = openDatabase(desk.databaseUrl)
    const users = localUsers(database)
    await users.add({ username: 'bob', description: trick, properties: { note: trick } })
    const record = { id: 'an-id', userId: 'ldap:7', userName: trick, startedAt: 1, lastSeenAt: 2, persistent: true }
    const origin = { clientAddress: trick, userAgent: trick }
    await sqlSessions(database).start({ ...record, ...origin, expiresAt: Date.now() + 60_000 }, 0)
    await database.close()

    for (const args of [
      ['show', 'bob'],
      ['show', 'bob', '--json'],
      ['list-users', '--json'],
      ['sessions', 'list'],
    ]) {
      const { code, stdout } = await desk.ostiary(args)
      expect(code).toBe(0)
      expect(stdout.replaceAll('\n', '')).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u)
    }
    expect(JSON.parse((await desk.ostiary(['show', 'bob', '--json'])).stdout)).toMatchObject({ description: trick })
    const [session] = JSON.parse((await desk.ostiary(['sessions', 'list', '--json'])).stdout)
    expect(session).toMatchObject({ userName: trick, userId: 'ldap:7', startedAt: '1970-01-01T00:00:00.001Z' })
  })

  test('survives JSON unchanged', () => {
    expect(JSON.parse(printableJson({ [trick]: trick }))).toEqual({ [trick]: trick })
    expect(printable('Jörg 😀 "ü"')).toBe('Jörg 😀 "ü"')
    expect(printable('a\nb\u001b')).toBe('a\\u{a}b\\u{1b}')
  })
})

describe('a terminal', () => {
  test('gets tables with colours, and none with NO_COLOR or where the result goes elsewhere', async ({ desk }) => {
    await desk.ostiary(['add', 'bob', '--no-password', '--roles', 'Viewer'])
    const { stdout } = await desk.onTerminal('ostiary list-users; NO_COLOR=1 ostiary list-users')
    const [coloured = '', plain = ''] = stdout.split('\u2514')
    expect(coloured).toContain('\u001b[1musername\u001b[22m')
    expect(plain).toMatch(/│ bob +│ Viewer +│ no password +│/)
    expect(plain.slice(plain.indexOf('\n'))).not.toContain('\u001b[')
    expect((await desk.ostiary(['list-users'])).stdout).not.toContain('\u001b[')
  })

  test('of 60 columns gets lines that fit, with every word in one piece', async ({ desk }) => {
    const description = 'Front desk, mornings, and the parcel room in the afternoon'
    await desk.ostiary(['add', 'a-rather-long-name-of-somebody', '--no-password', '--description', description])
    const { stdout } = await desk.onTerminal(
      'stty cols 60; ostiary list-users; ostiary show a-rather-long-name-of-somebody; ostiary --help; ostiary add --help',
    )
    const lines = stripVTControlCharacters(stdout).split(/\r?\n/)
    const tooLong = lines.filter((line) => line.length > 60 && !line.includes('$ '))
    expect(tooLong.filter((line) => !/^(id|properties) /.test(line))).toEqual([])
    expect(lines).toContain('username   a-rather-long-name-of-somebody')
  })
})
