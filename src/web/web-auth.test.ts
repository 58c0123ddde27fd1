import { expect, onTestFinished, test, vi } from 'vitest'
import { createAuth } from '../create-auth.ts'
import { ConfigurationError } from '../errors.ts'
import type { Extension } from '../http/extension.ts'
import { defineRole } from '../policy/role.ts'
import { memorySessions } from '../sessions/memory-sessions.ts'
import { fixedClock } from '../testing/fixed-clock.ts'
import { signInAs } from '../testing/sign-in-as.ts'
import { testUser } from '../testing/test-user.ts'
import { createWebAuth, type WebAuthOptions } from './web-auth.ts'

const EDITOR = defineRole({ name: 'Editor', description: 'Edits', permissions: [] })

async function openWeb(options: Partial<WebAuthOptions> = {}) {
  const clock = fixedClock()
  const store = memorySessions({ clock })
  const auth = createAuth({ roles: [EDITOR], sessions: { store }, clock })
  onTestFinished(() => auth.close())
  const web = createWebAuth({ auth, ...options })
  await web.ready()
  const headers = await signInAs(auth, testUser({ name: 'anna', roles: [EDITOR] }))
  const ask = (path = '/', init: RequestInit = {}) =>
    new Request(`http://localhost${path}`, { ...init, headers: { ...headers, ...(init.headers as object) } })
  const stranger = (path = '/', init?: RequestInit) => new Request(`http://localhost${path}`, init)
  return { auth, web, clock, store, ask, stranger }
}

test('userOf() tells who asks', async () => {
  const { web, ask, stranger } = await openWeb()
  expect((await web.userOf(ask())).name).toBe('anna')
  expect((await web.userOf(stranger())).isAnonymous).toBe(true)
})

test('require() lets in who may come in, and refuses everybody else with a Response', async () => {
  const { web, ask, stranger } = await openWeb()
  const editors = web.require({ roles: [EDITOR] })
  const refusal = await editors(stranger())
  if (!(refusal instanceof Response)) return expect.fail('A stranger was let in.')
  expect(refusal.status).toBe(403)
  const admitted = await editors(ask())
  if (admitted instanceof Response) return expect.fail('An editor was refused.')
  expect([admitted.user.name, admitted.session?.userId]).toEqual(['anna', 'test:anna'])
  expect(admitted.respond(new Response('text')).headers.get('cache-control')).toBe('no-store')
})

test('a checker gets the request, and only exactly true lets in', async () => {
  const { web, ask } = await openWeb()
  const owner = web.require({ check: (user, request) => new URL(request.url).searchParams.get('of') === user.name })
  expect(await owner(ask('/?of=anna'))).not.toBeInstanceOf(Response)
  expect(await owner(ask('/?of=bert'))).toBeInstanceOf(Response)
  const truthy = web.require({ check: (() => 1) as never })
  expect(await truthy(ask())).toBeInstanceOf(Response)
})

test('guarded() runs its handler only for who may come in, and hands on what the server gives', async () => {
  const { web, ask, stranger } = await openWeb()
  const handler = vi.fn(async (_request: Request, { user }: { user: { name: string } }, info: { id: number }) =>
    Response.json([user.name, info.id]),
  )
  const guarded = web.guarded({ roles: [EDITOR] }, handler)
  expect((await guarded(stranger(), { id: 7 })).status).toBe(403)
  expect(handler).not.toHaveBeenCalled()
  expect(await (await guarded(ask(), { id: 7 })).json()).toEqual(['anna', 7])
})

test('a cookie that is worth nothing any more is cleared with whatever response', async () => {
  const { web, auth, ask } = await openWeb()
  await auth.sessions.revoke({ user: 'test:anna' })
  const cleared = [expect.stringMatching(/^ostiary=; /)]
  const request = ask()
  await web.userOf(request)
  expect(web.respond(request, new Response('text')).headers.getSetCookie()).toEqual(cleared)
  expect((await web.guarded({ roles: [EDITOR] }, () => new Response())(ask())).headers.getSetCookie()).toEqual(cleared)
  expect((await web.guarded('anyone', () => new Response())(ask())).headers.getSetCookie()).toEqual(cleared)
})

