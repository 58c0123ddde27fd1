import type { FastifyInstance, FastifyServerOptions } from 'fastify'
import { protect } from 'ostiary/fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Application, openApplication } from '../application/open-application.ts'
import { ADMIN, EDIT } from '../application/test-auth.ts'
import { type RawRequest, rawRequest } from './raw-request.ts'

// Whatever way a request is spelt: if it reaches a guarded handler, its sender was let in by the guard.

let runs: string[] = []

function guardedRoutes(app: FastifyInstance): void {
  const handler = async () => {
    runs.push('ran')
    return 'the secret of the application'
  }
  const admins = protect({ roles: [ADMIN] })
  app.get('/admin', admins, handler)
  app.get('/items/:id', protect({ permission: EDIT }), handler)
  app.get('/files/*', admins, handler)
  app.get('/checked', protect({ check: (user) => user.name === 'admin' }), handler)
  app.route({ method: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'], url: '/many', ...admins, handler })
  app.register(
    async (scope) => {
      scope.route({ method: 'GET', url: '/', prefixTrailingSlash: 'both', ...admins, handler })
      scope.get('/deep', admins, handler)
      scope.get('/:name', admins, handler)
    },
    { prefix: '/scope' },
  )
  app.all('/every', admins, handler)
}

const PATHS = [
  '/admin',
  '/items/7',
  '/files/a/b.txt',
  '/checked',
  '/many',
  '/scope',
  '/scope/',
  '/scope/deep',
  '/scope/x',
  '/every',
]

/** All the ways to write a path that some server, proxy or router takes for the same one. */
function spellings(path: string): string[] {
  const [, first = '', ...rest] = path.split('/')
  const tail = rest.length > 0 ? `/${rest.join('/')}` : ''
  const encoded = (text: string) => [...text].map((each) => `%${each.charCodeAt(0).toString(16)}`).join('')
  return [
    path,
    `/${path}`,
    `//${path}`,
    `${path}/`,
    `${path}//`,
    path.replaceAll('/', '//'),
    path.toUpperCase(),
    `/${first[0]?.toUpperCase()}${first.slice(1)}${tail}`,
    `/%${first.charCodeAt(0).toString(16)}${first.slice(1)}${tail}`,
    `/%${first.charCodeAt(0).toString(16).toUpperCase()}${first.slice(1)}${tail}`,
    `/${encoded(first)}${tail}`,
    `/%25${first.charCodeAt(0).toString(16)}${first.slice(1)}${tail}`,
    `/%2f${path.slice(1)}`,
    `%2f${path.slice(1)}`,
    `${path}%2f`,
    `${path}%2F`,
    `${path}%5c`,
    `${path}\\`,
    `\\${path.slice(1)}`,
    `/.${path}`,
    `/./.${path}`,
    `/x/..${path}`,
    `/..${path}`,
    `/x/%2e%2e${path}`,
    `/%2e${path}`,
    `${path}/.`,
    `${path}/..`,
    `${path}/x/..`,
    `${path}/../${first}`,
    `${path};x`,
    `${path};x=1/y`,
    `${path}?x`,
    `${path}?`,
    `${path}??x=/login`,
    `${path}#x`,
    `${path}%00`,
    `${path}%00.html`,
    `${path}%20`,
    `${path}%0a`,
    `${path}.json`,
    `${path}.`,
    `${path}~`,
    `${path}%c0%af`,
    `${path}%ff`,
    `${path}%`,
    `${path}%zz`,
    `${path}%u0061`,
    `${path}ä`,
    `http://localhost${path}`,
    `http://evil.example${path}`,
    `http://localhost/${path}`,
    `//evil.example${path}`,
    `HTTP://LOCALHOST${path}`,
    `/auth/login/..${path}`,
    `/auth/login/../..${path}`,
    `/auth/login${path}`,
    `/auth/login;${path}`,
    `/auth/login?next=${path}`,
    '*',
    'localhost:80',
  ]
}

const METHODS = [
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'TRACE',
  'PROPFIND',
  'QUERY',
  'SEARCH',
  'COPY',
  'BREW',
  'get',
  'GET\t',
  'GET\0',
  '',
]

const HEADERS: readonly (readonly string[])[] = [
  ['X-HTTP-Method-Override: POST'],
  ['X-HTTP-Method: HEAD', 'X-Method-Override: OPTIONS'],
  ['X-Original-URL: /auth/login'],
  ['X-Rewrite-URL: /auth/login'],
  ['X-Forwarded-Prefix: /auth', 'X-Forwarded-Uri: /auth/login'],
  ['X-Forwarded-For: 127.0.0.1', 'X-Real-IP: 127.0.0.1', 'Client-IP: 127.0.0.1', 'Forwarded: for=127.0.0.1'],
  ['X-Forwarded-Host: localhost', 'X-Forwarded-Proto: https'],
  ['X-Forwarded-User: admin', 'X-Remote-User: admin', 'Remote-User: admin', 'X-User: admin'],
  ['Authorization: Basic YWRtaW46cHcgb2YgYWRtaW4='],
  ['Host: evil.example'],
  ['Access-Control-Request-Method: GET', 'Origin: https://evil.example'],
  ['Upgrade: h2c', 'Connection: Upgrade, HTTP2-Settings', 'HTTP2-Settings: '],
  ['Expect: 100-continue'],
  ['Transfer-Encoding: chunked'],
  ['Content-Type: application/json', 'Content-Length: 999999999'],
  ['Cookie: ostiary=', 'Cookie: __Host-ostiary='],
  ['Cookie: user=admin; role=Administrator; isSuperuser=true'],
  ['Accept: text/html'],
]

const APPLICATIONS: readonly (readonly [string, FastifyServerOptions])[] = [
  ['as Fastify comes', {}],
  [
    'with a router that forgives everything',
    {
      routerOptions: {
        ignoreTrailingSlash: true,
        ignoreDuplicateSlashes: true,
        caseSensitive: false,
        // Not in Fastify's types, though its router takes it.
        ...{ useSemicolonDelimiter: true },
      },
    },
  ],
  ['behind a proxy that is trusted', { trustProxy: true }],
  ['with a way of its own to rewrite paths', { rewriteUrl: ({ url = '/' }) => url.replace(/^\/x\/\.\./, '') }],
]

describe.each(APPLICATIONS)('%s', (_name, fastify) => {
  let application: Application
  let viewer: string
  let admin: string

  beforeAll(async () => {
    application = await openApplication({ fastify, routes: guardedRoutes }, afterAll)
    viewer = `Cookie: ${await application.signIn('viewer')}`
    admin = `Cookie: ${await application.signIn('admin')}`
    await application.app.listen({ port: 0, host: '127.0.0.1' })
  })

  /** How often a guarded handler runs while these requests come in. */
  async function runsDuring(requests: readonly RawRequest[], cookies: readonly string[]): Promise<string[]> {
    const reached: string[] = []
    for (const request of requests) {
      runs = []
      const headers = [...(request.headers ?? []), ...cookies]
      const { text } = await rawRequest(application.app, { ...request, headers })
      if (runs.length > 0 || text.includes('the secret')) reached.push(JSON.stringify({ ...request, headers }))
    }
    return reached
  }

  test.each(PATHS)('%s: in no spelling and with no method is anybody let in who may not', async (path) => {
    const targets = spellings(path)
    const requests = [
      ...targets.map((target) => ({ target })),
      ...targets.map((target) => ({ target, method: 'HEAD' })),
      ...METHODS.map((method) => ({ target: path, method })),
      ...METHODS.map((method) => ({ target: path, method, headers: ['Content-Type: application/json'], body: '{}' })),
      ...HEADERS.map((headers) => ({ target: path, headers })),
      ...HEADERS.map((headers) => ({ target: path, method: 'POST', headers })),
    ]
    expect(await runsDuring(requests, [])).toEqual([])
    expect(await runsDuring(requests, [viewer])).toEqual([])
  })

  test.each(PATHS)('%s: who may come in does, so that the table above means something', async (path) => {
    const reached = await runsDuring([{ target: path }, { target: path, method: 'HEAD' }], [admin])
    expect(reached).toHaveLength(2)
    expect((await rawRequest(application.app, { target: path })).status).toBe(403)
    expect((await rawRequest(application.app, { target: path, method: 'HEAD' })).status).toBe(403)
  })

  test('of the spellings, some do reach the handler for who may come in', async () => {
    const targets = spellings('/admin').map((target) => ({ target }))
    expect((await runsDuring(targets, [admin])).length).toBeGreaterThan(1)
  })
})
