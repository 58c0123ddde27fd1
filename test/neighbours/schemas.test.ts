import swagger from '@fastify/swagger'
import { type TypeBoxTypeProvider, TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox'
import type { FastifyInstance } from 'fastify'
import {
  jsonSchemaTransform,
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod'
import { protect } from 'ostiary/fastify'
import { Type } from 'typebox'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { type ApplicationOptions, openApplication } from '../application/open-application.ts'
import { ADMIN, VIEW } from '../application/test-auth.ts'

type Paths = Record<string, Record<string, { responses: Record<string, { description: string; content?: object }> }>>

async function documentOf(options: ApplicationOptions) {
  const application = await openApplication(options)
  const document = application.app.swagger()
  const yaml = application.app.swagger({ yaml: true })
  return { application, paths: JSON.parse(JSON.stringify(document)).paths as Paths, yaml }
}

const zodApplication = (plugin: NonNullable<ApplicationOptions['plugin']> = {}): ApplicationOptions => ({
  plugin,
  before: async (app) => {
    app.setValidatorCompiler(validatorCompiler)
    app.setSerializerCompiler(serializerCompiler)
    await app.register(swagger, { openapi: { info: { title: 't', version: '1' } }, transform: jsonSchemaTransform })
  },
  routes: (app) => {
    const typed = app.withTypeProvider<ZodTypeProvider>()
    const schema = {
      querystring: z.object({ limit: z.coerce.number().max(5) }),
      response: { 200: z.object({ limit: z.number() }) },
    }
    typed.get('/items', { ...protect({ roles: [ADMIN] }), schema }, async ({ query }) => ({ limit: query.limit }))
    typed.post('/items', protect({ permission: VIEW, authenticatedWithin: '15m' }), async () => 'ok')
    typed.get('/bare', protect({ check: () => true }), async () => 'ok')
  },
})

describe('with the zod type provider', () => {
  test('401 and 403 are in the document, beside the answers of the route', async () => {
    const { paths, yaml } = await documentOf(zodApplication({ anonymous: 'challenge' }))
    const get = paths['/items']?.get?.responses
    expect(Object.keys(get ?? {})).toEqual(['200', '401', '403'])
    expect(get?.[403]).toMatchObject({ description: 'Not allowed', content: { 'application/problem+json': {} } })
    expect(get?.[401]?.description).toBe('Not signed in')
    expect(paths['/items']?.post?.responses?.[401]?.description).toBe('Not signed in, or too long ago')
    expect(Object.keys(paths['/bare']?.get?.responses ?? {})).toEqual(['200', '401', '403'])
    expect(Object.keys(paths['/auth/login']?.post?.responses ?? {})).toEqual(['200', '400', '401', '409', '429', '503'])
    expect(yaml.match(/Not allowed/g)).toHaveLength(3)
  })

  test('no 401 is promised where anonymous people get 403', async () => {
    const { paths } = await documentOf(zodApplication())
    expect(Object.keys(paths['/items']?.get?.responses ?? {})).toEqual(['200', '403'])
    expect(Object.keys(paths['/items']?.post?.responses ?? {})).toEqual(['200', '401', '403'])
  })

  test('guards, validation and answers are as ever', async () => {
    const { application } = await documentOf(zodApplication())
    const cookie = await application.signIn('admin')
    expect((await application.request('/items?limit=3', cookie)).json()).toEqual({ limit: 3 })
    expect((await application.request('/items?limit=9', cookie)).statusCode).toBe(400)
    expect((await application.request('/items?limit=9')).statusCode).toBe(403)
  })
})

describe('with the TypeBox type provider', () => {
  test('401 and 403 are in the document, and guards go before validation', async () => {
    const { application, paths } = await documentOf({
      plugin: { anonymous: 'challenge' },
      before: async (app: FastifyInstance) => {
        app.setValidatorCompiler(TypeBoxValidatorCompiler)
        await app.register(swagger, { openapi: { info: { title: 't', version: '1' } } })
      },
      routes: (app) => {
        const schema = { querystring: Type.Object({ limit: Type.Number() }) }
        app
          .withTypeProvider<TypeBoxTypeProvider>()
          .get('/items', { ...protect({ roles: [ADMIN] }), schema }, async ({ query }) => ({ limit: query.limit }))
      },
    })
    expect(Object.keys(paths['/items']?.get?.responses ?? {})).toEqual(['200', '401', '403'])
    const cookie = await application.signIn('admin')
    expect((await application.request('/items?limit=3', cookie)).json()).toEqual({ limit: 3 })
    expect((await application.request('/items?limit=x')).statusCode).toBe(401)
  })
})
