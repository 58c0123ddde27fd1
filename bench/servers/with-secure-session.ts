import { randomBytes } from 'node:crypto'
import secureSession from '@fastify/secure-session'
import { ANSWER, createApp, type GuardedApp, mayView, type Person, personOf, signInByRoute } from './guarded-app.ts'

declare module '@fastify/secure-session' {
  interface SessionData {
    person: Person
  }
}

/** The session sealed into the cookie with libsodium. It cannot be revoked. */
export async function withSecureSession(): Promise<GuardedApp> {
  const app = createApp()
  await app.register(secureSession, { key: randomBytes(32), cookie: { path: '/', httpOnly: true } })
  app.get('/sign-in', async ({ session, query }) => {
    session.set('person', personOf(query))
    return {}
  })
  app.get(
    '/guarded',
    {
      onRequest: async ({ session }, reply) => {
        if (!mayView(session.get('person'))) return reply.code(403).send()
      },
    },
    async () => ANSWER,
  )
  return { app, signIn: (people) => signInByRoute(app, people) }
}
