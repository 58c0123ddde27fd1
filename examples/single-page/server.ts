import { readFile } from 'node:fs/promises'
import cors from '@fastify/cors'
import Fastify from 'fastify'
import { createAuth, definePermission, defineRole } from 'ostiary'
import { anyone, ostiary, protect, sameSite } from 'ostiary/fastify'
import { localUsers, openDatabase } from 'ostiary/sql'

const READ = definePermission({ name: 'read', description: 'Read notes' })
const WRITE = definePermission({ name: 'write', description: 'Write notes' })
const READER = defineRole({ name: 'Reader', description: 'Reads', permissions: [READ] })
const WRITER = defineRole({ name: 'Writer', description: 'Reads and writes', permissions: [READ, WRITE] })

const database = openDatabase('sqlite::memory:')
const people = localUsers(database)
const auth = createAuth({ roles: [READER, WRITER], sources: [people] })

const [pagePort, apiPort] = [Number(process.env.PAGE_PORT ?? 5173), Number(process.env.PORT ?? 3000)]
const pageOrigin = `http://localhost:${pagePort}`
const apiOrigin = `http://localhost:${apiPort}`

// The front end. In production a web server or a CDN serves it.
const page = Fastify()
page.get('/', async (_request, reply) => {
  const html = await readFile(new URL('page.html', import.meta.url), 'utf8')
  return reply.type('text/html; charset=utf-8').send(html.replace('API_ORIGIN', apiOrigin))
})

// The API. Its cookie reaches the page's requests, since both are localhost: one site, two origins.
const api = Fastify({ logger: true })
await api.register(ostiary, {
  auth,
  trustedOrigins: [pageOrigin],
  home: `${pageOrigin}/`,
  routes: { 'OPTIONS *': anyone() },
})
await api.register(cors, { origin: pageOrigin, credentials: true })

const notes = ['The lanterns are red.']
api.get('/notes', protect({ permission: READ }), async () => ({ notes }))
api.post<{ Body: { note: string } }>(
  '/notes',
  { ...protect({ permission: WRITE }), onRequest: sameSite() },
  async ({ body }) => ({ count: notes.push(body.note) }),
)

api.addHook('onClose', async () => {
  await page.close()
  await auth.close()
  await database.close()
})
process.once('SIGTERM', () => void api.close())

await people.add({ username: 'anna', password: 'seven red lanterns', roles: [WRITER] })
await people.add({ username: 'bert', password: 'seven red lanterns', roles: [READER] })
await page.listen({ port: pagePort })
await api.listen({ port: apiPort })
