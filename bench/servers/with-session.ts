import { randomBytes } from 'node:crypto'
import cookie from '@fastify/cookie'
import session from '@fastify/session'
import { ANSWER, createApp, type GuardedApp, mayView, type Person, personOf, signInByRoute } from './guarded-app.ts'

declare module 'fastify' {
  interface Session {
    person?: Person
  }
}

/** An identifier in the cookie, the session in the memory of this one process. */
export async function withSession(): Promise<GuardedApp> {
  const app = createApp()
  await app.register(cookie)
  await app.register(session, { secret: randomBytes(32).toString('hex'), cookie: { secure: false }, rolling: false })
  app.get('/sign-in', async (request) => {
    request.session.person = personOf(request.query)
    return {}
  })
  app.get(
    '/guarded',
    {
      onRequest: async (request, reply) => {
        if (!mayView(request.session.person)) return reply.code(403).send()
      },
    },
    async () => ANSWER,
  )
  return { app, signIn: (people) => signInByRoute(app, people) }
}
