import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Auth, createAuth, defineRole, defineUserSource, generateSecret } from 'ostiary'
import type { RouteDeclaration } from 'ostiary/http'
import { afterAll, expect, onTestFinished, test } from 'vitest'
import { readDocument } from './documents.ts'
import { extract, folderName } from './extracted.ts'

const page = readDocument('docs/adapters.md')
const { folder, remove } = extract([page])
afterAll(remove)

const ADMIN = defineRole({ name: 'Administrator', description: 'Does everything', permissions: [] })

interface Page {
  readonly path: string
  readonly declare?: RouteDeclaration
  handle(user: { readonly name: string }): string
}
const { guardedServer } = (await import(pathToFileURL(join(folder, folderName(page), 'adapter.ts')).href)) as {
  guardedServer(auth: Auth, pages: readonly Page[]): Promise<Server>
}

function createTestAuth(): Auth {
  const people = defineUserSource('people', async ({ username }) => ({ name: username, roles: [ADMIN] }))
  const auth = createAuth({ roles: [ADMIN], sources: [people], sessions: { secret: generateSecret() } })
  onTestFinished(() => auth.close())
  return auth
}

test('the adapter of the page guards its pages, and signs in', async () => {
  const pages: Page[] = [
    { path: '/', declare: 'anyone', handle: ({ name }) => `Hello ${name}` },
    { path: '/admin', declare: { roles: [ADMIN] }, handle: () => 'the secret' },
  ]
  const server = (await guardedServer(createTestAuth(), pages)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close().closeAllConnections())
  const url = `http://localhost:${(server.address() as AddressInfo).port}`
  for (const method of ['GET', 'HEAD']) expect((await fetch(`${url}/admin`, { method })).status).toBe(403)
  const login = await fetch(`${url}/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'anna', password: 'x' }),
  })
  const cookie = login.headers.getSetCookie().map((each) => each.split(';', 1)[0])
  const admin = await fetch(`${url}/admin`, { headers: { cookie: cookie.join('; ') } })
  expect([await admin.text(), admin.headers.get('cache-control')]).toEqual(['the secret', 'no-store'])
  expect(await (await fetch(url, { headers: { cookie: cookie.join('; ') } })).text()).toBe('Hello anna')
})

test('the adapter of the page refuses to start with a page that declares nothing', async () => {
  const start = guardedServer(createTestAuth(), [{ path: '/forgotten', handle: () => 'reached' }])
  await expect(start).rejects.toThrow('GET /forgotten')
})
