import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { bareTest, test } from '../cli/cli-process.ts'
import { BCRYPT, SSHA } from './hashes.ts'

const ANNA = `username,password_hash,roles\nanna,${BCRYPT},Viewer\n`
const OTHER = `username,password_hash,roles\nanna,${SSHA},Administrator\nbob,,\n`

describe('import', () => {
  test('with --dry-run says what would happen, and stores nothing', async ({ desk }) => {
    await desk.write('anna.csv', ANNA)
    expect(await desk.ostiary(['import', 'anna.csv', '--from', 'csv', '--dry-run'])).toMatchObject({
      code: 0,
      stdout: 'Nothing was stored. It would be 1 user: 1 added.\n',
    })
    expect((await desk.ostiary(['list-users', '--json'])).stdout).toBe('[]\n')
  })

  test('with --dry-run counts as the import does, though a name comes twice, in batches or in one', async ({
    desk,
  }) => {
    await desk.write('twice.csv', `username,password_hash\nanna,${BCRYPT}\nbob,\nanna,${SSHA}\n`)
    const twice = (...options: string[]) => desk.ostiary(['import', 'twice.csv', '--from', 'csv', ...options])
    const rejected = '3 users: 2 added, 1 rejected.\n'
    const updated = '3 users: 2 added, 1 updated.\n'
    for (const batch of ['1', '3']) {
      const dry = await twice('--dry-run', '--batch', batch)
      expect(dry).toMatchObject({ code: 3, stdout: `Nothing was stored. It would be ${rejected}` })
      const dryUpdate = await twice('--dry-run', '--update', '--batch', batch)
      expect(dryUpdate).toMatchObject({ code: 0, stdout: `Nothing was stored. It would be ${updated}` })
    }
    expect(await twice('--batch', '1')).toMatchObject({ code: 3, stdout: rejected })
    for (const name of ['anna', 'bob']) await desk.ostiary(['delete', name, '--yes'])
    expect(await twice('--update')).toMatchObject({ code: 0, stdout: updated })
  })

  test('overwrites nobody, unless it is told to update', async ({ desk }) => {
    await desk.write('anna.csv', ANNA)
    await desk.write('other.csv', OTHER)
    await desk.ostiary(['import', 'anna.csv', '--from', 'csv'])
    const other = ['import', 'other.csv', '--from', 'csv']
    const refused = await desk.ostiary(other)
    expect(refused).toMatchObject({ code: 3, stdout: '2 users: 1 added, 1 rejected.\n' })
    expect(refused.stderr).toContain('line 2 "anna": there already, with another password, another roles')
    const skipped = 'Nothing changed. 2 users: 1 there already, 1 skipped.\n'
    expect(await desk.ostiary([...other, '--skip-existing'])).toEqual({ code: 0, stdout: skipped, stderr: '' })
    const updated = '2 users: 1 updated, 1 there already.\n'
    expect(await desk.ostiary([...other, '--update'])).toEqual({ code: 0, stdout: updated, stderr: '' })
    expect(JSON.parse((await desk.ostiary(['show', 'anna', '--json'])).stdout)).toMatchObject({
      roles: ['Administrator'],
    })
    expect(await desk.ostiary([...other, '--update', '--skip-existing'])).toMatchObject({ code: 2 })
  })

  test('maps roles by option and by file, and drops those that are mapped to nothing', async ({ desk }) => {
    await desk.write('users.csv', 'username,roles\nanna,"boss,guest"\nbob,"Viewer,other"\neve,guest\n')
    const args = ['import', 'users.csv', '--from', 'csv']
    expect(await desk.ostiary([...args, '--roles-map', 'boss=Wizard'])).toMatchObject({ code: 1, stdout: '' })
    const some = await desk.ostiary([...args, '--roles-map', 'boss=Administrator,boss=Viewer,guest='])
    expect(some).toMatchObject({ code: 3, stdout: '3 users: 2 added, 1 rejected.\n' })
    expect(some.stderr).toContain('line 3 "bob": There is no role "other"')
    await desk.write('roles.map', '# here and there\nboss = Administrator\nboss = Viewer\nViewer=Viewer\n* =\n')
    expect(await desk.ostiary([...args, '--roles-map', 'roles.map'])).toMatchObject({
      code: 0,
      stdout: '3 users: 1 added, 2 there already.\n',
    })
    const users = JSON.parse((await desk.ostiary(['list-users', '--json'])).stdout)
    expect(users.map(({ roles }: { roles: string[] }) => roles)).toEqual([['Administrator', 'Viewer'], ['Viewer'], []])
  })

  test('lists the first rejects, and says how to see all of them', async ({ desk }) => {
    const stdin = `username,roles\n${Array.from({ length: 25 }, (_, index) => `user${index},Wizard\n`).join('')}`
    const { stderr } = await desk.ostiary(['import', '-', '--from', 'csv', '--batch', '4'], { stdin })
    expect(stderr.match(/^line \d+ "user/gm)).toHaveLength(10)
    expect(stderr).toContain('… and 15 more: --rejects <file> lists all of them.')
  })

  test('refuses what it cannot read, with the exit code for that', async ({ desk }) => {
    await desk.write('users.csv', ANNA)
    for (const args of [
      ['nobody.csv', '--from', 'csv'],
      ['users.csv'],
      ['users.csv', '--from', 'excel'],
      ['users.csv', '--from', 'csv', '--batch', '0'],
      ['users.csv', '--from', 'csv', '--roles-map', 'nonsense'],
      ['users.csv', '--from', 'csv', '--rejects', 'no/such/folder'],
      ['-', '--from', 'django'],
    ]) {
      expect(await desk.ostiary(['import', ...args]), args.join(' ')).toMatchObject({ code: 2, stdout: '' })
    }
    for (const args of [
      ['.', '--from', 'csv'],
      ['users.csv', '--from', 'csv', '--roles-map', '.'],
    ]) {
      const { code, stderr } = await desk.ostiary(['import', ...args])
      expect({ code, stderr }, args.join(' ')).toEqual({ code: 2, stderr: expect.stringMatching(/is a folder\.?\n$/) })
    }
  })

  test('shows on a terminal how far it is, and takes that away', async ({ desk }) => {
    const rows = Array.from({ length: 3000 }, (_, index) => `user${index},Viewer\n`)
    await desk.write('users.csv', `username,roles\n${rows.join('')}`)
    const { stdout, code } = await desk.onTerminal('ostiary import users.csv --from csv --batch 500')
    expect(code).toBe(0)
    const shown = stdout.replaceAll('\u001b[K', '<clear>')
    expect(shown).toMatch(/\r<clear>\[#* *\] +\d+ % +[\d,]+ users +[\d,]+\/s +\d+:\d\d left/)
    expect(shown).toMatch(/\r<clear>3,000 users: 3,000 added\.\r\n$/)
  })
})

describe('export', () => {
  test('writes a file that only its owner can read, whole or not at all', async ({ desk }) => {
    await desk.ostiary(['add', 'anna', '--no-password'])
    await desk.write('users.ndjson', 'from before\n')
    expect(await desk.ostiary(['export', '--output', 'users.ndjson'])).toMatchObject({ code: 0, stdout: '' })
    expect((await stat(join(desk.folder, 'users.ndjson'))).mode & 0o777).toBe(0o600)
    expect(JSON.parse(await readFile(join(desk.folder, 'users.ndjson'), 'utf8'))).toMatchObject({ username: 'anna' })
    expect((await readdir(desk.folder)).filter((name) => name.includes('partial'))).toEqual([])
    expect(await desk.ostiary(['export', '--output', 'no/folder'])).toMatchObject({ code: 2 })
    expect(await desk.ostiary(['export', '--output', '.'])).toMatchObject({ code: 2 })
  })
})

bareTest('with the database alone, names of roles are taken as they are', async ({ desk }) => {
  const stdin = 'username,roles\nanna,Wizard\n'
  const env = { OSTIARY_DATABASE_URL: desk.databaseUrl }
  const { code, stderr } = await desk.ostiary(['import', '-', '--from', 'csv'], { stdin, env })
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('names of roles cannot be checked') })
})
