import { type Context, Hono } from 'hono'
import { protect } from 'ostiary/hono'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ADMIN, EDIT } from '../application/test-auth.ts'
import { rawRequest } from '../http/raw-request.ts'
import { type App, openHono } from './open-hono.ts'

// A request may be spelt in any way: when it reaches a guarded handler, the guard has let its sender in.

let runs = 0
const handler = (c: Context) => {
  runs += 1
  return c.text('the secret')
}
const mounted = () => {
  runs += 1
  return new Response('the secret')
}

function routes(app: App): void {
  const admins = protect({ roles: [ADMIN] })
  app.get('/admin', admins, handler)
  app.get('/items/:id', protect({ permission: EDIT }), handler)
  app.get('/files/*', admins, handler)
  app.all('/every', admins, handler)
  app.use('/below/*', admins)
  app.get('/below/deep', handler)
  app.get('/:kind{[a-z]+}/named', admins, handler)
  app.get('/maybe/:id?', admins, handler)
  app.use('/old/*', admins)
  app.mount('/old', mounted)
  const sub: App = new Hono()
  sub.onError((_error, c) => c.text('caught', 500))
  sub.get('/deep', admins, handler)
  app.route('/sub', sub)
}

const PATHS = [
  '/admin',
  '/items/7',
  '/files/a/b.txt',
  '/every',
  '/below/deep',
  '/any/named',
  '/maybe',
  '/maybe/1',
  '/old/x',
  '/sub/deep',
]

/** Ways to write a path that some server, proxy or router takes for the same one. */
function spellings(path: string): string[] {
  const first = path[1] as string
  const code = first.charCodeAt(0).toString(16)
  return [
    path,
    `/${path}`,
    path.replaceAll('/', '//'),
    `${path}/`,
    `${path}//`,
    path.toUpperCase(),
    `/${first.toUpperCase()}${path.slice(2)}`,
    `/%${code}${path.slice(2)}`,
    `/%25${code}${path.slice(2)}`,
    `/%2f${path.slice(1)}`,
    path.replaceAll('/', '%2f'),
    `/${path.slice(1).replaceAll('/', '%2F')}`,
    `${path}%2f`,
    `${path}%5c`,
    `${path}\\`,
    `/.${path}`,
    `/x/..${path}`,
    `/x/%2e%2e${path}`,
    `${path}/..`,
    `${path}/../${path.slice(1)}`,
    `${path};x`,
    `${path}?x`,
    `${path}#x`,
    `${path}%00`,
    `${path}%20`,
    `${path}%ff`,
    `${path}%`,
    `${path}.json`,
    `http://localhost${path}`,
    `//evil.example${path}`,
    `/auth/login/..${path}`,
    `/auth/login${path}`,
    `/auth/login?next=${path}`,
  ]
}

const METHODS = ['HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'QUERY', 'PROPFIND', 'get', 'head']

const APPS: readonly (readonly [string, () => App])[] = [
  ['as Hono comes', () => new Hono()],
  ['with a router that forgives a slash at the end', () => new Hono({ strict: false })],
  [
    'with paths of its own',
    () => new Hono({ getPath: (request) => decodeURIComponent(new URL(request.url).pathname.replace(/;.*/, '')) }),
  ],
]

describe.each(APPS)('%s', (_name, create) => {
  let house: Awaited<ReturnType<typeof openHono>>
  let viewer: string
  let admin: string

  beforeAll(async () => {
    house = await openHono({ app: create(), routes }, afterAll)
    viewer = `Cookie: ${await house.signIn('viewer')}`
    admin = `Cookie: ${await house.signIn('admin')}`
  })

  async function reached(target: string, method: string, headers: readonly string[]): Promise<boolean> {
    runs = 0
    const { text } = await rawRequest(house, { target, method, headers })
    return runs > 0 || text.includes('the secret')
  }

  test.each(PATHS)('%s: no spelling and no method lets anybody in who may not come in', async (path) => {
    const requests = [
      ...spellings(path).flatMap((target) => [
        [target, 'GET'],
        [target, 'HEAD'],
      ]),
      ...METHODS.map((method) => [path, method]),
    ] as [string, string][]
    const breaches: string[] = []
    for (const [target, method] of requests)
      for (const headers of [[], [viewer], ['X-HTTP-Method-Override: GET', 'X-Original-URL: /auth/login', viewer]])
        if (await reached(target, method, headers)) breaches.push(`${method} ${target}`)
    expect(breaches).toEqual([])
  })

  test.each(PATHS)('%s: who may come in does, so that the table above means something', async (path) => {
    expect(await reached(path, 'GET', [admin])).toBe(true)
    expect(await reached(path, 'HEAD', [admin])).toBe(true)
    expect((await rawRequest(house, { target: path })).status).toBe(403)
  })

  test('of the spellings, some reach the handler for who may come in', async () => {
    const found = []
    for (const target of spellings('/admin')) if (await reached(target, 'GET', [admin])) found.push(target)
    expect(found.length).toBeGreaterThan(3)
  })
})
