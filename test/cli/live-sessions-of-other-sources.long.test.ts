import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import Fastify, { type FastifyInstance } from 'fastify'
import { accepted, createAuth, definePermission, defineRole, defineUserSource, generateSecret, unknown } from 'ostiary'
import { ostiary, protect } from 'ostiary/fastify'
import { openDatabase, sqlHomeSources, sqlRoleAssignments, sqlSessions } from 'ostiary/sql'
import { describe, expect } from 'vitest'
import type { Desk } from './cli-process.ts'
import { jsonOf, test as withDesk } from './other-sources.ts'
import { expectWithinASecond } from './within-a-second.ts'

/** The application: it runs on the same file as the command line, and bob of its directory signs in. */
interface Server {
  status(path: '/view' | '/administer', cookie: string): Promise<number>
  signIn(): Promise<string>
  /** The status of a login of bob's. */
  login(): Promise<number>
}

const test = withDesk.extend<{ server: Server }>({
  server: async ({ desk }, use) => {
    const { app, server } = await startServer(desk)
    await use(server)
    await app.close()
  },
})

async function startServer(desk: Desk): Promise<{ app: FastifyInstance; server: Server }> {
  const database = openDatabase(desk.databaseUrl)
  const VIEW = definePermission({ name: 'view', description: 'See documents' })
  const VIEWER = defineRole({ name: 'Viewer', description: 'Only views', permissions: [VIEW] })
  const ADMINISTRATOR = defineRole({ name: 'Administrator', description: 'Does it all', permissions: [VIEW] })
  const bob = accepted({ name: 'bob', roles: [VIEWER] })
  const auth = createAuth({
    roles: [VIEWER, ADMINISTRATOR],
    sources: [
      defineUserSource('ldap', async ({ username }) => (username === 'bob' ? bob : unknown()), {
        lookup: async (id) => (id === 'bob' ? bob : unknown()),
      }),
    ],
    homeSources: sqlHomeSources(database),
    roleAssignments: sqlRoleAssignments(database),
    sessions: { store: sqlSessions(database), secret: generateSecret() },
  })
  const app = Fastify()
  await app.register(ostiary, { auth })
  app.get('/view', protect({ permission: VIEW }), async ({ user }) => ({ user }))
  app.get('/administer', protect({ roles: [ADMINISTRATOR] }), async ({ user }) => ({ user }))
  app.addHook('onClose', async () => {
    await auth.close()
    await database.close()
  })
  await app.ready()

  const login = () =>
    app.inject({
      method: 'POST',
      url: '/auth/login',
      headers: { accept: 'application/json' },
      payload: { username: 'bob', password: 'pin' },
    })
  const server: Server = {
    status: async (path, cookie) => (await app.inject({ url: path, headers: { cookie } })).statusCode,
    login: async () => (await login()).statusCode,
    async signIn() {
      const { statusCode, cookies } = await login()
      expect(statusCode).toBe(200)
      return cookies.map(({ name, value }) => `${name}=${value}`).join('; ')
    },
  }
  return { app, server }
}

describe('a live session of somebody of another source', () => {
  test('may do what set-roles says beside what the source says, until that is forgotten', async ({ desk, server }) => {
    const cookie = await server.signIn()
    const administer = () => server.status('/administer', cookie)
    expect(await administer()).toBe(403)
    await expectWithinASecond(administer, 200, await desk.ostiary(['set-roles', 'ldap:bob', 'Administrator']))
    expect(await server.status('/view', cookie)).toBe(200)
    await expectWithinASecond(administer, 403, await desk.ostiary(['forget', 'ldap:bob']))
    expect(await server.status('/view', cookie)).toBe(200)
  })

  test('ends with disable, and no other begins before enable', async ({ desk, server }) => {
    const cookie = await server.signIn()
    expect(await server.status('/view', cookie)).toBe(200)
    expect(await jsonOf(desk, 'show', 'ldap:bob')).toMatchObject({ sessions: 1 })
    await expectWithinASecond(() => server.status('/view', cookie), 403, await desk.ostiary(['disable', 'ldap:bob']))
    expect(await jsonOf(desk, 'show', 'ldap:bob')).toMatchObject({ sessions: 0 })
    expect(await server.login()).toBe(401)
    await desk.ostiary(['enable', 'ldap:bob'])
    expect(await server.login()).toBe(200)
  })

  test('hears of what is done with the database alone', async ({ desk, server }) => {
    const cookie = await server.signIn()
    await rm(join(desk.folder, 'ostiary.config.mjs'))
    const elsewhere = { env: { OSTIARY_DATABASE_URL: desk.databaseUrl } }
    const administer = () => server.status('/administer', cookie)
    const given = await desk.ostiary(['set-roles', 'ldap:bob', 'Administrator'], elsewhere)
    await expectWithinASecond(administer, 200, given)
    await expectWithinASecond(administer, 403, await desk.ostiary(['disable', 'ldap:bob'], elsewhere))
  })
})

test('the first login says where a name belongs, and the command line shows it', async ({ desk, server }) => {
  expect(await desk.ostiary(['home', 'show', 'bob'])).toMatchObject({ code: 1 })
  await server.signIn()
  expect(await jsonOf(desk, 'home', 'show', 'Bob')).toEqual({ username: 'bob', source: 'ldap' })
})
