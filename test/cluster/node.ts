import type { AddressInfo } from 'node:net'
import Fastify from 'fastify'
import type { UserSource } from 'ostiary'
import { anyone, ostiary, protect } from 'ostiary/fastify'
import { EDIT, VIEW } from '../application/test-auth.ts'
import { openApplication } from './application.ts'

// One node of a cluster, a process of its own on the built package. It is told where to find the rest, says on which port
// it listens, and ends when its standard input does.

const [address = '', secret = ''] = process.argv.slice(2)
const gate = { open: false, waiting: [] as (() => void)[] }

/** Logins with the header `x-hold` wait, once their password has been checked, until they are let go. */
function holding(people: UserSource): UserSource {
  return {
    ...people,
    async authenticate(attempt, signal) {
      const outcome = await people.authenticate(attempt, signal)
      if (attempt.request.headers['x-hold'] !== undefined && !gate.open) {
        await new Promise<void>((go) => gate.waiting.push(go))
      }
      return outcome
    },
  }
}

const application = openApplication(JSON.parse(address), secret, { inBetween: holding })
const { sessions } = application.auth
const app = Fastify()
await app.register(ostiary, { auth: application.auth })
app.get('/view', protect({ permission: VIEW }), async ({ user }) => user.id)
app.get('/edit', protect({ permission: EDIT }), async ({ user }) => user.id)

// What only these tests do: anywhere else it would need a guard.
app.post<{ Querystring: { session?: string; user?: string } }>('/revoke', anyone(), async ({ query }) => {
  const { session, user } = query
  const target = session !== undefined ? { session } : user !== undefined ? { user } : ('all' as const)
  return { ended: await sessions.revoke(target) }
})
app.get<{ Querystring: { user: string } }>('/sessions', anyone(), ({ query }) =>
  Array.fromAsync(sessions.list({ userId: query.user }), ({ id }) => id),
)
app.post<{ Querystring: { username: string; password: string } }>('/password', anyone(), async ({ query }) => {
  await application.users.setPassword(query.username, query.password)
  return {}
})
app.get('/held', anyone(), async () => gate.waiting.length)
app.post('/release', anyone(), async () => {
  gate.open = true
  for (const go of gate.waiting.splice(0)) go()
  return {}
})

await app.listen({ host: '127.0.0.1', port: 0 })
process.stdout.write(`${(app.server.address() as AddressInfo).port}\n`)
process.stdin.resume().once('end', async () => {
  await app.close()
  await application.close()
})
