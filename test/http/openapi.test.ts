import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'
import { type AnonymousAnswer, anyone, protect } from 'ostiary/fastify'
import { describe, expect, test } from 'vitest'
import { openApplication } from '../application/open-application.ts'
import { ADMIN, EDIT, VIEWER } from '../application/test-auth.ts'

const OWN = {
  summary: 'One item',
  params: { type: 'object', properties: { id: { type: 'integer' } } },
  response: {
    200: { type: 'object', properties: { id: { type: 'integer' } } },
    403: { description: 'Our own words', type: 'object', properties: { why: { type: 'string' } } },
    404: { description: 'No such item', type: 'null' },
  },
}

function routes(app: FastifyInstance): void {
  const handler = async () => ({ id: 7, secret: 'not in the schema' })
  app.get('/roles', protect({ roles: [ADMIN, VIEWER] }), handler)
  app.post('/permission', protect({ permission: EDIT }), handler)
  app.get('/check', protect({ check: () => true }), handler)
  app.get('/items/:id', { ...protect({ roles: [ADMIN] }), schema: OWN }, handler)
  app.get('/other-scheme', { ...protect({ roles: [ADMIN] }), schema: { security: [{ other: [] }] } }, handler)
  app.get('/hidden', { ...protect({ roles: [ADMIN] }), schema: { hide: true } }, handler)
  app.get('/recent', protect({ permission: EDIT, authenticatedWithin: '15m' }), handler)
  app.get('/recent-only', protect({ authenticatedWithin: '1h' }), handler)
  app.get('/open', anyone(), handler)
}

interface Operation {
  security?: unknown[]
  responses: Record<string, { description: string; content?: Record<string, unknown> }>
  [extension: `x-${string}`]: unknown
  requestBody?: { content: Record<string, unknown> }
}
interface Document {
  openapi?: string
  swagger?: string
  paths: Record<string, Record<string, Operation>>
  components: { securitySchemes: Record<string, unknown> }
  securityDefinitions: Record<string, unknown>
}

const OTHER = { type: 'http', scheme: 'bearer' } as const
/** The application has a scheme of its own, which one of its routes asks for. */
const SETTINGS = { openapi: { components: { securitySchemes: { other: OTHER } } } }

async function documentOf(anonymous: AnonymousAnswer = 'forbid', settings: object = SETTINGS) {
  const application = await openApplication({
    before: async (app) => app.register(swagger, settings),
    routes,
    plugin: { anonymous },
  })
  return { application, document: JSON.parse(JSON.stringify(application.app.swagger())) as Document }
}

describe('with @fastify/swagger, the document says of a guarded route', () => {
  test('what it requires', async () => {
    const { paths } = (await documentOf()).document
    expect(paths['/roles']?.get).toMatchObject({ 'x-required-roles': ['Administrator', 'Viewer'] })
    expect(paths['/permission']?.post).toMatchObject({ 'x-required-permission': 'edit' })
    expect(paths['/check']?.get).toMatchObject({ 'x-required-check': true })
    expect(Object.keys(paths['/open']?.get ?? {}).filter((key) => key.startsWith('x-'))).toEqual([])
  })

  test('that it asks for a recent login, and that it may ask for another one', async () => {
    for (const anonymous of ['forbid', 'challenge'] as const) {
      const { paths } = (await documentOf(anonymous)).document
      const [recent, only] = [paths['/recent']?.get, paths['/recent-only']?.get]
      expect(recent).toMatchObject({ 'x-required-permission': 'edit', 'x-required-authenticated-within': '15m' })
      expect(Object.entries(only ?? {}).filter(([key]) => key.startsWith('x-'))).toEqual([
        ['x-required-authenticated-within', '1h'],
      ])
      for (const operation of [recent, only])
        expect(operation?.responses).toMatchObject({ 401: { description: 'Not signed in, or too long ago' } })
      expect(paths['/permission']?.post).not.toHaveProperty('x-required-authenticated-within')
    }
  })

  test('that the session cookie is its security, unless the route says otherwise', async () => {
    const { paths, components } = (await documentOf()).document
    const ostiary = { type: 'apiKey', in: 'cookie', name: '__Host-ostiary' }
    expect(components.securitySchemes).toMatchObject({ ostiary, other: OTHER })
    for (const [path, method] of [
      ['/roles', 'get'],
      ['/permission', 'post'],
      ['/check', 'get'],
      ['/items/{id}', 'get'],
    ] as const)
      expect(paths[path]?.[method]?.security).toEqual([{ ostiary: [] }])
    expect(paths['/other-scheme']?.get?.security).toEqual([{ other: [] }])
    expect(paths['/open']?.get?.security).toBeUndefined()
    expect(paths['/hidden']).toBeUndefined()
  })

  test('that it may be refused: 403, and 401 where anonymous people get one', async () => {
    const refusals = async (anonymous: AnonymousAnswer) => {
      const { responses } = (await documentOf(anonymous)).document.paths['/roles']?.get ?? { responses: {} }
      for (const status of ['401', '403'])
        if (responses[status]) expect(responses[status].content).toHaveProperty(['application/problem+json'])
      return Object.keys(responses).filter((status) => status.startsWith('4'))
    }
    expect(await refusals('forbid')).toEqual(['403'])
    expect(await refusals('challenge')).toEqual(['401', '403'])
    expect(await refusals('login')).toEqual(['401', '403'])
    expect((await documentOf()).document.paths['/open']?.get?.responses).not.toHaveProperty('403')
  })

  test('what the application says itself, first of all', async () => {
    const operation = (await documentOf()).document.paths['/items/{id}']?.get
    expect(operation).toMatchObject({ summary: 'One item', 'x-required-roles': ['Administrator'] })
    expect(operation?.responses).toMatchObject({
      200: { content: { 'application/json': { schema: { properties: { id: { type: 'integer' } } } } } },
      403: { description: 'Our own words' },
      404: { description: 'No such item' },
    })
  })
})