test('respond() leaves a response alone when nobody asked for the user', async () => {
  const { web, ask } = await openWeb()
  const response = new Response('text')
  expect(web.respond(ask(), response)).toBe(response)
})

test('handle() answers the endpoints, HEAD included, and nothing else', async () => {
  const { web, stranger } = await openWeb()
  expect((await web.handle(stranger('/auth/login')))?.status).toBe(200)
  const head = await web.handle(stranger('/auth/login', { method: 'HEAD' }))
  expect([head?.status, head?.body]).toEqual([200, null])
  for (const path of ['/', '/auth', '/auth/login/', '/auth//login', '/AUTH/login', '/auth/%6cogin', '/auth%2Flogin'])
    expect(await web.handle(stranger(path)), path).toBeUndefined()
  expect(await web.handle(stranger('/auth/login', { method: 'PUT' }))).toBeUndefined()
})

test('handle() asks the guard of an endpoint before its body is read, and the checker after it', async () => {
  const seen: unknown[] = []
  const extension: Extension = {
    name: 'test',
    endpoints: () => [
      {
        method: 'POST',
        path: '/note',
        requirement: { roles: [EDITOR] },
        maxBodyBytes: 5,
        handle: (_context, body, { user }) => {
          seen.push([user.name, body])
          return { status: 204, headers: {}, cookies: [], body: null }
        },
      },
      { method: 'POST', path: '/never', requirement: { check: () => false }, handle: () => expect.fail('reached') },
    ],
  }
  const { web, ask, stranger } = await openWeb({ extensions: [extension] })
  const refused = stranger('/auth/note', { method: 'POST', body: '12345' })
  expect((await web.handle(refused))?.status).toBe(403)
  expect(refused.bodyUsed).toBe(false)
  for (const body of ['12345', '123456'])
    expect((await web.handle(ask('/auth/note', { method: 'POST', body })))?.status).toBe(204)
  expect(seen).toEqual([
    ['anna', '12345'],
    ['anna', undefined],
  ])
  expect((await web.handle(ask('/auth/never', { method: 'POST' })))?.status).toBe(403)
})

test('faults of endpoints are told, and answered with 500', async () => {
  const faults: unknown[] = []
  const fault = new Error('a detail')
  const extension: Extension = {
    name: 'test',
    endpoints: () => [{ method: 'GET', path: '/fault', requirement: 'anyone', handle: () => Promise.reject(fault) }],
  }
  const { web, stranger } = await openWeb({ extensions: [extension], onFault: (error) => void faults.push(error) })
  const answer = await web.handle(stranger('/auth/fault'))
  expect(answer?.status).toBe(500)
  expect(await answer?.text()).not.toContain('detail')
  expect(faults).toEqual([fault])
})

test('sameSite() refuses what a page of another site caused', async () => {
  const { web, ask } = await openWeb()
  const from = (site: string, method: string) => ask('/', { method, headers: { 'sec-fetch-site': site } })
  expect(web.sameSite(from('cross-site', 'POST'))?.status).toBe(403)
  expect(web.sameSite(from('same-origin', 'POST'))).toBeUndefined()
  expect(web.sameSite(from('cross-site', 'GET'))).toBeUndefined()
  expect(web.sameSite(from('cross-site', 'GET'), { everyMethod: true })?.status).toBe(403)
})

test('what cannot be right is an error at the start', async () => {
  const { auth, web } = await openWeb()
  const unknown = defineRole({ name: 'Stranger', description: 'Unknown', permissions: [] })
  expect(() => createWebAuth({ auth, conection: () => ({}) } as never)).toThrow('Did you mean "connection"')
  expect(() => web.require({ roles: [unknown] }, 'POST /reports')).toThrow(/POST \/reports.*Stranger/)
  expect(() => web.require(undefined as never)).toThrow(ConfigurationError)
})
