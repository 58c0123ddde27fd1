import Fastify from 'fastify'
import { anyone, currentSession, ostiary, protect } from 'ostiary/fastify'
import auth, { database, PUBLISH, READ } from './auth.ts'

const app = Fastify({ logger: true })
await app.register(ostiary, { auth, anonymous: 'login' })

app.get('/health', { ...anyone(), logLevel: 'warn' }, async () => ({ status: 'up' }))
app.get('/reports', protect({ permission: READ }), async ({ user }) => ({ readBy: user.name, by: process.pid }))
app.post('/reports', protect({ permission: PUBLISH }), async ({ user }) => ({ publishedBy: user.name }))

// Signs the user out everywhere, on whatever machine the sessions were started.
app.delete('/sessions', protect({ permission: READ }), async (request) => {
  const session = currentSession(request)
  return { ended: session ? await auth.sessions.revoke({ user: session.userId }) : 0 }
})

app.addHook('onClose', async () => {
  await auth.close()
  await database.close()
})
process.once('SIGTERM', () => void app.close())
await app.listen({ port: Number(process.env.PORT ?? 3000) })
