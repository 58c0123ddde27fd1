import { once } from 'node:events'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { json } from 'node:stream/consumers'
import { pathToFileURL } from 'node:url'
import type { UserSource } from 'ostiary'
import { userSourceContract } from 'ostiary/testing/contracts'
import { afterAll, expect, onTestFinished, test } from 'vitest'
import { findingsOf } from '../findings.ts'
import { readDocument } from './documents.ts'
import { extract, folderName } from './extracted.ts'

const page = readDocument('docs/user-sources.md')
const { folder, remove } = extract([readDocument('README.md'), page])
afterAll(remove)

// The page shows how a source of one's own is tested: by a file of tests, which runs here.
await importFrom('kiosk.test.ts')

const { staffSource } = (await importFrom('staff-source.ts')) as { staffSource(origin: string): UserSource }

userSourceContract('the source with everything', async () => {
  const { origin, close } = await staffDirectory()
  return {
    source: staffSource(origin),
    accepted: { username: 'anna', password: PASSWORD },
    expectedAccount: { id: '7', name: 'anna', roles: ['Reader'] },
    unknown: 'nobody',
    blocked: { username: 'bert', password: PASSWORD, id: '8' },
    breakDown: close,
    teardown: close,
  }
})

test('the source with everything is about thirty lines long', () => {
  const block = page.blocks.find(({ name }) => name === 'staff-source.ts')
  const [, body = ''] = block?.code.split('export function staffSource') ?? []
  expect(body.split('\n').filter((line) => line.trim() !== '').length).toBeLessThanOrEqual(36)
})

test('it inspects itself', async () => {
  const { origin, close } = await staffDirectory()
  onTestFinished(close)
  expect(await findingsOf(staffSource(origin))).toEqual(['ok: the directory answers 200'])
  expect(await findingsOf(staffSource(`${origin}/moved`))).toEqual(['error: the directory answers 404'])
})

function importFrom(file: string): Promise<unknown> {
  return import(pathToFileURL(join(folder, folderName(page), file)).href)
}

const PASSWORD = 'seven-red-lanterns'

/** The web service that the page has in mind: anna, and bert, who has left. */
async function staffDirectory() {
  const people = [
    { number: '7', name: 'anna', groups: ['Reader'], left: false },
    { number: '8', name: 'bert', groups: [], left: true },
  ]
  const server = createServer(async (request, response) => {
    const answer = (status: number, body: unknown = {}) => response.writeHead(status).end(JSON.stringify(body))
    if (request.url === '/health') return answer(200)
    if (request.url === '/check') {
      const { username, password } = (await json(request)) as { username: string; password: string }
      const person = people.find(({ name }) => name === username)
      if (!person) return answer(404)
      return password === PASSWORD ? answer(200, person) : answer(401)
    }
    const person = people.find(({ number }) => request.url === `/people/${number}`)
    return person ? answer(200, person) : answer(404)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The directory has no port.')
  return {
    origin: `http://127.0.0.1:${address.port}`,
    async close() {
      server.closeAllConnections()
      if (server.listening) await new Promise((resolve) => server.close(resolve))
    },
  }
}
