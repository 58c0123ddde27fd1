import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import Fastify, { type FastifyInstance, type FastifyPluginCallback, type FastifyServerOptions } from 'fastify'
import { anyone, ostiary, protect } from 'ostiary/fastify'
import { auth } from './auth.ts'
import { homePage } from './home-page.ts'
import { ADMINISTRATOR, VIEW } from './roles.ts'

/** The demonstration: three guarded routes, a page that says who you are, and the API's documentation. */
export async function createApp(options: FastifyServerOptions = {}): Promise<FastifyInstance> {
  const app = Fastify(options)
  await app.register(swagger, { openapi: { info: { title: 'Ostiary demo', version: '1' } } })
  await app.register(ostiary, { auth, anonymous: 'login', pages: { title: 'Ostiary demo' } })

  app.get('/', { ...anyone(), schema: { hide: true } }, async ({ user }, reply) => {
    return reply.type('text/html; charset=utf-8').send(homePage(user))
  })
  app.get('/admin', protect({ roles: [ADMINISTRATOR] }), async ({ user }) => ({ user }))
  app.get('/admin2', protect({ permission: VIEW }), async ({ user }) => ({ user }))
  app.get('/admin3', protect({ check: (user) => user.name === 'admin' }), async ({ user }) => ({ user }))

  app.get('/openapi.json', { ...anyone(), schema: { hide: true } }, async () => app.swagger())
  await app.register(documentation)

  app.addHook('onClose', async () => auth.close())
  return app
}

/** Its routes are somebody else's, so they are declared all at once. */
const documentation: FastifyPluginCallback = (scope, _options, done) => {
  scope.everyRoute(anyone())
  // Extensions hold what a route's guard asks for.
  scope.register(swaggerUi, { routePrefix: '/docs', uiConfig: { showExtensions: true } })
  done()
}
