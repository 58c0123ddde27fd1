import type { FastifyInstance } from 'fastify'
import { generateSecret } from 'ostiary'
import { protect } from 'ostiary/fastify'
import { beforeEach, describe, expect, test } from 'vitest'
import { type Application, openApplication } from '../application/open-application.ts'
import { EDIT, VIEW } from '../application/test-auth.ts'

// Shortcuts keep every promise: what has been read of a cookie is remembered, what it is worth is asked at every request.

function routes(app: FastifyInstance): void {
  app.get('/view', protect({ permission: VIEW }), async ({ user }) => user.name)
  app.get('/edit', protect({ permission: EDIT }), async ({ user }) => user.name)
}

describe.each([
  ['remembered', 20_000],
  ['decrypted every time', 0],
])('a session that is %s', (_, cache) => {
  let application: Application
  let cookie: string

  beforeEach(async () => {
    application = await openApplication({ routes, sessions: { cache, lifetime: '2h', secret: generateSecret() } })
    cookie = await application.signIn('viewer')
    for (let time = 0; time < 5; time += 1) expect(await answer('/view')).toEqual([200, 'viewer'])
  })

  async function answer(path: string): Promise<[number, string]> {
    const { statusCode, body } = await application.request(path, cookie)
    return [statusCode, statusCode === 200 ? body : '']
  }

  const REFUSED = [403, '']

  test('has ended when it has lain unused', async () => {
    application.clock.advance('31m')
    expect(await answer('/view')).toEqual(REFUSED)
  })

  test('has ended when its lifetime is over, though its cookie is in use', async () => {
    const persistent = await application.signIn('viewer', { persistent: true })
    application.clock.advance('29d')
    const { headers } = await application.request('/view', persistent)
    cookie = String(headers['set-cookie']).split(';', 1)[0] ?? ''
    for (let time = 0; time < 5; time += 1) expect(await answer('/view')).toEqual([200, 'viewer'])
    application.clock.advance('1d')
    expect(await answer('/view')).toEqual(REFUSED)
  })

  test('is asked about at the end of its lease', async () => {
    const before = application.store.asked.confirm
    application.clock.advance('1m')
    expect(await answer('/view')).toEqual([200, 'viewer'])
    expect(application.store.asked.confirm).toBe(before + 1)
  })

  test.each(['session', 'user', 'all'])('is refused by the next request once it is revoked: %s', async (what) => {
    const [session] = await Array.fromAsync(application.auth.sessions.list())
    if (!session) return expect.fail('there is no session')
    const targets = { session: { session: session.id }, user: { user: session.userId }, all: 'all' as const }
    await application.auth.sessions.revoke(targets[what as keyof typeof targets])
    expect(await answer('/view')).toEqual(REFUSED)
  })

  test('has the new roles at the next request', async () => {
    expect(await answer('/edit')).toEqual(REFUSED)
    await application.users.setRoles('viewer', ['Administrator'])
    expect(await answer('/edit')).toEqual([200, 'viewer'])
  })

  test('that lost its roles has none at the next request, with the old cookie too', async () => {
    await application.users.setRoles('viewer', [])
    for (let time = 0; time < 3; time += 1) expect(await answer('/view')).toEqual(REFUSED)
  })

  test.each(['disable', 'delete'] as const)('has ended when its user is gone: %s', async (what) => {
    await application.users[what]('viewer')
    expect(await answer('/view')).toEqual(REFUSED)
  })

  test('has ended when its key is taken away', async () => {
    await application.auth.reloadKeys(generateSecret())
    expect(await answer('/view')).toEqual(REFUSED)
  })

  test('is not believed while its store is down for longer than lease and grace', async () => {
    application.store.down = true
    application.clock.advance('6m')
    expect(await answer('/view')).toEqual([503, ''])
  })

  test('is not that of somebody who brings half of its cookie', async () => {
    const other = await application.signIn('admin')
    const [theirs, ours] = [other.split('.'), cookie.split('.')]
    for (const index of [0, 2, 3, 4]) {
      const mixed = ours.with(index, theirs[index] ?? '').join('.')
      if (mixed === cookie) continue
      expect((await application.request('/view', mixed)).statusCode).toBe(403)
    }
    expect(await answer('/view')).toEqual([200, 'viewer'])
  })
})
