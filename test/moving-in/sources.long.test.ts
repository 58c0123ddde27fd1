import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Auth } from 'ostiary'
import { expect, onTestFinished } from 'vitest'
import { signIn } from '../application/open-auth.ts'
import { type Desk, test } from '../cli/cli-process.ts'
import { BCRYPT, SSHA } from './hashes.ts'

test('everybody of zopyx-fastapi-auth signs in with the old password, and has a hash of ours from then on', async ({
  desk,
}) => {
  const old = new DatabaseSync(join(desk.folder, 'old.db'))
  onTestFinished(() => old.close())
  old.exec(`create table user (username varchar not null primary key, password varchar not null, roles varchar not null,
    created datetime not null)`)
  const insert = old.prepare('insert into user values (?, ?, ?, ?)')
  insert.run('admin', BCRYPT, 'Administrator,User', '2025-01-31 09:30:00.123456')
  insert.run('viewer', BCRYPT, 'Viewer', '2025-02-01 00:00:00.000000')
  insert.run('nobody', BCRYPT, '', '2025-02-01 00:00:00.000000')
  const before = old.prepare('select * from user').all()

  const args = ['--from', 'zopyx', '--roles-map', 'User=Viewer']
  expect(await desk.ostiary(['import', 'old.db', ...args])).toEqual({
    code: 0,
    stdout: '3 users: 3 added.\n',
    stderr: '',
  })
  expect(await desk.ostiary(['import', 'sqlite:old.db', ...args])).toMatchObject({
    code: 0,
    stdout: 'Nothing changed. 3 users: 3 there already.\n',
  })
  expect(old.prepare('select * from user').all()).toEqual(before)
  expect(old.prepare('pragma journal_mode').get()).toEqual({ journal_mode: 'delete' })

  const users = new DatabaseSync(join(desk.folder, 'people.db'))
  onTestFinished(() => users.close())
  const hashes = () => users.prepare('select password_hash as hash from ostiary_user order by username').all()
  expect(hashes()).toEqual([{ hash: BCRYPT }, { hash: BCRYPT }, { hash: BCRYPT }])
  const auth = await application(desk)
  const roles = { admin: ['Administrator', 'Viewer'], nobody: [], viewer: ['Viewer'] }
  for (const [username, names] of Object.entries(roles)) {
    const { user } = await signIn(auth, username, 'Grüße')
    expect([...user.roles].map((role) => role.name).sort()).toEqual(names)
    await signIn(auth, username, 'Grüße')
  }
  for (const { hash } of hashes()) expect(hash).toMatch(/^\$argon2id\$v=19\$m=8,t=1,p=1\$/)
  expect(await auth.users?.get('admin')).toMatchObject({ createdAt: new Date('2025-01-31T09:30:00.123Z') })
})

test('a database that is not there, or of another kind, is said to be so, and is not made', async ({ desk }) => {
  const nothing = await desk.ostiary(['import', 'nothing.db', '--from', 'zopyx'])
  expect(nothing).toMatchObject({ code: 1, stdout: '' })
  expect(nothing.stderr).toContain('Cannot open the database nothing.db: there is no such file.')
  expect((await desk.shell('ls')).stdout).not.toContain('nothing.db')
  await desk.ostiary(['add', 'anna', '--no-password'])
  const other = await desk.ostiary(['import', 'people.db', '--from', 'django'])
  expect(other).toMatchObject({ code: 1, stderr: expect.stringContaining('no such table: auth_user') })
})

test('a password in the URL of a database or of a file is never printed', async ({ desk }) => {
  for (const args of [
    ['postgres://django:s3cr3t@127.0.0.1:1/shop', '--from', 'django'],
    ['mysql://django:s3cr3t@127.0.0.1:1/shop', '--from', 'django'],
    ['postgres://django:s3cr3t@127.0.0.1:1', '--from', 'django'],
    ['https://anna:s3cr3t@127.0.0.1:1/users.csv', '--from', 'csv'],
    ['http://127.0.0.1:1/users.csv?key=s3cr3t', '--from', 'csv'],
    ['ftp://anna:s3cr3t@127.0.0.1/users.csv', '--from', 'csv'],
    ['postgres://django:s3cr3t@127.0.0.1:1/shop', '--from', 'csv'],
  ]) {
    const { code, stdout, stderr } = await desk.ostiary(['import', ...args])
    expect(code, args[0]).toBeGreaterThan(0)
    expect(stdout).toBe('')
    expect(stderr).toMatch(/^ostiary: /)
    expect(stderr).not.toContain('s3cr3t')
  }
})

test('a file comes from a server, and one that breaks off or leads elsewhere is a failure', async ({ desk }) => {
  const csv = `username,hash\nanna,${SSHA}\n`
  const address = await serve((request, response) => {
    if (request.url === '/users.csv') response.end(csv)
    else if (request.url === '/moved') response.writeHead(302, { location: '/users.csv' }).end()
    else if (request.url === '/cut')
      response.writeHead(200, { 'content-length': 1000 }).write(csv, () => response.destroy())
    else response.writeHead(404).end()
  })
  const from = (path: string) => desk.ostiary(['import', `${address}${path}`, '--from', 'csv'])
  expect(await from('/users.csv')).toEqual({ code: 0, stdout: '1 user: 1 added.\n', stderr: '' })
  expect(await from('/gone')).toMatchObject({ code: 1, stderr: expect.stringContaining('it answers 404') })
  expect(await from('/moved')).toMatchObject({ code: 1, stderr: expect.stringContaining('redirect') })
  expect(await from('/cut')).toMatchObject({ code: 1 })
  const plain = await desk.ostiary(['import', 'http://example.org/users.csv', '--from', 'csv'])
  expect(plain).toMatchObject({ code: 2, stderr: expect.stringContaining('Use https') })
})

/** What `ostiary.config.mjs` exports: the application that the users have moved into. */
async function application(desk: Desk): Promise<Auth> {
  const before = process.cwd()
  process.chdir(desk.folder)
  onTestFinished(() => process.chdir(before))
  const { default: auth } = (await import(join(desk.folder, 'ostiary.config.mjs'))) as { default: Auth }
  onTestFinished(() => auth.close())
  await auth.ready()
  return auth
}

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
