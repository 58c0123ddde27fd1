import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Application, openApplication } from '../application/open-application.ts'
import { setCookies } from '../application/serve-auth.ts'
import { APPLICATION, ASSET } from './application.ts'

let application: Application
let viewer: string
let admin: string

beforeAll(async () => {
  application = await openApplication(APPLICATION, afterAll)
  viewer = await signIn('viewer')
  admin = await signIn('admin')
})

async function signIn(username: string): Promise<string> {
  const payload = { username, password: `pw of ${username}` }
  const answer = await application.request({ method: 'POST', url: '/auth/login', payload })
  const cookie = setCookies(answer).find((each) => each.startsWith('ostiary='))
  return cookie?.split(';', 1)[0] ?? `none in ${answer.statusCode} ${answer.body}`
}

const status = async (url: string, cookie?: string, method: 'GET' | 'POST' | 'PUT' | 'DELETE' = 'GET') =>
  (await application.request({ url, method }, cookie)).statusCode

test('an application of forty routes starts, and every one of them says who may come in', () => {
  const map = application.app.routeMap()
  expect(map.filter(({ method }) => method !== 'HEAD').length).toBeGreaterThanOrEqual(40)
  expect(map.filter(({ guard }) => guard === 'undeclared')).toEqual([])
})

test('guards guard its own routes, in every spelling', async () => {
  for (const url of ['/plain', '/plain/']) {
    expect(await status(url)).toBe(401)
    expect(await status(url, viewer)).toBe(200)
  }
  for (const method of ['POST', 'PUT', 'DELETE'] as const) {
    expect(await status('/plain/one', undefined, method)).toBe(401)
    expect(await status('/plain/one', viewer, method)).toBe(403)
    expect(await status('/plain/one', admin, method)).toBe(200)
  }
  expect((await application.request('/plain/one', viewer)).body).toBe('Hello viewer')
})

