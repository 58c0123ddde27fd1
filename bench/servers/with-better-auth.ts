import { randomBytes } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
import { betterAuth } from 'better-auth'
import { getMigrations } from 'better-auth/db/migration'
import { fromNodeHeaders } from 'better-auth/node'
import { ANSWER, cookieHeaderOf, createApp, type GuardedApp, mayView, person } from './guarded-app.ts'

/** Sessions in SQLite, looked up at every request; or believed for a while by a second, signed cookie. */
export async function withBetterAuth(cookieCache: boolean): Promise<GuardedApp> {
  const options = {
    baseURL: 'http://127.0.0.1',
    secret: randomBytes(32).toString('hex'),
    database: new DatabaseSync(':memory:'),
    emailAndPassword: { enabled: true },
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    advanced: { useSecureCookies: false },
    user: { additionalFields: { role: { type: 'string', defaultValue: 'Viewer', input: false } } },
    session: { cookieCache: { enabled: cookieCache, maxAge: 6 * 3600 } },
  } as const
  const auth = betterAuth(options)
  await (await getMigrations(options)).runMigrations()

  const app = createApp()
  app.get(
    '/guarded',
    {
      onRequest: async ({ headers }, reply) => {
        const session = await auth.api.getSession({ headers: fromNodeHeaders(headers) })
        if (!session || !mayView({ roles: [session.user.role] })) return reply.code(403).send()
      },
    },
    async () => ANSWER,
  )
  return {
    app,
    async signIn(people) {
      const cookies: string[] = []
      for (let index = 0; index < people; index += 1) {
        const { name, id } = person(index)
        const body = { name, email: `${id}@example.org`, password: 'a long password' }
        const { headers } = await auth.api.signUpEmail({ body, returnHeaders: true })
        cookies.push(cookieHeaderOf(headers.getSetCookie()))
      }
      return cookies
    },
  }
}
