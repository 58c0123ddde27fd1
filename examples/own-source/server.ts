import Fastify from 'fastify'
import { createAuth } from 'ostiary'
import { anyone, ostiary, protect, sessionSignal } from 'ostiary/fastify'
import { crew } from './crew-source.ts'

const auth = createAuth({ roles: [], sources: [crew], sessions: { secret: process.env.OSTIARY_SECRET } })

const app = Fastify({ logger: true, forceCloseConnections: true })
await app.register(ostiary, { auth, anonymous: 'login' })

app.get('/', anyone(), async ({ user }) => ({ name: user.name, ship: user.properties.ship ?? null }))

interface Log {
  Params: { ship: string }
}

app.get<Log>(
  '/ships/:ship/log',
  // Everybody reads the log of the own ship.
  protect<Log>({ check: (user, { params }) => user.properties.ship === params.ship }),
  (request, reply) => {
    reply.hijack()
    const stream = reply.raw
    stream.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
    const write = () => stream.write(`data: ${new Date().toISOString()} all is well on the ${request.params.ship}\n\n`)
    const timer = setInterval(write, 1000)
    stream.once('close', () => clearInterval(timer))
    // An open stream outlives a logout, unless something ends it.
    sessionSignal(request).addEventListener('abort', () => stream.end('event: end\ndata: the session ended\n\n'))
    write()
  },
)

app.addHook('onClose', () => auth.close())
process.once('SIGTERM', () => void app.close())
await app.listen({ port: Number(process.env.PORT ?? 3000) })