describe('beside it lives', () => {
  test('@fastify/autoload: the routes of its folders are guarded', async () => {
    expect(await status('/auto/articles')).toBe(401)
    expect((await application.request('/auto/articles', viewer)).json()).toEqual({ reader: 'viewer' })
    expect(await status('/auto/articles', viewer, 'POST')).toBe(403)
    expect((await application.request('/auto/articles/7', viewer)).json()).toEqual({ id: '7' })
  })

  test('@fastify/cookie: its cookies go out beside a renewed session', async () => {
    const answer = await application.request('/cookie', `${viewer}; seen=before`)
    expect(answer.json()).toEqual({ visitor: 'viewer' })
    expect(setCookies(answer)).toContain('seen=before; SameSite=Lax')
  })

  test('@fastify/cors: preflights are answered, and so is the login page with its headers', async () => {
    const headers = { origin: 'https://front.example', 'access-control-request-method': 'POST' }
    const preflight = await application.request({ method: 'OPTIONS', url: '/plain/one', headers })
    expect([preflight.statusCode, preflight.headers['access-control-allow-origin']]).toEqual([204, headers.origin])
  })

  test('@fastify/helmet: its headers are on guarded routes, and our pages keep their own policy', async () => {
    expect((await application.request('/plain', viewer)).headers['x-frame-options']).toBe('SAMEORIGIN')
    const page = await application.request('/auth/login')
    expect(page.headers['strict-transport-security']).toBeDefined()
    expect(page.headers['content-security-policy']).toContain("default-src 'none'")
  })

  test('@fastify/static: its files are guarded by the option routes', async () => {
    expect(await status('/assets/page.txt')).toBe(401)
    expect((await application.request('/assets/page.txt', viewer)).body).toBe(ASSET)
  })

  test('@fastify/multipart: an upload is refused before it is read', async () => {
    const body = '--x\r\nContent-Disposition: form-data; name="f"; filename="a.txt"\r\n\r\nhello\r\n--x--\r\n'
    const headers = { 'content-type': 'multipart/form-data; boundary=x' }
    const upload = (cookie: string) =>
      application.request({ method: 'POST', url: '/upload', payload: body, headers }, cookie)
    expect((await upload(admin)).json()).toEqual({ name: 'a.txt', by: 'admin' })
    expect((await upload(viewer)).statusCode).toBe(403)
  })

  test('@fastify/websocket: sockets are guarded, and closed when the session ends', async () => {
    await expect(application.app.injectWS('/live')).rejects.toThrow('401')
    const cookie = await signIn('viewer')
    const welcome: string[] = []
    const socket = await application.app.injectWS(
      '/live',
      { headers: { cookie, host: 'localhost' } },
      { onInit: (opening) => opening.on('message', (data: unknown) => void welcome.push(String(data))) },
    )
    const closed = once(socket, 'close')
    await application.request({ method: 'POST', url: '/auth/logout' }, cookie)
    expect((await closed)[0]).toBe(1008)
    expect(welcome).toEqual(['viewer'])
  })

  test('@fastify/swagger with its UI: guards are in the document, and the UI is guarded by everyRoute', async () => {
    expect(await status('/documentation/json')).toBe(401)
    const { paths } = (await application.request('/documentation/json', admin)).json()
    for (const [path, method] of [
      ['/plain/one', 'post'],
      ['/zod/mine', 'get'],
      ['/typebox/titles', 'post'],
      ['/auto/articles/', 'get'],
    ] as const)
      expect(Object.keys(paths[path]?.[method]?.responses ?? {}), path).toEqual(expect.arrayContaining(['401', '403']))
    expect(await status('/documentation/', admin)).toBe(200)
  })

  test('@fastify/rate-limit: refused requests count', async () => {
    const before = Number((await application.request('/plain')).headers['x-ratelimit-remaining'])
    const after = await application.request('/plain')
    expect([after.statusCode, Number(after.headers['x-ratelimit-remaining'])]).toEqual([401, before - 1])
  })

  test('@fastify/under-pressure: its 503 keeps its status, on the login as elsewhere', async () => {
    const loaded = await openApplication({
      before: async (app) => {
        const { default: underPressure } = await import('@fastify/under-pressure')
        await app.register(underPressure, { maxHeapUsedBytes: 1, sampleInterval: 1 })
      },
    })
    const answer = await loaded.request({ method: 'POST', url: '/auth/login', payload: {} })
    expect(answer.statusCode).toBe(503)
    expect((await application.request('/status')).json()).toEqual({ ok: true })
  })

  test('@fastify/compress: answers are compressed, and what a guard refuses is not', async () => {
    const headers = { 'accept-encoding': 'gzip' }
    expect((await application.request({ url: '/plain', headers }, viewer)).headers['content-encoding']).toBe('gzip')
    expect((await application.request({ url: '/plain', headers })).statusCode).toBe(401)
  })

  test('@fastify/jwt and @fastify/auth: request.user and app.auth are theirs, the visitor is ours', async () => {
    const authorization = `Bearer ${application.app.jwt.sign({ sub: 'machine' })}`
    const answer = await application.request({ url: '/token', headers: { authorization } }, viewer)
    expect(answer.json()).toEqual({ token: 'machine', visitor: 'viewer' })
    expect((await application.request({ url: '/by-token', headers: { authorization } })).statusCode).toBe(200)
    expect(await status('/by-token', viewer)).toBe(401)
    expect(application.app.doorkeeper).toBe(application.auth)
  })

  test('@fastify/passport: who it has signed in and whom we have are two questions', async () => {
    expect((await application.request('/passport', viewer)).json()).toEqual({ passport: false, us: 'viewer' })
  })

  test('the zod provider: a checker knows the query of its schema', async () => {
    expect((await application.request('/zod/mine?owner=viewer', viewer)).json()).toMatchObject({
      limit: 5,
      by: 'viewer',
    })
    expect(await status('/zod/mine?owner=admin', viewer)).toBe(403)
    expect(await status('/zod/mine?owner=viewer&limit=9', viewer)).toBe(400)
    expect((await application.request('/zod/view?owner=x&limit=2', viewer)).json()).toBe(3)
  })

  test('the TypeBox provider: guards go before the body is validated', async () => {
    const post = (payload: object, cookie: string) =>
      application.request({ method: 'POST', url: '/typebox/titles', payload }, cookie)
    expect((await post({ title: 'a' }, admin)).json()).toEqual({ title: 'A', by: 'admin' })
    expect((await post({}, admin)).statusCode).toBe(400)
    expect((await post({}, viewer)).statusCode).toBe(403)
  })

  test('mercurius: the endpoint is guarded, and resolvers know who asks', async () => {
    const ask = (cookie?: string) =>
      application.request({ method: 'POST', url: '/graphql', payload: { query: '{ me hidden }' } }, cookie)
    expect((await ask()).statusCode).toBe(401)
    expect((await ask(viewer)).json()).toEqual({ data: { me: 'viewer', hidden: null } })
    expect((await ask(admin)).json()).toEqual({ data: { me: 'admin', hidden: 'seen' } })
  })
})
