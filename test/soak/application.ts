import type { AddressInfo } from 'node:net'
import Fastify from 'fastify'
import {
  accepted,
  createAuth,
  definePermission,
  defineRole,
  defineUserSource,
  generateSecret,
  rejected,
  unknown,
} from 'ostiary'
import { anyone, ostiary, protect } from 'ostiary/fastify'
import { fixedClock, testRequest } from 'ostiary/testing'
import { collectedHeap } from './collected-heap.ts'

// The application that is soaked, a process of its own on the built package, so that nothing but the server is on the
// scales. Says on which port it listens, and ends when its standard input does.

const VIEW = definePermission({ name: 'view', description: 'Views' })
const VIEWER = defineRole({ name: 'Viewer', description: 'Views', permissions: [VIEW] })

const clock = fixedClock()
const secrets = [generateSecret()]

const accountOf = (name: string) =>
  accepted({ id: name, name, description: `Person ${name}`, roles: [VIEWER], properties: { floor: name.length } })

/** Names such as `p17` are people, whose password is `right`. */
const people = defineUserSource(
  'people',
  async ({ username, password }) => {
    if (!username.startsWith('p')) return unknown()
    return password === 'right' ? accountOf(username) : rejected()
  },
  { lookup: async (id) => accountOf(id) },
)

const auth = createAuth({
  roles: [VIEWER],
  sources: [people],
  clock,
  // Shorter than the defaults, so that all of it ends within a few rounds of twelve minutes each.
  sessions: {
    secret: () => secrets.join(),
    lease: '13m',
    idle: '26m',
    lifetime: '30m',
    persistentLifetime: '34m',
    cache: Number(process.argv[2]),
  },
  throttle: {
    account: { window: '3m', longestWindow: '6m', longTerm: { window: '6m' } },
    client: { window: '6m' },
    overall: { attempts: 1_000_000 },
    wait: async () => {},
  },
})

// Clients come from many addresses, over connections that may lie unused for as long as the rest takes.
const app = Fastify({ trustProxy: true, keepAliveTimeout: 3_600_000, http: { headersTimeout: 0 } })
await app.register(ostiary, { auth })
app.get('/view', protect({ permission: VIEW }), async ({ user }) => user.name)

// What only the soak does: anywhere else it would need a guard.
app.post<{ Querystring: { from: string; count: string } }>('/people', anyone(), async ({ query }) => {
  const cookies: string[] = []
  const first = Number(query.from)
  for (let index = first; index < first + Number(query.count); index += 1) {
    const form = { username: `p${index}`, password: 'right', persistent: index % 10 === 0, next: undefined, fields: {} }
    const result = await auth.signIn(form, REQUEST, null)
    if (result.outcome !== 'signed-in') throw new Error(`Signing in ended ${result.outcome}.`)
    cookies.push(auth.setCookie(result, CONNECTION).split(';', 1)[0] ?? '')
  }
  return cookies.join('\n')
})
app.post<{ Querystring: { user: string } }>('/revoke', anyone(), async ({ query }) => ({
  ended: await auth.sessions.revoke({ user: `people:${query.user}` }),
}))
app.post<{ Querystring: { seconds: string } }>('/clock', anyone(), async ({ query }) => {
  clock.advance(Number(query.seconds))
  return {}
})
app.post('/keys', anyone(), async () => {
  // The one before still unseals.
  secrets.unshift(generateSecret())
  secrets.length = Math.min(secrets.length, 2)
  await auth.reloadKeys()
  return {}
})
app.get('/memory', anyone(), () => collectedHeap())

const CONNECTION = { https: false, host: '127.0.0.1' }
const REQUEST = testRequest({ clientAddress: '127.0.0.1' })

await app.listen({ host: '127.0.0.1', port: 0 })
process.stdout.write(`${(app.server.address() as AddressInfo).port}\n`)
process.stdin.resume().once('end', async () => {
  await app.close()
  await auth.close()
})
