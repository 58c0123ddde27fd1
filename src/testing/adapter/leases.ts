import { randomBytes } from 'node:crypto'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { createAuth } from '../../create-auth.ts'
import type { AdapterUnderTest, ContractRoute } from './adapter-under-test.ts'
import { cookieOf } from './ask.ts'
import { ADMIN, type Application, EDIT, openApplication, VIEW, VIEWER } from './open-application.ts'

const OWN_COOKIES = ['theme=dark; Path=/', 'other=1']
const CLEARED = 'ostiary=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0'
const RENEWED = expect.stringMatching(/^ostiary=[\w.-]{40,}; Path=\/; HttpOnly; SameSite=Lax$/)

const ROUTES: readonly ContractRoute[] = [
  { method: 'GET', path: '/open', declare: 'anyone', handle: ({ user }) => user.name },
  { method: 'GET', path: '/view', declare: { permission: VIEW }, handle: ({ user }) => user.name },
  { method: 'GET', path: '/edit', declare: { permission: EDIT }, handle: () => 'ok' },
  { method: 'GET', path: '/check', declare: { check: () => false }, handle: () => 'ok' },
  {
    method: 'GET',
    path: '/fails',
    declare: { permission: VIEW },
    handle: () => {
      throw new Error('a fault of the application')
    },
  },
  {
    method: 'GET',
    path: '/own-cookies',
    declare: { permission: VIEW },
    handle: () => ({ text: 'ok', headers: { 'set-cookie': OWN_COOKIES, 'cache-control': 'public, max-age=60' } }),
  },
]

const HUNDRED = Array.from({ length: 100 })

export function describeLeases(adapter: AdapterUnderTest): void {
  const open = (): Promise<Application> => openApplication(adapter, { routes: ROUTES })

  describe('while a lease lasts', () => {
    test.for(['/view', '/open', '/edit'])('%s asks neither the store nor a source', async (path) => {
      const application = await open()
      const cookie = await application.signIn('viewer')
      const asked = [application.store.asked, application.people.asked]
      for (let part = 0; part < 5; part += 1) {
        const answers = await Promise.all(HUNDRED.map(() => application.ask(path, cookie)))
        for (const { cookies } of answers) expect(cookies).toEqual([])
        application.clock.advance('11s')
      }
      expect([application.store.asked, application.people.asked]).toEqual(asked)
    })

    test('cookies that were not sealed here ask neither the store nor a source', async () => {
      const application = await open()
      const asked = [application.store.asked, application.people.asked]
      for (const value of ['', 'x', 'a.b.c.d.e', 'x'.repeat(4000)]) await application.ask('/view', `ostiary=${value}`)
      expect([application.store.asked, application.people.asked]).toEqual(asked)
    })
  })

  describe('at the end of a lease', () => {
    test.for([
      ['a guarded route', '/view', 200],
      ['a public route', '/open', 200],
      ['a refusal', '/edit', 403],
      ['a refusal of a checker', '/check', 403],
      ['a fault of the handler', '/fails', 500],
    ] as const)('%s brings a new cookie, which no cache keeps', async ([, path, status]) => {
      const application = await open()
      const cookie = await application.signIn('viewer')
      expect((await application.ask(path, cookie)).cookies).toEqual([])
      application.clock.advance('1m')
      const answer = await application.ask(path, cookie)
      expect([answer.status, answer.cookies]).toEqual([status, [RENEWED]])
      expect(answer.headers['cache-control']).toBe('no-store')
      expect(cookieOf(answer)).not.toBe(cookie)
      expect((await application.ask('/view', cookieOf(answer))).body).toBe('viewer')
    })

    test('a HEAD request brings a new cookie', async () => {
      const application = await open()
      const cookie = await application.signIn('viewer')
      application.clock.advance('1m')
      expect((await application.ask({ method: 'HEAD', path: '/view' }, cookie)).cookies).toEqual([RENEWED])
    })

    test('cookies of the handler are sent beside the new cookie, and no cache keeps the answer', async () => {
      const application = await open()
      const cookie = await application.signIn('viewer')
      const before = await application.ask('/own-cookies', cookie)
      expect([before.cookies, before.headers['cache-control']]).toEqual([OWN_COOKIES, 'public, max-age=60'])
      application.clock.advance('1m')
      const answer = await application.ask('/own-cookies', cookie)
      expect(answer.cookies.toSorted()).toEqual([RENEWED, ...OWN_COOKIES.toSorted()])
      expect(answer.headers['cache-control']).toBe('no-store')
    })

    test('a hundred requests at once ask the store and the source once, and get one cookie', async () => {
      const application = await open()
      const cookie = await application.signIn('viewer')
      application.clock.advance('1m')
      const [store, people] = [application.store.asked, application.people.asked]
      const answers = await Promise.all(HUNDRED.map(() => application.ask('/view', cookie)))
      expect(answers.every(({ status }) => status === 200)).toBe(true)
      expect([application.store.asked - store, application.people.asked - people]).toEqual([1, 1])
      expect(new Set(answers.map(cookieOf)).size).toBe(1)
    })

    test('requests of an endpoint of the login begin no lease', async () => {
      const application = await open()
      const cookie = await application.signIn('viewer')
      application.clock.advance('1m')
      for (const path of ['/auth/login', '/auth/logout', '/auth/session'])
        expect((await application.ask(path, cookie)).cookies, path).toEqual([])
    })
  })

  describe('a session', () => {
    test('ends when it has lain unused, and its cookie is cleared', async () => {
      const application = await open()
      const cookie = await application.signIn('viewer')
      application.clock.advance('31m')
      const answer = await application.ask('/open', cookie)
      expect([answer.body, answer.cookies]).toEqual(['anonymous', [CLEARED]])
    })

    test('ends with its lifetime, though it is in use', async () => {
      const application = await open()
      let cookie = await application.signIn('viewer')
      for (let hour = 0; hour < 24; hour += 1) {
        application.clock.advance('29m')
        cookie = cookieOf(await application.ask('/view', cookie))
      }
      application.clock.advance('29m')
      expect((await application.ask('/view', cookie)).status).toBe(403)
    })

    test.for(['session', 'user', 'all'] as const)(
      'is refused by the next request once it is revoked: %s',
      async (what) => {
        const application = await open()
        const cookie = await application.signIn('viewer')
        const [session] = await Array.fromAsync(application.auth.sessions.list())
        const targets = {
          session: { session: session?.id ?? '' },
          user: { user: session?.userId ?? '' },
          all: 'all',
        } as const
        await application.auth.sessions.revoke(targets[what])
        const answer = await application.ask('/view', cookie)
        expect([answer.status, answer.cookies]).toEqual([403, [CLEARED]])
      },
    )

    test('is refused within a second once another Auth over the same store has revoked it', async () => {
      const application = await open()
      const { store, secret, clock } = application
      const other = createAuth({ roles: [ADMIN, VIEWER], sessions: { store, secret }, clock })
      onTestFinished(() => other.close())
      await other.ready()
      const cookie = await application.signIn('viewer')
      expect((await application.ask('/view', cookie)).status).toBe(200)
      await other.sessions.revoke({ user: 'people:viewer' })
      const refused = async () => expect((await application.ask('/view', cookie)).status).toBe(403)
      await vi.waitFor(refused, { timeout: 1000, interval: 20 })
    })

    test('ends when the key of its cookie is taken away', async () => {
      const application = await open()
      const cookie = await application.signIn('viewer')
      await application.auth.reloadKeys(randomBytes(32).toString('base64url'))
      expect((await application.ask('/view', cookie)).status).toBe(403)
    })
  })
}
