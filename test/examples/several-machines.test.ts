import { localUsers, openDatabase } from 'ostiary/sql'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { type DatabaseServer, startPostgres } from '../databases/database-server.ts'
import { postLogin, startExample } from './example-process.ts'

const PASSWORD = 'seven red lanterns'

let server: DatabaseServer
beforeAll(async () => {
  server = await startPostgres()
})
afterAll(() => server?.stop())

test('two processes of the example share sessions, and the other refuses what one has revoked', async () => {
  const [one, two] = await twoProcesses()
  const anna = await one.signIn('anna', PASSWORD)
  expect(await one.ask('/reports', { headers: anna })).toMatchObject({ status: 200, body: { readBy: 'anna' } })
  expect(await two.ask('/reports', { headers: anna })).toMatchObject({ status: 200, body: { readBy: 'anna' } })
  expect((await two.ask('/reports', { method: 'POST', headers: anna })).status).toBe(403)

  const elsewhere = await two.signIn('anna', PASSWORD)
  expect(await two.ask('/sessions', { method: 'DELETE', headers: anna })).toEqual({ status: 200, body: { ended: 2 } })
  for (const headers of [anna, elsewhere]) {
    // Well before the end of the lease, a minute, at which each process asks the store by itself.
    await vi.waitFor(async () => expect((await one.ask('/reports', { headers })).status).toBe(401), { timeout: 20_000 })
    expect((await two.ask('/reports', { headers })).status).toBe(401)
  }
})

test('wrong passwords that one process of the example has seen count at the other', async () => {
  const [one, two] = await twoProcesses()
  for (let attempt = 0; attempt < 3; attempt += 1)
    expect((await postLogin(one.origin, 'anna', `${attempt} red lanterns`)).status).toBe(401)
  // The fourth and later attempts of strangers wait a second or longer.
  const start = performance.now()
  expect((await postLogin(two.origin, 'anna', 'no red lanterns')).status).toBe(401)
  expect(performance.now() - start).toBeGreaterThan(990)
})

/** Two processes of the example on a fresh database, in which anna is a reader. */
async function twoProcesses() {
  const { url, drop } = await server.create()
  onTestFinished(drop)
  const database = openDatabase(url)
  await localUsers(database).add({ username: 'anna', password: PASSWORD, roles: ['Reader'] })
  await database.close()
  const start = () => startExample('several-machines/server.ts', { OSTIARY_DATABASE_URL: url })
  return Promise.all([start(), start()])
}
