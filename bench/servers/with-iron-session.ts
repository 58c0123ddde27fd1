import { randomBytes } from 'node:crypto'
import { getIronSession } from 'iron-session'
import { ANSWER, createApp, type GuardedApp, mayView, type Person, personOf, signInByRoute } from './guarded-app.ts'

/** The session sealed into the cookie with WebCrypto. It cannot be revoked. */
export async function withIronSession(): Promise<GuardedApp> {
  const app = createApp()
  const options = {
    password: randomBytes(32).toString('hex'),
    cookieName: 'session',
    cookieOptions: { secure: false },
  }
  app.get('/sign-in', async (request, reply) => {
    const session = await getIronSession<{ person?: Person }>(request.raw, reply.raw, options)
    session.person = personOf(request.query)
    await session.save()
    return reply.headers({ 'set-cookie': reply.raw.getHeader('set-cookie') as string[] }).send({})
  })
  app.get(
    '/guarded',
    {
      onRequest: async (request, reply) => {
        const { person } = await getIronSession<{ person?: Person }>(request.raw, reply.raw, options)
        if (!mayView(person)) return reply.code(403).send()
      },
    },
    async () => ANSWER,
  )
  return { app, signIn: (people) => signInByRoute(app, people) }
}
