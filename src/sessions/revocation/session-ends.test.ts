import { createAuth, generateSecret } from 'ostiary'
import { fixedClock } from 'ostiary/testing'
import { expect, onTestFinished, test, vi } from 'vitest'
import { testRequest } from '../../testing/test-request.ts'
import { defineUserSource } from '../../users/user-source.ts'

test('a listener that throws keeps the end of a session from no other listener', async () => {
  const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
  onTestFinished(() => warned.mockRestore())
  const auth = createAuth({
    roles: [],
    sources: [defineUserSource('people', async ({ username }) => ({ name: username }))],
    sessions: { secret: generateSecret() },
    throttle: false,
    audit: { record() {} },
    clock: fixedClock(),
  })
  onTestFinished(() => auth.close())
  await auth.ready()
  const form = { username: 'anna', password: 'x', persistent: false, next: undefined, fields: {} }
  const request = testRequest({ clientAddress: '192.0.2.1' })
  const result = await auth.signIn(form, request, null)
  if (result.outcome !== 'signed-in') throw new Error(result.outcome)
  const heard: string[] = []
  auth.sessions.onEnd(result.session, () => {
    throw new Error('the socket is gone')
  })
  auth.sessions.onEnd(result.session, () => heard.push('second'))
  await auth.signOut(result.session, request)
  expect(heard).toEqual(['second'])
  // Also where it has ended already.
  auth.sessions.onEnd(result.session, () => {
    throw new Error('the socket is gone')
  })
  expect(warned.mock.calls.map(([message]) => message)).toEqual(
    Array(2).fill('A listener of the end of a session failed: the socket is gone'),
  )
})

test('a listener for a session whose keys are gone already is called at once', async () => {
  const auth = createAuth({
    roles: [],
    sources: [defineUserSource('people', async ({ username }) => ({ name: username }))],
    sessions: { secret: generateSecret() },
    throttle: false,
    audit: { record() {} },
    clock: fixedClock(),
  })
  onTestFinished(() => auth.close())
  await auth.ready()
  const form = { username: 'anna', password: 'x', persistent: false, next: undefined, fields: {} }
  const result = await auth.signIn(form, testRequest(), null)
  if (result.outcome !== 'signed-in') throw new Error(result.outcome)
  const calls: string[] = []
  auth.sessions.onEnd(result.session, () => calls.push('before'), result.sealed)
  await auth.reloadKeys(generateSecret())
  auth.sessions.onEnd(result.session, () => calls.push('after'), result.sealed)
  expect(calls).toEqual(['before', 'after'])
})
