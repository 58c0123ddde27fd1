import { ANSWER, createApp, type GuardedApp } from './guarded-app.ts'

/** Nothing but Fastify: what all others are compared with. */
export async function unguarded(): Promise<GuardedApp> {
  const app = createApp()
  app.get('/guarded', async () => ANSWER)
  return { app, signIn: async (people) => Array.from({ length: people }, () => 'none=0') }
}
