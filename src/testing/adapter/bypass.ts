import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AdapterUnderTest, ContractRoute } from './adapter-under-test.ts'
import { askRaw, type RawRequest } from './ask.ts'
import { HEADERS, METHODS, spellings } from './disguises.ts'
import { ADMIN, type Application, EDIT, openApplication } from './open-application.ts'

const PATHS = ['/admin', '/items/7', '/checked', '/many', '/deep/er']

export function describeBypass(adapter: AdapterUnderTest): void {
  describe('a guarded handler', () => {
    let application: Application
    let viewer: string
    let admin: string
    let runs = 0

    const handle = () => {
      runs += 1
      return 'the secret of the application'
    }
    const declare = { roles: [ADMIN] }
    const many = (['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const).map((method) => ({ method, path: '/many' }))
    const routes: readonly ContractRoute[] = [
      { method: 'GET', path: '/admin', declare, handle },
      { method: 'GET', path: '/items/:id', declare: { permission: EDIT }, handle },
      { method: 'GET', path: '/checked', declare: { check: (user) => user.name === 'admin' }, handle },
      { method: 'GET', path: '/deep/er', declare, handle },
      ...many.map((each) => ({ ...each, declare, handle })),
    ]

    beforeAll(async () => {
      application = await openApplication(adapter, { routes }, afterAll)
      viewer = `Cookie: ${await application.signIn('viewer')}`
      admin = `Cookie: ${await application.signIn('admin')}`
    })

    /** The requests by which the handler was reached. */
    async function reachedBy(requests: readonly RawRequest[], cookies: readonly string[]): Promise<string[]> {
      const reached: string[] = []
      for (const request of requests) {
        runs = 0
        const headers = [...(request.headers ?? []), ...cookies]
        const { text } = await askRaw(application.url, { ...request, headers })
        if (runs > 0 || text.includes('the secret')) reached.push(JSON.stringify({ ...request, headers }))
      }
      return reached
    }

    /** Expects that anonymous users and a viewer are refused with all of these requests. */
    async function expectUnreached(requests: readonly RawRequest[]): Promise<void> {
      expect(await reachedBy(requests, [])).toEqual([])
      expect(await reachedBy(requests, [viewer])).toEqual([])
    }

    test.for(PATHS)('at %s is reached by people who may come in, with GET and with HEAD', async (path) => {
      const requests = [{ target: path }, { target: path, method: 'HEAD' }]
      expect(await reachedBy(requests, [admin])).toHaveLength(2)
      for (const request of requests) expect((await askRaw(application.url, request)).status).toBe(403)
    })

    test.for(PATHS)('at %s is reached by no other spelling of its path', async (path) => {
      const targets = spellings(path)
      await expectUnreached(targets.flatMap((target) => [{ target }, { target, method: 'HEAD' }]))
    })

    test.for(PATHS)('at %s is reached by no other method', async (path) => {
      const json = { headers: ['Content-Type: application/json'], body: '{}' }
      await expectUnreached(
        METHODS.flatMap((method) => [
          { target: path, method },
          { target: path, method, ...json },
        ]),
      )
    })

    test.for(PATHS)('at %s is reached by no header that names another method, path, host or user', async (path) => {
      const posts = HEADERS.map((headers) => ({ target: path, method: 'POST', headers }))
      await expectUnreached([...HEADERS.map((headers) => ({ target: path, headers })), ...posts])
    })

    test('echoes nothing to TRACE', async () => {
      for (const target of ['/admin', '/auth/login', '/nowhere']) {
        const { text } = await askRaw(application.url, { method: 'TRACE', target, headers: [admin, 'X-Echo: echoed'] })
        expect(text).not.toMatch(/echoed|the secret|ostiary=/)
      }
    })
  })
}
