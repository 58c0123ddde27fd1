import { fixedClock } from 'ostiary/testing'
import { beforeEach, describe, expect, test } from 'vitest'
import type { Auth } from '../auth.ts'
import { createAuth } from '../create-auth.ts'
import { defineRole } from '../policy/role.ts'
import { generateSecret } from '../sealing/keyring.ts'
import { testRequest } from '../testing/test-request.ts'
import { ANONYMOUS } from '../users/user.ts'
import { defineUserSource } from '../users/user-source.ts'

const VIEWER = defineRole({ name: 'Viewer', description: 'Views', permissions: [] })
const connection = { https: true, host: 'us.example' }
const secret = generateSecret()
const CLEARED = '__Host-ostiary=; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=0'

let clock = fixedClock()
let auth: Auth

beforeEach(async () => {
  clock = fixedClock()
  const kiosk = defineUserSource('kiosk', async ({ username }) => ({ name: username, roles: [VIEWER] }))
  auth = createAuth({ roles: [VIEWER], sources: [kiosk], sessions: { secret }, clock })
  await auth.ready()
  clock.advance(1)
})

/** Signs in, and returns what the browser sends from then on. */
async function signIn(persistent = false): Promise<string> {
  const form = { username: 'anna', password: 'pw', persistent, next: undefined, fields: {} }
  const result = await auth.signIn(form, testRequest({ clientAddress: '' }), null)
  if (result.outcome !== 'signed-in') throw new Error(result.outcome)
  return cookieOf(auth.setCookie(result, connection))
}
const cookieOf = (setCookie: string | null) => setCookie?.split(';')[0] ?? ''
const identify = (cookieHeader?: string) =>
  auth.authenticateRequest({ headers: { cookie: cookieHeader }, ...connection })

describe('nobody', () => {
  test.each([undefined, '', 'other=1', 'ostiary=planted'])(
    'is who sends %j, and there is nothing to say to that',
    (header) => {
      expect(identify(header)).toEqual({ user: ANONYMOUS, session: null, setCookie: null, isUnavailable: false })
    },
  )

  test.each(['__Host-ostiary=', '__Host-ostiary=x', '__Host-ostiary=a.b.c.d.e'])(
    'is who sends %s, which is cleared',
    (header) => {
      expect(identify(header)).toEqual({ user: ANONYMOUS, session: null, setCookie: CLEARED, isUnavailable: false })
    },
  )

  test('is who sends the cookie twice, though both be good: one was planted, and nobody can say which', async () => {
    const [one, other] = [await signIn(), await signIn()]
    expect(identify(one)).toMatchObject({ user: { name: 'anna' } })
    for (const header of [`${one}; ${other}`, `${one}; ${one}`, `${one}; __Host-ostiary=x`])
      expect(identify(header)).toEqual({ user: ANONYMOUS, session: null, setCookie: CLEARED, isUnavailable: false })
  })

  test('is who brings a good session under another name', async () => {
    const value = (await signIn()).split('=')[1]
    for (const name of ['ostiary', '__Secure-ostiary', '__host-ostiary', 'x__Host-ostiary'])
      expect(identify(`${name}=${value}`)).toEqual({
        user: ANONYMOUS,
        session: null,
        setCookie: null,
        isUnavailable: false,
      })
  })
})

describe('somebody', () => {
  test('is known at once while the lease lasts, and nothing is sent', async () => {
    const identity = identify(await signIn())
    expect(identity).not.toBeInstanceOf(Promise)
    expect(identity).toMatchObject({ user: { name: 'anna', roles: [VIEWER], id: 'kiosk:anna' }, setCookie: null })
  })

  test('is known after a while when the lease has ended, and gets a new cookie', async () => {
    const cookie = await signIn()
    clock.advance('1m')
    const identity = identify(cookie)
    expect(identity).toBeInstanceOf(Promise)
    const { user, setCookie } = await identity
    expect(user.name).toBe('anna')
    expect(setCookie).toMatch(/^__Host-ostiary=[\w.-]+; Path=\/; HttpOnly; SameSite=Lax; Secure$/)
    expect(identify(cookieOf(setCookie))).toMatchObject({ user: { name: 'anna' }, setCookie: null })
  })

  test('who wanted to stay keeps the cookie until the session ends, and not longer', async () => {
    const cookie = await signIn(true)
    clock.advance('10d')
    expect((await identify(cookie)).setCookie).toMatch(/; Max-Age=1728000$/)
  })

  test('is nobody any more once the session has ended, and the cookie is cleared', async () => {
    const cookie = await signIn()
    await auth.sessions.revoke('all')
    expect(identify(cookie)).toEqual({ user: ANONYMOUS, session: null, setCookie: CLEARED, isUnavailable: false })
  })
})

describe('at once, where nobody can be asked', () => {
  const atOnce = (cookieHeader?: string) =>
    auth.authenticateRequestAtOnce({ headers: { cookie: cookieHeader }, ...connection })

  test('a lease that lasts is believed', async () => {
    expect(atOnce(await signIn())).toMatchObject({ user: { name: 'anna' }, setCookie: null })
  })

  test('one that has ended is not; the cookie stays for those who can ask', async () => {
    const cookie = await signIn()
    clock.advance('1m')
    expect(atOnce(cookie)).toEqual({ user: ANONYMOUS, session: null, setCookie: null, isUnavailable: true })
    expect((await identify(cookie)).user.name).toBe('anna')
  })

  test('what is no session is nobody', () => {
    expect(atOnce('__Host-ostiary=x').user).toBe(ANONYMOUS)
    expect(atOnce().user).toBe(ANONYMOUS)
  })
})
