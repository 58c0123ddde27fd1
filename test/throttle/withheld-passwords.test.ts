import { defineUserSource, rejected, unavailable } from 'ostiary'
import { openDatabase, sqlRoleAssignments } from 'ostiary/sql'
import { expect, onTestFinished, test } from 'vitest'
import { attempt, openThrottled, RIGHT } from './small-application.ts'

// A right password that lets nobody in looks like a wrong one.

test('in an outage, a right password that is not told is delayed and refused like a wrong one', async () => {
  const people = defineUserSource('people', async ({ username, password }) => {
    if (!username.startsWith('name')) return null
    return password === RIGHT ? { id: 'anna', name: 'anna' } : rejected({ accountId: 'anna' })
  })
  const later = defineUserSource('later', async () => unavailable(new Error('down')))
  const withPassword = async (password: string) => {
    const auth = await openThrottled([people, later])
    for (let index = 0; index < 11; index += 1) await attempt(auth, 'name-one', '20.0.0.1')
    const seen: string[] = []
    for (let index = 0; index < 12; index += 1)
      seen.push((await attempt(auth, 'name-two', '20.0.0.1', password)).outcome)
    return seen
  }
  expect(await withPassword(RIGHT)).toEqual(await withPassword('wrong'))
})

test('a right password that is not told ends unavailable when a source that was not asked before is down', async () => {
  let isDown = false
  const people = defineUserSource('people', async ({ username, password }) => {
    if (!username.startsWith('name')) return null
    return password === RIGHT ? { id: 'anna', name: 'anna' } : rejected({ accountId: 'anna' })
  })
  const later = defineUserSource('later', async () => (isDown ? unavailable(new Error('down')) : null))
  const auth = await openThrottled([people, later])
  for (let index = 0; index < 10; index += 1) await attempt(auth, 'name-one', '20.0.0.1')
  isDown = true
  expect((await attempt(auth, 'name-two', '20.0.0.1', RIGHT)).outcome).toBe('unavailable')
})

test('a browser that is known for one account is a stranger to its namesake at another source', async () => {
  let judged = 0
  const corp = defineUserSource('corp', async ({ username, password }) =>
    username === 'anna' && password === RIGHT ? { id: 'anna', name: 'anna' } : rejected({ accountId: username }),
  )
  const partner = defineUserSource('partner', async ({ username, password }) => {
    judged += 1
    return password === 'of partner' ? { id: 'anna', name: 'anna' } : rejected({ accountId: username })
  })
  const auth = await openThrottled([
    { ...corp, realm: 'corp' },
    { ...partner, realm: 'partner' },
  ])
  const first = await attempt(auth, 'CORP\\anna', '20.0.0.1', RIGHT)
  if (first.outcome !== 'signed-in') throw new Error(first.outcome)
  const cookie = auth.setCookies(first, { https: true, host: 'app.example.org' })[1]?.split(';')[0]
  for (let index = 0; index < 10; index += 1) await attempt(auth, 'PARTNER\\anna', '20.0.0.1')
  // The limit of strangers at that account is used up: its right password is told to no stranger.
  expect((await attempt(auth, 'PARTNER\\anna', '20.0.0.1', 'of partner', cookie)).outcome).toBe('refused')
  expect(judged).toBeGreaterThan(10)
})

test('the right password of somebody whom the application disabled looks like a wrong one in an outage', async () => {
  const database = openDatabase('sqlite::memory:')
  onTestFinished(() => database.close())
  const roleAssignments = sqlRoleAssignments(database)
  await roleAssignments.ready?.()
  await roleAssignments.disable('people:anna')
  const people = defineUserSource('people', async ({ username, password }) =>
    username === 'anna' && password === RIGHT ? { id: 'anna', name: 'anna' } : rejected({ accountId: 'anna' }),
  )
  let isDown = false
  const later = defineUserSource('later', async () => (isDown ? unavailable(new Error('down')) : null))
  const auth = await openThrottled([people, later], { roleAssignments })
  expect(await attempt(auth, 'anna', '20.0.0.1', RIGHT)).toEqual({ outcome: 'refused' })
  isDown = true
  expect(await attempt(auth, 'anna', '20.0.0.1', RIGHT)).toEqual(await attempt(auth, 'anna', '20.0.0.1'))
  expect((await attempt(auth, 'anna', '20.0.0.1', RIGHT)).outcome).toBe('unavailable')
})