test('signing in and out are in the document, the pages are not', async () => {
  const { paths } = (await documentOf()).document
  expect(Object.keys(paths['/auth/login'] ?? {})).toEqual(['post'])
  expect(Object.keys(paths['/auth/logout'] ?? {})).toEqual(['post'])
  const login = paths['/auth/login']?.post
  expect(Object.keys(login?.requestBody?.content ?? {})).toEqual([
    'application/json',
    'application/x-www-form-urlencoded',
  ])
  expect(Object.keys(login?.responses ?? {})).toEqual(['200', '400', '401', '409', '429', '503'])
})

test('what is documented of the login is not what validates it: the uniform answers stay', async () => {
  const { application } = await documentOf()
  const post = async (payload: object) =>
    (await application.request({ method: 'POST', url: '/auth/login', payload })).body
  expect(await post({ username: 1 })).toBe('{"type":"about:blank","title":"Bad Request","status":400}')
  expect(await post({ username: 'a', password: 'b', extra: 'c' })).toContain('Sign-in refused')
})

test('the schemas change no answer: refusals are the same bytes, and what the application filters stays filtered', async () => {
  const { application } = await documentOf()
  const admin = await application.signIn('admin')
  expect((await application.request('/items/7', admin)).body).toBe('{"id":7}')
  expect((await application.request('/roles', admin)).body).toBe('{"id":7,"secret":"not in the schema"}')
  for (const url of ['/roles', '/items/7', '/items/not-a-number'])
    expect((await application.request(url)).body).toBe('{"type":"about:blank","title":"Forbidden","status":403}')
})

test.each([
  ['OpenAPI 3.0', SETTINGS],
  ['OpenAPI 3.1', { openapi: { openapi: '3.1.0', info: { title: 'x', version: '1' }, ...SETTINGS.openapi } }],
  ['Swagger 2', { swagger: { securityDefinitions: { other: { type: 'basic' } } } }],
])('the document holds together: %s', async (_name, settings) => {
  const { document } = await documentOf('challenge', settings)
  const schemes = document.components?.securitySchemes ?? document.securityDefinitions
  expect(document.openapi ?? document.swagger).toMatch(/^[23]\./)
  expect(Object.keys(schemes).sort()).toEqual(['ostiary', 'other'])
  for (const [path, operations] of Object.entries(document.paths)) {
    expect(path).toMatch(/^\//)
    for (const { responses, security = [] } of Object.values(operations)) {
      expect(Object.keys(responses).length).toBeGreaterThan(0)
      for (const { description } of Object.values(responses)) expect(description).toEqual(expect.any(String))
      for (const required of security as object[])
        for (const name of Object.keys(required)) expect(schemes).toHaveProperty(name)
    }
  }
})

test('security schemes of the application stay, its own of our name included', async () => {
  const securitySchemes = { other: OTHER, ostiary: { ...OTHER, description: 'mine' } }
  const { document } = await documentOf('forbid', { openapi: { components: { securitySchemes } } })
  expect(document.components.securitySchemes).toEqual(securitySchemes)
})

test('the pages of @fastify/swagger-ui can be declared, and serve the document', async () => {
  const application = await openApplication({
    before: async (app) => app.register(swagger, SETTINGS),
    routes: (app) => {
      app.register(async (scope) => {
        scope.everyRoute(protect({ roles: [ADMIN] }))
        scope.register(swaggerUi, { routePrefix: '/docs' })
      })
      routes(app)
    },
  })
  for (const url of [
    '/docs',
    '/docs/',
    '/docs/json',
    '/docs/yaml',
    '/docs/static/index.html',
    '/docs/static/swagger-ui.css',
  ])
    expect((await application.request(url)).statusCode, url).toBe(403)
  const answer = await application.request('/docs/json', await application.signIn('admin'))
  expect(answer.json()).toMatchObject({
    paths: { '/roles': { get: { 'x-required-roles': ['Administrator', 'Viewer'] } } },
  })
})

test('without @fastify/swagger nothing is added to a schema', async () => {
  const schemas = new Map<string, unknown>()
  await openApplication({
    routes: (app) => {
      app.addHook('onRoute', ({ method, url, schema }) => void schemas.set(`${method} ${url}`, schema))
      routes(app)
    },
  })
  expect(schemas.get('GET /roles')).toBeUndefined()
  expect(schemas.get('POST /permission')).toBeUndefined()
  expect(schemas.get('GET /items/:id')).toEqual(OWN)
})
