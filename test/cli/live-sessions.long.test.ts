import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import Fastify, { type FastifyInstance } from 'fastify'
import { createAuth, definePermission, defineRole, generateSecret } from 'ostiary'
import { anyone, ostiary, protect } from 'ostiary/fastify'
import { localUsers, openDatabase, sqlSessions } from 'ostiary/sql'
import { describe, expect } from 'vitest'
import { type Desk, test as withDesk } from './cli-process.ts'
import { expectWithinASecond } from './within-a-second.ts'

/** The application: it runs on the same file as the command line, and has a live session of bob's. */
interface Server {
  /** The status of a route for whoever has this cookie. */
  status(path: '/view' | '/administer' | '/superuser', cookie: string): Promise<number>
  signIn(userAgent?: string): Promise<string>
  sessionIds(): Promise<string[]>
}

const test = withDesk.extend<{ server: Server }>({
  server: async ({ desk }, use) => {
    const { app, server } = await startServer(desk)
    await use(server)
    await app.close()
  },
})

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'

async function startServer(desk: Desk): Promise<{ app: FastifyInstance; server: Server }> {
  const database = openDatabase(`sqlite:${join(desk.folder, 'people.db')}`)
  const VIEW = definePermission({ name: 'view', description: 'See documents' })
  const NEVER = definePermission({ name: 'never', description: 'What no role may do' })
  const VIEWER = defineRole({ name: 'Viewer', description: 'Only views', permissions: [VIEW] })
  const ADMINISTRATOR = defineRole({ name: 'Administrator', description: 'Does it all', permissions: [VIEW] })
  const passwords = { allowWeak: true, argon2: { memoryKiB: 8, iterations: 1, parallelism: 1 } }
  const users = localUsers(database, { passwords, passwordPolicy: 'none' })
  const auth = createAuth({
    roles: [VIEWER, ADMINISTRATOR],
    permissions: [NEVER],
    sources: [users],
    sessions: { store: sqlSessions(database), secret: generateSecret() },
  })
  const app = Fastify()
  await app.register(ostiary, { auth })
  app.get('/', anyone(), async ({ user }) => ({ user }))
  app.get('/view', protect({ permission: VIEW }), async ({ user }) => ({ user }))
  app.get('/administer', protect({ roles: [ADMINISTRATOR] }), async ({ user }) => ({ user }))
  app.get('/superuser', protect({ permission: NEVER }), async ({ user }) => ({ user }))
  app.addHook('onClose', async () => {
    await auth.close()
    await database.close()
  })
  await app.ready()
  await users.add({ username: 'bob', password: 'some-password', roles: [VIEWER] })

  const server: Server = {
    status: async (path, cookie) => (await app.inject({ url: path, headers: { cookie } })).statusCode,
    async signIn(userAgent = FIREFOX) {
      const { statusCode, cookies } = await app.inject({
        method: 'POST',
        url: '/auth/login',
        headers: { accept: 'application/json', 'user-agent': userAgent },
        payload: { username: 'bob', password: 'some-password' },
      })
      expect(statusCode).toBe(200)
      return cookies.map(({ name, value }) => `${name}=${value}`).join('; ')
    },
    sessionIds: async () => (await Array.fromAsync(auth.sessions.list())).map(({ id }) => id),
  }
  return { app, server }
}

