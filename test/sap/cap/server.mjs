// Starts the directory on a free port of this machine, and sends the port to the parent process. It speaks HTTPS when it
// is started with a certificate and its key.

import { createServer } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { fileURLToPath } from 'node:url'
import odataV2 from '@cap-js-community/odata-v2-adapter'
import cds from '@sap/cds'
import { LOGINS, PEOPLE } from './people.ts'

const [cert, key] = process.argv.slice(2)

cds.root = fileURLToPath(new URL('.', import.meta.url))
cds.env.requires.auth = { kind: 'basic', users: LOGINS }

cds.on('bootstrap', (app) => {
  // CAP would listen on every interface.
  app.listen = (port) => (cert ? createSecureServer({ cert, key }, app) : createServer(app)).listen(port, '127.0.0.1')
  app.use(odataV2({ path: 'odata/v2' }))
})

cds.on('serving', (service) => {
  // Before the handlers of CAP, which look for a database.
  if (service.name === 'Staff') service.prepend(() => serveStaff(service))
  if (service.name === 'Open') service.on('me', () => ({ login: 'clara' }))
})

// Whatever happens to the parent, nothing is left running.
process.once('disconnect', () => process.exit())

const server = await cds.server({ from: fileURLToPath(new URL('staff.cds', import.meta.url)), port: 0 })
server.once('listening', () => {
  const { port } = server.address()
  // The adapter for OData V2 learns from it where to find V4.
  cds.emit('listening', { server, url: `http://127.0.0.1:${port}` })
  process.send?.({ port })
})

function serveStaff(service) {
  service.on('READ', 'People', (request) => {
    const expanded = request.query.SELECT.columns?.some((column) => column.expand) ?? false
    const shown = PEOPLE.map(({ duties, ...person }) => (expanded ? { ...person, duties } : person))
    const key = request.params?.[0]
    if (key === undefined) return shown.filter(filterOf(request.query.SELECT.where))
    return shown.find(({ login }) => login === (key.login ?? key)) ?? request.reject(404)
  })
  service.on('READ', 'Duties', () => PEOPLE.flatMap(({ duties }) => duties))
  // CAP's list of logins lets in whoever calls themselves `__proto__`, with any password.
  const whoAsks = (request) => PEOPLE.find(({ login }) => login === request.user.id) ?? request.reject(403)
  const titlesOf = (person) => person.duties.map(({ title }) => title)
  service.on('me', (request) => {
    const person = whoAsks(request)
    return { ...person, duties: titlesOf(person) }
  })
  service.on('who', (request) => {
    const person = whoAsks(request)
    return { id: person.login, roles: titlesOf(person).includes('Z_READER') ? ['Viewer'] : [] }
  })
}

/** Knows `login eq '…'` and nothing else. A name that turned it into something else would show everybody. */
function filterOf(where) {
  return where?.length === 3 ? ({ login }) => login === where[2].val : () => true
}
