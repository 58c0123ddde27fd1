import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fastifyAuth from '@fastify/auth'
import autoload from '@fastify/autoload'
import compress from '@fastify/compress'
import cookie from '@fastify/cookie'
import cors from '@fastify/cors'
import helmet from '@fastify/helmet'
import jwt from '@fastify/jwt'
import multipart from '@fastify/multipart'
import { Authenticator } from '@fastify/passport'
import rateLimit from '@fastify/rate-limit'
import secureSession from '@fastify/secure-session'
import fastifyStatic from '@fastify/static'
import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import { type TypeBoxTypeProvider, TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox'
import underPressure from '@fastify/under-pressure'
import websocket from '@fastify/websocket'
import type { FastifyInstance } from 'fastify'
import {
  createJsonSchemaTransform,
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod'
import mercurius from 'mercurius'
import { anyone, getUser, protect, sessionSignal } from 'ostiary/fastify'
import { Type } from 'typebox'
import { z } from 'zod'
import type { ApplicationOptions } from '../application/open-application.ts'
import { ADMIN, EDIT, VIEW, VIEWER } from '../application/test-auth.ts'
import { NAMES } from './names.ts'

// An application of forty routes with the plugins that applications have, in an order that a project may have.

const SECRET = 'a secret of at least thirty-two characters'
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const TITLE = { openapi: { info: { title: 'Neighbours', version: '1.0.0' } } }

/** Routes whose plugins know nothing of guards, by their names. */
const ROUTES = {
  'OPTIONS *': anyone(),
  'GET /status': anyone(),
  'GET /assets/*': protect({ roles: [VIEWER, ADMIN] }),
  'POST /graphql': protect({ permission: VIEW }),
  'GET /graphql': protect({ permission: VIEW }),
}

/** Zod schemas are of one scope, and all others are left as they are. */
const zodTransform = createJsonSchemaTransform({})
const transform: typeof zodTransform = (input) => {
  const { querystring } = (input.schema ?? {}) as { querystring?: unknown }
  return querystring instanceof z.ZodType ? zodTransform(input) : { schema: input.schema ?? {}, url: input.url }
}

/** The application, as options of a application: what comes before ostiary, and what comes after it. */
export const APPLICATION: ApplicationOptions = {
  plugin: { anonymous: 'challenge', decorateAs: NAMES, routes: ROUTES },
  before: async (app) => {
    await app.register(swagger, { ...TITLE, transform: transform as never })
    await app.register(rateLimit, {
      global: false,
      max: 1000,
      timeWindow: '1 minute',
      // What `injectWS` makes up has no address.
      keyGenerator: ({ ip }) => ip ?? 'nowhere',
    })
    app.addHook('onRequest', app.rateLimit())
    await app.register(cookie)
    await app.register(jwt, { secret: SECRET })
    await app.register(secureSession, { secret: SECRET, salt: 'sixteen letters!', cookieName: 'of-passport' })
    await app.register(new Authenticator({ userProperty: 'passenger' }).initialize())
    await app.register(fastifyAuth)
    await app.register(websocket)
    await app.register(helmet)
    await app.register(compress, { threshold: 100 })
    await app.register(underPressure, { maxEventLoopDelay: 60_000 })
  },
  routes: async (app) => {
    await app.register(cors, { origin: 'https://front.example', credentials: true })
    await app.register(multipart)
    await app.register(fastifyStatic, { root: here('static'), prefix: '/assets/' })
    await app.register(async (scope) => {
      scope.everyRoute(protect({ roles: [ADMIN] }))
      await scope.register(swaggerUi, { routePrefix: '/documentation' })
    })
    const declarations = { view: protect({ permission: VIEW }), edit: protect({ permission: EDIT }) }
    await app.register(autoload, { dir: here('routes'), options: { prefix: '/auto', ...declarations }, forceESM: true })
    await app.register(mercurius, {
      schema: 'type Query { me: String, hidden: String }',
      resolvers: {
        Query: {
          me: (_source, _args, context) => getUser(context.reply.request).name,
          hidden: (_source, _args, context) => (getUser(context.reply.request).hasPermission(EDIT) ? 'seen' : null),
        },
      },
    })
    await app.register(plainRoutes, { prefix: '/plain' })
    await app.register(zodRoutes, { prefix: '/zod' })
    await app.register(typeBoxRoutes, { prefix: '/typebox' })
    await app.register(neighbourRoutes)
    app.get('/status', async () => ({ ok: app.memoryUsage().rssBytes >= 0 }))
  },
}

/** The file that is served below `/assets/`. */
export const ASSET = readFileSync(here('static/page.txt'), 'utf8')

/** Sixteen routes of four kinds, without any plugin. */
async function plainRoutes(app: FastifyInstance): Promise<void> {
  for (const name of ['one', 'two', 'three', 'four']) {
    app.get(`/${name}`, anyone(), async (request) => `Hello ${request.visitor.name}`)
    app.post(`/${name}`, protect({ roles: [ADMIN] }), async ({ visitor }) => ({ by: visitor.name }))
    app.put(`/${name}`, protect({ permission: EDIT, authenticatedWithin: '15m' }), async () => ({ done: true }))
    app.delete(`/${name}`, protect({ check: (user) => user.name === 'admin' }), async () => ({ done: true }))
  }
  app.get('/', protect({ permission: VIEW }), async () => ({ big: 'x'.repeat(5000) }))
}

async function zodRoutes(scope: FastifyInstance): Promise<void> {
  scope.setValidatorCompiler(validatorCompiler)
  scope.setSerializerCompiler(serializerCompiler)
  const app = scope.withTypeProvider<ZodTypeProvider>()
  const querystring = z.object({ owner: z.string(), limit: z.coerce.number().max(5).default(5) })
  type Mine = { Querystring: z.infer<typeof querystring> }
  const mine = protect<Mine>({ check: (user, { query }) => query.owner === user.name && query.limit <= 5 })
  app.get('/mine', { ...mine, schema: { querystring } }, async ({ query, visitor }) => ({ ...query, by: visitor.name }))
  app.get('/view', { ...protect({ permission: VIEW }), schema: { querystring } }, async ({ query }) => query.limit + 1)
}

async function typeBoxRoutes(scope: FastifyInstance): Promise<void> {
  scope.setValidatorCompiler(TypeBoxValidatorCompiler)
  const app = scope.withTypeProvider<TypeBoxTypeProvider>()
  const schema = { body: Type.Object({ title: Type.String() }) }
  app.post('/titles', { ...protect({ permission: EDIT }), schema }, async ({ body, visitor }) => ({
    title: body.title.toUpperCase(),
    by: visitor.name,
  }))
}

async function neighbourRoutes(app: FastifyInstance): Promise<void> {
  app.get('/token', { ...anyone(), onRequest: (request) => request.jwtVerify() }, async (request) => ({
    token: (request.user as { sub: string }).sub,
    visitor: request.visitor.name,
  }))
  const byToken = app.auth([async (request) => await request.jwtVerify()])
  app.get('/by-token', { ...anyone(), preHandler: byToken }, async () => 'ok')
  app.get('/passport', anyone(), async (request) => ({ passport: request.isAuthenticated(), us: request.visitor.name }))
  app.post('/upload', protect({ permission: EDIT }), async (request) => {
    const file = await request.file()
    return { name: file?.filename, by: request.visitor.name }
  })
  app.get('/live', { ...protect({ permission: VIEW }), websocket: true }, (socket, request) => {
    sessionSignal(request).addEventListener('abort', () => socket.close(1008))
    socket.send(request.visitor.name)
  })
  app.get('/cookie', anyone(), async (request, reply) =>
    reply.setCookie('seen', request.cookies.seen ?? 'first').send({ visitor: request.visitor.name }),
  )
}
