import { randomBytes } from 'node:crypto'
import cookie from '@fastify/cookie'
import jwt from '@fastify/jwt'
import { ANSWER, createApp, type GuardedApp, mayView, type Person, personOf, signInByRoute } from './guarded-app.ts'

/** A signed token (HS256) in a cookie. It can be read by whoever has it, and cannot be revoked. */
export async function withJwt(): Promise<GuardedApp> {
  const app = createApp()
  await app.register(cookie)
  await app.register(jwt, {
    secret: randomBytes(32).toString('hex'),
    cookie: { cookieName: 'token', signed: false },
    sign: { expiresIn: '6h' },
  })
  app.get('/sign-in', async ({ query }, reply) => {
    reply.setCookie('token', app.jwt.sign(personOf(query)), { path: '/', httpOnly: true })
    return {}
  })
  app.get(
    '/guarded',
    {
      onRequest: async (request, reply) => {
        if (!mayView(await request.jwtVerify<Person>({ onlyCookie: true }))) return reply.code(403).send()
      },
    },
    async () => ANSWER,
  )
  return { app, signIn: (people) => signInByRoute(app, people) }
}
