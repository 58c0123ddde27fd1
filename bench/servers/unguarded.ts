import { ANSWER, createApp, type GuardedApp } from './guarded-app.ts'

/** Nothing but Fastify: what all others are compared with. With `noStore`, its answers have one header more. */
export async function unguarded({ noStore = false } = {}): Promise<GuardedApp> {
  const app = createApp()
  if (noStore) {
    app.get('/guarded', async (_request, reply) => {
      reply.header('cache-control', 'no-store')
      return ANSWER
    })
  } else app.get('/guarded', async () => ANSWER)
  return { app, signIn: async (people) => Array.from({ length: people }, () => 'none=0') }
}
