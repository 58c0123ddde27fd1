import Fastify from 'fastify'
import { createAuth, defineRole } from 'ostiary'
import { anyone, ostiary, protect } from 'ostiary/fastify'
import { localUsers, openDatabase } from 'ostiary/sql'

const READER = defineRole({ name: 'Reader', description: 'Reads reports', permissions: [] })

const database = openDatabase('sqlite::memory:')
const people = localUsers(database)
const auth = createAuth({ roles: [READER], sources: [people] })

const app = Fastify({ logger: true })
await app.register(ostiary, { auth, anonymous: 'login' })

app.get('/', anyone(), async ({ user }) => `Hello ${user.name}`)
app.get('/reports', protect({ roles: [READER] }), async ({ user }) => ({ readBy: user.name }))

app.addHook('onClose', async () => {
  await auth.close()
  await database.close()
})
process.once('SIGTERM', () => void app.close())

await people.add({ username: 'anna', password: 'seven red lanterns', roles: [READER] })
await people.add({ username: 'bert', password: 'seven red lanterns' })
await app.listen({ port: Number(process.env.PORT ?? 3000) })
