import { describe, expect, test } from 'vitest'
import type { AdapterUnderTest, ContractRoute } from './adapter-under-test.ts'
import { ADMIN, type ApplicationSetup, EDIT, needs, openApplication, VIEW, VIEWER } from './open-application.ts'

type Declaration = NonNullable<ContractRoute['declare']>

/** Declarations, each with the users that its guard admits. */
const DECLARATIONS: readonly (readonly [string, Declaration, readonly string[]])[] = [
  ['a role', { roles: [ADMIN] }, ['admin', 'root']],
  ['any of several roles', { roles: [ADMIN, VIEWER] }, ['admin', 'viewer', 'root']],
  ['a permission', { permission: EDIT }, ['admin', 'root']],
  ['a permission of two roles', { permission: VIEW }, ['admin', 'viewer', 'root']],
  ['a checker for one name', { check: (user) => user.name === 'viewer' }, ['viewer']],
  ['a checker for anonymous people', { check: (user) => user.isAnonymous }, ['anonymous']],
  ['anyone', 'anyone', ['anonymous', 'admin', 'viewer', 'root']],
]

/** Answers of checkers other than true. */
const NOT_TRUE: readonly (readonly [string, () => unknown])[] = [
  ['false', () => false],
  ['undefined', () => undefined],
  ['1', () => 1],
  ['a text', () => 'true'],
  ['an object', () => ({ allowed: true })],
  ['a Boolean object', () => Object(true)],
  ['a promise of 1', async () => 1],
  ['a promise of false', async () => false],
  ['a function that returns true', () => () => true],
  ['a rejection', () => Promise.reject(new Error('a detail of the checker'))],
  ['a rejection without an error', () => Promise.reject()],
  [
    'an exception with a status',
    () => {
      throw Object.assign(new Error('a detail of the checker'), { status: 200, statusCode: 200 })
    },
  ],
]

/** Faults of an Auth. */
const FAULTS: readonly (readonly [string, () => Promise<never>])[] = [
  [
    'an exception',
    () => {
      throw new Error('a fault')
    },
  ],
  ['a rejection', () => Promise.reject(new Error('a fault'))],
  ['a rejection without an error', () => Promise.reject()],
]

const TRUE: readonly (readonly [string, () => boolean | Promise<boolean>])[] = [
  ['true', () => true],
  ['a promise of true', async () => true],
]

/** A GET route for one declaration. */
const route = (declare: Declaration, handle: ContractRoute['handle'] = () => 'ok'): ContractRoute => ({
  method: 'GET',
  path: '/target',
  declare,
  handle,
})

