import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import type { ListedSession } from 'ostiary'
import { anyone, type CurrentSession, currentSession } from 'ostiary/fastify'
import { afterAll, describe, expect, test } from 'vitest'
import { type Application, openApplication, type Person } from '../application/open-application.ts'
import { cookieOf } from '../application/serve-auth.ts'
import { passwordOf } from '../application/test-auth.ts'
import { readDocument } from '../docs/documents.ts'
import { extract, folderName } from '../docs/extracted.ts'

const page = readDocument('docs/sessions.md')
const { folder, remove } = extract([page])
afterAll(remove)
const { ownSessions } = (await import(join(folder, folderName(page), 'own-sessions.ts'))) as {
  ownSessions(app: FastifyInstance): void
}

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'

function routes(app: FastifyInstance): void {
  ownSessions(app)
  app.get('/current', anyone(), async (request) => ({ current: currentSession(request) }))
}

async function signIn({ request }: Application, person: Person, userAgent = FIREFOX): Promise<string> {
  const payload = { username: person, password: passwordOf(person) }
  return cookieOf(await request({ method: 'POST', url: '/auth/login', payload, headers: { 'user-agent': userAgent } }))
}

const listed = async ({ request }: Application, cookie: string) =>
  (await request('/sessions', cookie)).json<{ sessions: ListedSession[] }>().sessions
const currentOf = async ({ request }: Application, cookie?: string) =>
  (await request('/current', cookie)).json<{ current: CurrentSession | null }>().current
const end = ({ request }: Application, url: string, cookie?: string) => request({ method: 'DELETE', url }, cookie)

describe('the routes of the documentation', () => {
  test("list one's own sessions, with what is known of each", async () => {
    const application = await openApplication({ routes })
    const cookie = await signIn(application, 'viewer')
    application.clock.advance('1s')
    const other = await application.signIn('viewer', { persistent: true })
    await signIn(application, 'admin')
    const startedAt = application.clock() - 1000
    const sessions = await listed(application, cookie)
    expect(sessions).toMatchObject([
      {
        device: 'Firefox on Linux',
        clientAddress: '127.0.0.1',
        userAgent: FIREFOX,
        userName: 'viewer',
        startedAt,
        lastSeenAt: startedAt,
        expiresAt: startedAt + 12 * 3_600_000,
        persistent: false,
        current: true,
      },
      { persistent: true, current: false },
    ])
    expect((await listed(application, other)).map(({ current }) => current)).toEqual([false, true])
  })

  test("end another of one's own", async () => {
    const application = await openApplication({ routes })
    const [here, there] = [await signIn(application, 'viewer'), await signIn(application, 'viewer')]
    const id = (await listed(application, here)).find(({ current }) => !current)?.id
    expect((await end(application, `/sessions/${id}`, here)).statusCode).toBe(204)
    expect((await application.request('/sessions', there)).statusCode).toBe(403)
    expect((await application.request('/sessions', here)).statusCode).toBe(200)
    expect((await end(application, `/sessions/${id}`, here)).statusCode).toBe(404)
  })

  test("never end somebody else's", async () => {
    const application = await openApplication({ routes })
    const [viewer, admin] = [await signIn(application, 'viewer'), await signIn(application, 'admin')]
    const theirs = (await currentOf(application, admin))?.id
    expect((await end(application, `/sessions/${theirs}`, viewer)).statusCode).toBe(404)
    expect((await end(application, `/sessions/${theirs}`)).statusCode).toBe(403)
    expect((await application.request('/sessions', admin)).statusCode).toBe(200)
  })

  test('sign out everywhere else, and nobody else', async () => {
    const application = await openApplication({ routes })
    const here = await signIn(application, 'viewer')
    const others = [await signIn(application, 'viewer'), await application.signIn('viewer', { persistent: true })]
    const admin = await signIn(application, 'admin')
    expect((await end(application, '/sessions', here)).json()).toEqual({ ended: 2 })
    for (const other of others) expect((await application.request('/sessions', other)).statusCode).toBe(403)
    for (const cookie of [here, admin]) expect((await application.request('/sessions', cookie)).statusCode).toBe(200)
    application.clock.advance('2m')
    expect((await application.request('/sessions', here)).statusCode).toBe(200)
  })

  test('show nothing to whoever is anonymous', async () => {
    const application = await openApplication({ routes })
    await signIn(application, 'viewer')
    for (const [method, url] of [
      ['GET', '/sessions'],
      ['DELETE', '/sessions'],
      ['DELETE', '/sessions/x'],
    ] as const)
      expect((await application.request({ method, url })).statusCode).toBe(403)
  })
})

describe('the session of a request', () => {
  test('is that of its cookie, also where anyone may come in', async () => {
    const application = await openApplication({ routes })
    const cookie = await application.signIn('viewer', { persistent: true })
    const [session] = await listed(application, cookie)
    const { id, userId, startedAt, expiresAt } = session as ListedSession
    expect(await currentOf(application, cookie)).toEqual({ id, userId, startedAt, expiresAt, persistent: true })
    application.clock.advance('2m')
    expect(await currentOf(application, cookie)).toMatchObject({ id })
  })

  test('is null for whoever is anonymous, and keeps nothing private then', async () => {
    const application = await openApplication({ routes })
    const cookie = await application.signIn('viewer')
    await application.auth.sessions.revoke('all')
    for (const sent of [undefined, cookie, 'ostiary=x']) expect(await currentOf(application, sent)).toBeNull()
  })

  test('makes an answer one for this person alone', async () => {
    const application = await openApplication({ routes })
    const answer = await application.request('/current', await application.signIn('viewer'))
    expect(answer.headers['cache-control']).toBe('no-store')
  })
})
