import { expect, test } from 'vitest'
import { postLogin, startExample } from './example-process.ts'

const PASSWORD = 'seven red lanterns'

test('the minimal example lets a reader in, and nobody else', async () => {
  const { origin, ask, signIn } = await startExample('minimal/server.ts')
  expect(await ask('/')).toEqual({ status: 200, body: 'Hello anonymous' })
  expect((await ask('/reports')).status).toBe(401)
  expect((await postLogin(origin, 'anna', 'eight red lanterns')).status).toBe(401)

  const anna = await signIn('anna', PASSWORD)
  expect(await ask('/reports', { headers: anna })).toEqual({ status: 200, body: { readBy: 'anna' } })
  const bert = await signIn('bert', PASSWORD)
  expect((await ask('/reports', { headers: bert })).status).toBe(403)

  expect((await ask('/auth/logout', { method: 'POST', headers: anna })).status).toBe(200)
  expect((await ask('/reports', { headers: anna })).status).toBe(401)
})
