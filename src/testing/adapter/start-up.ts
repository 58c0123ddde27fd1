import { describe, expect, test } from 'vitest'
import { defineRole } from '../../policy/role.ts'
import { accepted } from '../../users/outcome.ts'
import { defineUserSource } from '../../users/user-source.ts'
import type { AdapterUnderTest, ContractRoute } from './adapter-under-test.ts'
import { ADMIN, type ApplicationSetup, needs, openApplication } from './open-application.ts'

const handle = () => 'reached'
const FORGOTTEN: readonly ContractRoute[] = [
  { method: 'GET', path: '/declared', declare: { roles: [ADMIN] }, handle },
  { method: 'GET', path: '/forgotten', declare: undefined, handle },
  { method: 'POST', path: '/forgotten-too', declare: undefined, handle },
]

export function describeStartUp(adapter: AdapterUnderTest): void {
  describe('the start', () => {
    test('is refused for routes that declare nothing, with the name of each', async (context) => {
      needs(context, adapter, 'undeclared-routes')
      const start = openApplication(adapter, { routes: FORGOTTEN })
      const error = await start.then(
        () => expect.fail('The application has started.'),
        (reason: Error & { code?: string }) => reason,
      )
      expect(error.code).toBe('OSTIARY_UNDECLARED_ROUTES')
      for (const name of ['GET /forgotten', 'POST /forgotten-too']) expect(error.message).toContain(name)
      expect(error.message).not.toContain('GET /declared')
    })

    test('is refused for a route that declares nothing, or nobody reaches the route', async () => {
      const application = await openApplication(adapter, { routes: FORGOTTEN }).catch(() => undefined)
      if (!application) return
      for (const cookie of [undefined, await application.signIn('admin')]) {
        for (const method of ['GET', 'HEAD', 'POST'])
          for (const path of ['/forgotten', '/forgotten-too']) {
            const { status, body } = await application.ask({ method, path }, cookie)
            expect([status < 400, body]).not.toContain('reached')
            expect(status).toBeGreaterThanOrEqual(400)
          }
      }
    })

    const stranger = defineRole({ name: 'Stranger', description: 'Not known to the Auth', permissions: [] })
    const broken = defineUserSource('broken', async () => accepted({ name: 'anna' }), {
      ready: () => Promise.reject(new Error('the database is away')),
    })
    const refused: readonly (readonly [string, ApplicationSetup, RegExp])[] = [
      [
        'a role that the Auth does not know',
        { routes: [{ method: 'GET', path: '/strange', declare: { roles: [stranger] }, handle }] },
        /Stranger[\s\S]*\/strange|\/strange[\s\S]*Stranger/,
      ],
      [
        'a declaration that is none',
        { routes: [{ method: 'GET', path: '/odd', declare: { roles: [] } as never, handle }] },
        /roles of a requirement/,
      ],
      ['a source that cannot be made ready', { auth: { sources: [broken] } }, /the database is away/],
      ['trusted origins with a pattern', { http: { trustedOrigins: ['https://*.example.org'] } }, /trustedOrigins/],
      ['a prefix that is no path', { http: { prefix: 'auth' as never } }, /prefix/],
      ['an answer for anonymous people that is none', { http: { anonymous: 'welcome' as never } }, /anonymous/],
    ]
    test.for(refused)('is refused for %s', async ([, options, message]) => {
      await expect(openApplication(adapter, options)).rejects.toThrow(message)
    })

    test('leaves the Auth open when the application closes', async () => {
      const closes: (() => Promise<void>)[] = []
      const application = await openApplication(adapter, {}, (close) => void closes.push(close))
      await closes[1]?.()
      expect(application.auth.health().healthy).toBe(true)
      await closes[0]?.()
    })
  })

  test('two applications of one process keep their people apart', async () => {
    const routes: ContractRoute[] = [{ method: 'GET', path: '/', declare: 'anyone', handle: ({ user }) => user.name }]
    const [one, two] = [await openApplication(adapter, { routes }), await openApplication(adapter, { routes })]
    const cookie = await one.signIn('admin')
    expect([(await one.ask('/', cookie)).body, (await two.ask('/', cookie)).body]).toEqual(['admin', 'anonymous'])
  })
}
