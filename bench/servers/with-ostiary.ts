import { anyone, ostiary, protect } from 'ostiary/fastify'
import { ANSWER, createApp, type GuardedApp } from './guarded-app.ts'
import { ostiaryAuth } from './ostiary-auth.ts'

export async function withOstiary(): Promise<GuardedApp> {
  const { auth, view, signIn } = ostiaryAuth()
  const app = createApp()
  await app.register(ostiary, { auth })
  app.get('/guarded', protect({ permission: view }), async () => ANSWER)
  app.get('/open', anyone(), async () => ANSWER)
  return { app, signIn }
}
