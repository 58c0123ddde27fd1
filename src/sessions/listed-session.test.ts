import { describe, expect, test } from 'vitest'
import { openAuth, signIn, source } from '../../test/application/open-auth.ts'
import { ANONYMOUS } from '../users/user.ts'
import type { SessionQuery } from './listed-session.ts'

async function accountEvents() {
  const auth = await openAuth({ sources: [source('kiosk')] })
  const { user } = await signIn(auth, 'anna')
  await signIn(auth, 'anna')
  await signIn(auth, 'bert')
  const names = async (query?: SessionQuery) =>
    (await Array.fromAsync(auth.sessions.list(query))).map(({ userName }) => userName)
  return { auth, user, names }
}

describe('the list of sessions', () => {
  test('is that of everybody, or of one user', async () => {
    const { names, user } = await accountEvents()
    expect((await names()).sort()).toEqual(['anna', 'anna', 'bert'])
    expect((await names({})).sort()).toEqual(['anna', 'anna', 'bert'])
    expect(await names({ user })).toEqual(['anna', 'anna'])
    expect(await names({ userId: 'kiosk:bert' })).toEqual(['bert'])
  })

  test.each([
    ['the anonymous one', { user: ANONYMOUS }],
    ['none at all', { user: undefined }],
    ['null', { user: null }],
    ['an id that there is not', { userId: undefined }],
    ['the id of the anonymous one', { userId: ANONYMOUS.id }],
  ])('is empty for a user who is nobody, and never that of everybody: %s', async (_, query) => {
    expect(await (await accountEvents()).names(query as unknown as SessionQuery)).toEqual([])
  })

  test('marks the one that it is told is current', async () => {
    const { auth } = await accountEvents()
    const [first] = await Array.fromAsync(auth.sessions.list())
    for (const [current, marks] of [
      [first ?? null, [true, false, false]],
      [{ id: 'another' }, [false, false, false]],
      [null, [false, false, false]],
    ] as const) {
      const listed = await Array.fromAsync(auth.sessions.list({ current }))
      expect(listed.map((session) => session.current)).toEqual(marks)
    }
  })
})