describe('a live session on a running server', () => {
  test('may do what set-roles says, without a new login', async ({ desk, server }) => {
    const cookie = await server.signIn()
    const administer = () => server.status('/administer', cookie)
    expect(await administer()).toBe(403)
    await expectWithinASecond(administer, 200, await desk.ostiary(['set-roles', 'bob', 'Administrator']))
    await expectWithinASecond(administer, 403, await desk.ostiary(['set-roles', 'bob', 'Viewer']))
    expect(await server.status('/view', cookie)).toBe(200)
  })

  test('is that of a superuser as soon as bob is one, and no longer', async ({ desk, server }) => {
    const cookie = await server.signIn()
    const superuser = () => server.status('/superuser', cookie)
    expect(await superuser()).toBe(403)
    await expectWithinASecond(superuser, 200, await desk.ostiary(['set-superuser', 'bob', 'on']))
    await expectWithinASecond(superuser, 403, await desk.ostiary(['set-superuser', 'bob', 'off']))
  })

  test.for([
    'disable bob',
    'delete bob --yes',
    'set-password bob another-password',
    'sessions revoke --user BOB',
    'sessions revoke --all --yes',
  ])('ends with %s', async (command, { desk, server }) => {
    const cookie = await server.signIn()
    expect(await server.status('/view', cookie)).toBe(200)
    await expectWithinASecond(() => server.status('/view', cookie), 403, await desk.ostiary(command.split(' ')))
    expect(await server.sessionIds()).toEqual([])
  })

  test('may do what an import says that updates, and ends when that brings another password', async ({
    desk,
    server,
  }) => {
    const cookie = await server.signIn()
    const administer = () => server.status('/administer', cookie)
    const update = (csv: string) => desk.ostiary(['import', '-', '--from', 'csv', '--update'], { stdin: csv })
    expect(await administer()).toBe(403)
    await expectWithinASecond(administer, 200, await update('username,roles\nbob,Administrator\n'))
    const hash = '{SSHA}+YodO7XNrGrJV4fFyNNbt+uTNA8FjIHP'
    await expectWithinASecond(administer, 403, await update(`username,hash\nbob,${hash}\n`))
    expect(await server.sessionIds()).toEqual([])
  })

  test('ends by its id, and no other does', async ({ desk, server }) => {
    const first = await server.signIn()
    const second = await server.signIn()
    const listed = JSON.parse((await desk.ostiary(['sessions', 'list', 'bob', '--json'])).stdout)
    expect(listed.map(({ id }: { id: string }) => id)).toEqual(await server.sessionIds())
    expect(listed).toEqual([expect.objectContaining({ userName: 'bob', persistent: false }), expect.anything()])

    const revoked = await desk.ostiary(['sessions', 'revoke', listed[0].id, '--json'])
    await expectWithinASecond(() => server.status('/view', first), 403, revoked)
    expect(JSON.parse(revoked.stdout)).toEqual({ ended: 1 })
    expect(await server.status('/view', second)).toBe(200)
    expect(await desk.ostiary(['sessions', 'revoke', listed[0].id])).toMatchObject({ code: 1 })
  })

  test('hears of what is done with the database alone', async ({ desk, server }) => {
    const cookie = await server.signIn()
    const elsewhere = { env: { OSTIARY_DATABASE_URL: desk.databaseUrl } }
    await rm(join(desk.folder, 'ostiary.config.mjs'))
    const administer = () => server.status('/administer', cookie)
    await expectWithinASecond(administer, 200, await desk.ostiary(['set-roles', 'bob', 'Administrator'], elsewhere))
    await expectWithinASecond(administer, 403, await desk.ostiary(['disable', 'bob'], elsewhere))
  })
})

test('sessions are listed by user name, by identity, or all', async ({ desk, server }) => {
  await server.signIn()
  const [id] = await server.sessionIds()
  const users = JSON.parse((await desk.ostiary(['list-users', '--json'])).stdout)
  for (const args of [[], ['Bob'], [users[0].id], ['--user', 'bob']]) {
    const { code, stdout } = await desk.ostiary(['sessions', 'list', ...args])
    expect(code).toBe(0)
    expect(stdout.trimEnd().split('\n')).toEqual([
      expect.stringMatching(
        /^id +userName +userId +startedAt +lastSeenAt +expiresAt +persistent +device +clientAddress$/,
      ),
      expect.stringMatching(
        new RegExp(`^${id} +bob +local:[0-9a-f-]{36} +.*Z  no +Firefox on Linux +127\\.0\\.0\\.1$`),
      ),
    ])
  }
  expect(JSON.parse((await desk.ostiary(['sessions', 'list', '--json'])).stdout)).toEqual([
    {
      id,
      userId: users[0].id,
      userName: 'bob',
      startedAt: expect.stringMatching(/Z$/),
      lastSeenAt: expect.stringMatching(/Z$/),
      expiresAt: expect.stringMatching(/Z$/),
      persistent: false,
      clientAddress: '127.0.0.1',
      userAgent: FIREFOX,
      device: 'Firefox on Linux',
    },
  ])
  expect(await desk.ostiary(['sessions', 'list', 'bob', '--user', 'bob'])).toMatchObject({ code: 2 })
  const nobody = await desk.ostiary(['sessions', 'list', 'ldap:somebody'])
  expect(nobody).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('There is no user') })
})

test('what a browser says of itself plays no tricks on a terminal', async ({ desk, server }) => {
  await server.signIn('\u009b2Jbad\u202e/1.0 ')
  for (const args of [[], ['--json']]) {
    const { stdout } = await desk.ostiary(['sessions', 'list', 'bob', ...args])
    expect(stdout).toContain('127.0.0.1')
    expect(stdout.replaceAll('\n', '')).not.toMatch(/\p{C}/u)
  }
})

test('the command line waits its turn while the server writes', async ({ desk, server }) => {
  let writing = true
  const logins = (async () => {
    let count = 0
    for (; writing; count += 1) await server.signIn()
    return count
  })()
  const added = await Promise.all(
    ['anna', 'carl', 'dora'].map((name) => desk.ostiary(['add', name, '--no-password', '--roles', 'Viewer'])),
  )
  writing = false
  expect(added.map(({ code, stderr }) => ({ code, stderr }))).toEqual(Array(3).fill({ code: 0, stderr: '' }))
  expect(await logins).toBeGreaterThan(0)
})