export function describeGuards(adapter: AdapterUnderTest): void {
  const open = (declare: Declaration, more: ApplicationSetup = {}) =>
    openApplication(adapter, { routes: [route(declare)], ...more })

  describe('a guard', () => {
    test.for(DECLARATIONS)('that asks for %s lets in exactly these people', async ([, declaration, people]) => {
      const application = await open(declaration)
      const all = ['admin', 'viewer', 'root'] as const
      const cookies = await Promise.all(all.map((person) => application.signIn(person)))
      const answers = await Promise.all([undefined, ...cookies].map((cookie) => application.ask('/target', cookie)))
      const admitted = ['anonymous', ...all].filter((_, index) => answers[index]?.status === 200)
      expect(admitted).toEqual(people)
      for (const { status } of answers) expect([200, 403]).toContain(status)
    })

    test('stands before the body: people who may not come in learn nothing about their body', async () => {
      const declare = { roles: [ADMIN] }
      const application = await openApplication(adapter, {
        routes: [{ method: 'POST', path: '/target', declare, handle: () => 'ok' }],
      })
      const post = (body: string, cookie?: string) =>
        application.ask(
          { method: 'POST', path: '/target', headers: { 'content-type': 'application/json' }, body },
          cookie,
        )
      for (const cookie of [undefined, await application.signIn('viewer')])
        for (const body of ['{"a":', '"x"', '']) expect((await post(body, cookie)).status).toBe(403)
      expect((await post('{"a":1}', await application.signIn('admin'))).status).toBe(200)
    })

    test('keeps the handler from running when it refuses', async () => {
      let runs = 0
      const handle = () => {
        runs += 1
        return 'ok'
      }
      const application = await openApplication(adapter, { routes: [route({ permission: EDIT }, handle)] })
      await application.ask('/target')
      await application.ask('/target', await application.signIn('viewer'))
      expect(runs).toBe(0)
      await application.ask('/target', await application.signIn('admin'))
      expect(runs).toBe(1)
    })

    test.for(FAULTS)('lets nobody in when the session cannot be read: %s', async ([, authenticateRequest]) => {
      let runs = 0
      const handle = () => `run ${runs++}`
      const application = await openApplication(adapter, {
        routes: [
          { method: 'GET', path: '/roles', declare: { roles: [ADMIN] }, handle },
          { method: 'GET', path: '/check', declare: { check: () => true }, handle },
          { method: 'GET', path: '/open', declare: 'anyone', handle },
        ],
        inBetween: (auth) => ({ ...auth, authenticateRequest }),
      })
      for (const path of ['/roles', '/check', '/open'])
        for (const method of ['GET', 'HEAD'])
          expect((await application.ask({ method, path }, 'ostiary=x')).status, `${method} ${path}`).toBe(500)
      expect(runs).toBe(0)
    })

    test('records each refusal with the method, the path without its query, and the address', async () => {
      const application = await open({ roles: [ADMIN] })
      const events: unknown[] = []
      application.auth.on('denied', ({ user, request }) => void events.push({ user, ...request, requestId: '' }))
      await application.ask('/target?secret=1')
      await application.ask('/target', await application.signIn('viewer'))
      const request = { method: 'GET', path: '/target', clientAddress: '127.0.0.1', requestId: '' }
      expect(events).toMatchObject([
        { ...request, user: null },
        { ...request, user: 'people:viewer' },
      ])
    })
  })

  describe('a checker', () => {
    test.for(NOT_TRUE)('that answers %s lets nobody in, superusers included', async ([, check]) => {
      const application = await open({ check: check as () => boolean })
      for (const cookie of [undefined, await application.signIn('root')]) {
        const answer = await application.ask('/target', cookie)
        expect(answer.status).toBe(403)
        expect(answer.body).not.toContain('detail')
      }
    })

    test.for(TRUE)('that answers %s lets in', async ([, check]) => {
      const application = await open({ check })
      expect((await application.ask('/target')).status).toBe(200)
    })

    test('sees the user, the parameters, the query and the body', async () => {
      const seen: unknown[] = []
      const application = await openApplication(adapter, {
        routes: [
          {
            method: 'POST',
            path: '/items/:id',
            declare: {
              check: (user, { params, query, body, user: same }) => {
                seen.push({ name: user.name, id: params.id, full: query.full, body, same: user === same })
                return true
              },
            },
            handle: () => 'ok',
          },
        ],
      })
      const asked = { method: 'POST', path: '/items/7%20a?full=1', body: { title: 'x' } }
      expect((await application.ask(asked, await application.signIn('root'))).status).toBe(200)
      expect(seen).toEqual([{ name: 'root', id: '7 a', full: '1', body: { title: 'x' }, same: true }])
    })

    test('that takes its time is waited for', async () => {
      let runs = 0
      const { promise, resolve } = Promise.withResolvers<boolean>()
      const asked = Promise.withResolvers<void>()
      const check = () => {
        asked.resolve()
        return promise
      }
      const handle = () => {
        runs += 1
        return 'ok'
      }
      const application = await openApplication(adapter, { routes: [route({ check }, handle)] })
      const answer = application.ask('/target')
      await asked.promise
      expect(runs).toBe(0)
      resolve(false)
      expect((await answer).status).toBe(403)
      expect(runs).toBe(0)
    })
  })

  describe('the user of a request', () => {
    const who: ContractRoute['handle'] = ({ user }) => `${user.name} ${user.isAnonymous}`

    test.for([
      ['a guarded route', { permission: VIEW }],
      ['a route with a checker', { check: () => true }],
      ['a public route', 'anyone'],
    ] as const)('is known to the handler of %s', async ([, declare]) => {
      const application = await openApplication(adapter, { routes: [route(declare, who)] })
      expect((await application.ask('/target', await application.signIn('viewer'))).body).toBe('viewer false')
    })

    test('is the anonymous one when nobody has signed in', async () => {
      const application = await openApplication(adapter, { routes: [route('anyone', who)] })
      expect((await application.ask('/target')).body).toBe('anonymous true')
    })

    test('is the anonymous one where a public route does without its user, and the session is left alone', async (context) => {
      needs(context, adapter, 'anyone-without-user')
      const application = await openApplication(adapter, { routes: [route('anyone-without-user', who)] })
      const cookie = await application.signIn('viewer')
      application.clock.advance('5m')
      const asked = application.store.asked
      const answer = await application.ask('/target', cookie)
      expect([answer.body, answer.cookies]).toEqual(['anonymous true', []])
      expect(application.store.asked).toBe(asked)
    })
  })
}
