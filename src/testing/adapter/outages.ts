import { describe, expect, test } from 'vitest'
import type { AdapterUnderTest, ContractRoute } from './adapter-under-test.ts'
import { type Application, needs, openApplication, VIEW } from './open-application.ts'

const CLEARED = 'ostiary=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0'

const ROUTES: readonly ContractRoute[] = [
  { method: 'GET', path: '/open', declare: 'anyone', handle: ({ user }) => user.name },
  { method: 'GET', path: '/view', declare: { permission: VIEW }, handle: ({ user }) => user.name },
  { method: 'GET', path: '/check', declare: { check: () => false }, handle: () => 'ok' },
]

export function describeOutages(adapter: AdapterUnderTest): void {
  const open = (): Promise<Application> => openApplication(adapter, { routes: ROUTES })

  describe('while the store is down', () => {
    test('sessions are served while the lease lasts, and for the time of grace with the cookie that they have', async () => {
      const application = await open()
      const cookie = await application.signIn('viewer')
      application.store.down = true
      for (const wait of ['1s', '358s'] as const) {
        application.clock.advance(wait)
        for (const path of ['/view', '/open']) {
          const answer = await application.ask(path, cookie)
          expect([answer.body, answer.cookies]).toEqual(['viewer', []])
        }
      }
    })

    test('a public route lets in an anonymous user, and the cookie stays', async () => {
      const application = await open()
      const cookie = await application.signIn('viewer')
      application.clock.advance('6m')
      application.store.down = true
      const answer = await application.ask('/open', cookie)
      expect([answer.status, answer.body, answer.cookies]).toEqual([200, 'anonymous', []])
      application.store.down = false
      expect((await application.ask('/open', cookie)).body).toBe('viewer')
    })

    test('a guarded route answers 503 and when to try again, and the cookie stays', async () => {
      const application = await open()
      const events: string[] = []
      application.auth.on('session.unavailable', ({ reason }) => void events.push(reason))
      const cookie = await application.signIn('viewer')
      application.clock.advance('6m')
      application.store.down = true
      for (const path of ['/view', '/check']) {
        const answer = await application.ask(path, cookie)
        const body = '{"type":"about:blank","title":"Service Unavailable","status":503}'
        expect([answer.status, answer.body, answer.cookies]).toEqual([503, body, []])
        expect(answer.headers).toMatchObject({ 'retry-after': '10', 'cache-control': 'no-store' })
      }
      const page = await application.ask({ path: '/view', headers: { accept: 'text/html' } }, cookie)
      expect([page.status, page.headers['retry-after']]).toEqual([503, '10'])
      expect(events).toHaveLength(3)
      expect((await application.ask('/view')).status).toBe(403)
      application.store.down = false
      expect((await application.ask('/view', cookie)).body).toBe('viewer')
    })

    test('signing out clears the cookie, and says that the session may live on', async () => {
      const application = await open()
      for (const wait of ['1s', '2m'] as const) {
        const cookie = await application.signIn('viewer')
        application.clock.advance(wait)
        application.store.down = true
        const answer = await application.ask({ method: 'POST', path: '/auth/logout' }, cookie)
        expect([answer.status, answer.headers['retry-after'], answer.cookies]).toEqual([503, '10', [CLEARED]])
        application.store.down = false
      }
    })

    test('the session endpoint answers 503 once the time of grace is over', async () => {
      const application = await open()
      const cookie = await application.signIn('viewer')
      application.store.down = true
      application.clock.advance('2m')
      expect((await application.ask('/auth/session', cookie)).json().user.name).toBe('viewer')
      application.clock.advance('10m')
      const { status, headers } = await application.ask('/auth/session', cookie)
      expect([status, headers['retry-after'], headers['cache-control']]).toEqual([503, '10', 'no-store'])
    })

    test('a public route without its user is served', async (context) => {
      needs(context, adapter, 'anyone-without-user')
      const handle = () => 'served'
      const application = await openApplication(adapter, {
        routes: [{ method: 'GET', path: '/quiet', declare: 'anyone-without-user', handle }],
      })
      const cookie = await application.signIn('viewer')
      application.clock.advance('6m')
      application.store.down = true
      const asked = application.store.asked
      const answer = await application.ask('/quiet', cookie)
      expect([answer.body, answer.cookies, application.store.asked]).toEqual(['served', [], asked])
    })
  })
}
