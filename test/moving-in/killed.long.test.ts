import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'
import { type Desk, test } from '../cli/cli-process.ts'
import { manyUser, writeManyUsers } from './many-users.ts'

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))
/** Less than the users take, as objects. */
const LITTLE_MEMORY = ['--max-old-space-size=48']
const USERS = 100_000

test('an import of 100,000 users in little memory, killed half way, ends with exactly these users', async ({
  desk,
}) => {
  await writeManyUsers(join(desk.folder, 'users.csv'), USERS)
  const command = ['import', 'users.csv', '--from', 'csv']
  await endWhenStored(desk, command, 20_000, 'SIGKILL')
  const stored = countUsers(desk)
  expect(stored).toBeGreaterThan(0)
  expect(stored).toBeLessThan(USERS)
  expect(stored % 2000).toBe(0)

  const n = (count: number) => count.toLocaleString('en')
  expect(await desk.ostiary(command, { nodeOptions: LITTLE_MEMORY })).toEqual({
    code: 0,
    stdout: `100,000 users: ${n(USERS - stored)} added, ${n(stored)} there already.\n`,
    stderr: '',
  })
  expectExactlyTheseUsers(desk)
  expect(await desk.ostiary(command, { nodeOptions: LITTLE_MEMORY })).toEqual({
    code: 0,
    stdout: 'Nothing changed. 100,000 users: 100,000 there already.\n',
    stderr: '',
  })
  expectExactlyTheseUsers(desk)

  const written = await desk.ostiary(['export', '--output', 'out.ndjson'], { nodeOptions: LITTLE_MEMORY })
  expect(written).toMatchObject({ code: 0, stderr: expect.stringContaining('Wrote 100,000 users.') })
  const listed = await desk.shell(`NODE_OPTIONS=${LITTLE_MEMORY[0]} ostiary list-users --json > users.json`)
  expect(listed).toEqual({ code: 0, stdout: '', stderr: '' })
  expect((await desk.shell('wc -l < out.ndjson')).stdout.trim()).toBe(String(USERS))
}, 240_000)

test('Ctrl-C ends an import after a batch, and the same command goes on', async ({ desk }) => {
  await writeManyUsers(join(desk.folder, 'users.csv'), 20_000)
  const command = ['import', 'users.csv', '--from', 'csv', '--batch', '100', '--rejects', 'rejects.ndjson']
  const ended = await endWhenStored(desk, command, 1000, 'SIGINT')
  const stored = countUsers(desk)
  expect(stored).toBeLessThan(20_000)
  expect(stored % 100).toBe(0)
  const count = stored.toLocaleString('en')
  expect(ended).toEqual({
    code: 130,
    stdout: `${count} users: ${count} added.\n`,
    stderr: 'ostiary: Ended before all were read. The same command again goes on.\n',
  })
  expect(await desk.ostiary(command)).toMatchObject({ code: 0, stderr: '' })
  expect(countUsers(desk)).toBe(20_000)
})

async function endWhenStored(desk: Desk, command: readonly string[], users: number, signal: 'SIGKILL' | 'SIGINT') {
  const child = spawn(process.execPath, [...LITTLE_MEMORY, main, ...command], { cwd: desk.folder })
  const said = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) child[name].on('data', (text) => (said[name] += text))
  const closed = once(child, 'close')
  while (child.exitCode === null && countUsers(desk, 'max(rowid)') < users) await pause(5)
  child.kill(signal)
  const [code] = await closed
  return { code, ...said }
}

/** With `max(rowid)` at once, so that looking does not hold up who writes. */
function countUsers(desk: Desk, count: 'count(*)' | 'max(rowid)' = 'count(*)'): number {
  const file = join(desk.folder, 'people.db')
  if (!existsSync(file)) return 0
  const database = new DatabaseSync(file, { readOnly: true })
  try {
    return Number(database.prepare(`select ${count} as count from ostiary_user`).get()?.count)
  } catch {
    // It is being made.
    return 0
  } finally {
    database.close()
  }
}

function expectExactlyTheseUsers(desk: Desk): void {
  const database = new DatabaseSync(join(desk.folder, 'people.db'), { readOnly: true })
  const rows = database
    .prepare(
      `select username, password_hash as hash, description,
        (select group_concat(role) from (select role from ostiary_user_role where user_id = id order by role)) as roles
      from ostiary_user order by username`,
    )
    .all()
  database.close()
  const expected = Array.from({ length: USERS }, (_, index) => manyUser(index))
    .map(({ roles, ...user }) => ({ ...user, roles: roles.length > 0 ? roles.join(',') : null }))
    .sort((a, b) => (a.username < b.username ? -1 : 1))
  expect(rows.length).toBe(USERS)
  const wrong = expected.findIndex((user, index) => {
    const row = rows[index]
    return Object.entries(user).some(([field, value]) => row?.[field] !== value)
  })
  expect(wrong === -1 ? undefined : { expected: expected[wrong], stored: rows[wrong] }).toBeUndefined()
}
