import { defineUserSource, rejected } from 'ostiary'
import { expect, test } from 'vitest'
import { ADMIN, passwordOf } from '../application/test-auth.ts'
import { openSecondFactor } from './open-second-factor.ts'

test('an exempt account signs in while the store of factors is down, and nobody else does', async () => {
  let down = false
  const orFail =
    <Asked extends unknown[], T>(ask: (...asked: Asked) => Promise<T>) =>
    (...asked: Asked) =>
      down ? Promise.reject(new Error('down')) : ask(...asked)
  const safe = defineUserSource('safe', async ({ username, password }) =>
    password === passwordOf(username) ? { name: username, roles: [ADMIN] } : rejected(),
  )
  const { login } = await openSecondFactor({
    factor: { exempt: ['safe:emergency'] },
    auth: { sources: [safe] },
    records: (store) => ({ ...store, find: orFail(store.find), add: orFail(store.add), take: orFail(store.take) }),
  })
  expect((await login('emergency')).at).toMatchObject({ status: 200, html: 'seen by emergency' })
  expect((await login('somebody')).at.url.pathname).toBe('/auth/second-factor/enrol')
  down = true
  expect((await login('emergency')).at).toMatchObject({ status: 200, html: 'seen by emergency' })
  expect((await login('somebody')).at.status).toBe(503)
})
