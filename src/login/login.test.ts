import { inspect } from 'node:util'
import { fixedClock } from 'ostiary/testing'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { type WatchedStore, watched } from '../../test/sessions/session-node.ts'
import type { AuditEvent } from '../audit/audit-event.ts'
import type { Auth } from '../auth.ts'
import { createAuth } from '../create-auth.ts'
import { CookieTooLargeError, SessionUnavailableError } from '../errors.ts'
import { defineRole } from '../policy/role.ts'
import { generateSecret } from '../sealing/keyring.ts'
import { memorySessions } from '../sessions/memory-sessions.ts'
import type { RevocationTarget } from '../sessions/session-store.ts'
import { testRequest } from '../testing/test-request.ts'
import { blocked, type Outcome, rejected, unavailable } from '../users/outcome.ts'
import { defineUserSource, type UserSource } from '../users/user-source.ts'

const VIEWER = defineRole({ name: 'Viewer', description: 'Views', permissions: [] })
const REQUEST = testRequest({ headers: { cookie: 'c' }, clientAddress: '192.0.2.1' })
const AUDITED = { requestId: undefined, method: 'POST', path: '/auth/login', clientAddress: '192.0.2.1' }
const secret = generateSecret()
/** No test here is about how long a refusal takes. */
const throttle = { refusalFloor: 0 } as const

let clock = fixedClock()
let store: WatchedStore
let auth: Auth
let events: AuditEvent[]
/** What the source does with whoever has the right password; everybody else is rejected. */
let answer: () => Outcome | { name: string; properties?: Record<string, string> } | null

beforeEach(async () => {
  clock = fixedClock()
  store = watched(memorySessions({ clock }))
  events = []
  answer = () => ({ name: 'anna', roles: [VIEWER] })
  const source = defineUserSource('kiosk', async ({ password }) => (password === 'right-one' ? answer() : rejected()))
  const audit = { record: (event: AuditEvent) => void events.push(event) }
  auth = createAuth({ roles: [VIEWER], sources: [source], sessions: { store, secret }, throttle, audit, clock })
  await auth.ready()
  clock.advance(1)
})

const signIn = (password: string, before: Parameters<Auth['signIn']>[2] = null, username = 'anna') =>
  auth.signIn(
    { username, password, persistent: false, next: undefined, fields: { username, password } },
    REQUEST,
    before,
  )

async function signedIn(before: Parameters<Auth['signIn']>[2] = null) {
  const result = await signIn('right-one', before)
  if (result.outcome !== 'signed-in') throw new Error(result.outcome)
  return result
}

function userOf(result: Awaited<ReturnType<typeof signedIn>>): string {
  const connection = { https: true, host: '' }
  const cookieHeader = auth.setCookie(result, connection).split(';')[0]
  return auth.authenticateRequestAtOnce({ headers: { cookie: cookieHeader }, ...connection }).user.name
}

describe('signing in', () => {
  test('starts a session, and says so', async () => {
    const { user, session } = await signedIn()
    expect(user).toMatchObject({ name: 'anna', isAuthenticated: true, roles: [VIEWER] })
    const whose = { user: 'kiosk:anna', userName: 'anna', session: session.id, request: AUDITED }
    expect(events).toMatchObject([{ type: 'login.succeeded', at: clock(), persistent: false, ...whose }])
  })

  test('gives a new session every time, and ends the one that the browser brought along', async () => {
    const first = await signedIn()
    const second = await signedIn(first.session)
    expect(second.session.id).not.toBe(first.session.id)
    expect([userOf(first), userOf(second)]).toEqual(['anonymous', 'anna'])
  })

  test('in vain leaves the session that the browser brought along as it is', async () => {
    const first = await signedIn()
    await signIn('wrong-one', first.session)
    expect(userOf(first)).toBe('anna')
  })

  test.each([
    ['a wrong password', 'wrong-one', () => null],
    ['a name that nobody has', 'right-one', () => null],
    ['a user who is blocked', 'right-one', () => blocked('disabled')],
  ])('is refused for %s, in the same words', async (_name, password, answers) => {
    answer = answers
    expect(await signIn(password)).toEqual({ outcome: 'refused' })
    expect(store.asked.start).toBe(0)
    expect(events).toMatchObject([{ type: 'login.failed', outcome: 'refused', username: 'anna', request: AUDITED }])
  })

  test('cannot be checked while the source is down', async () => {
    answer = () => unavailable(new Error('the directory is down'))
    expect(await signIn('right-one')).toEqual({ outcome: 'unavailable' })
    expect(events).toMatchObject([
      { type: 'login.failed', outcome: 'unavailable', trail: [{ outcome: 'unavailable' }] },
    ])
  })

  test('cannot be done while the store is down: an outage, never a wrong password', async () => {
    store.down = true
    expect(await signIn('right-one')).toEqual({ outcome: 'unavailable' })
    expect(events).toMatchObject([
      { type: 'login.failed', outcome: 'unavailable', reason: expect.stringContaining('store') },
    ])
  })

  test('that nobody can finish says whether a source said no, for names that there are and that there are not', async () => {
    const yes = defineUserSource('yes', async () => ({ name: 'anna' }))
    const no = defineUserSource('no', async () => rejected())
    const nobody = defineUserSource('nobody', async () => null)
    const down = defineUserSource('down', async () => unavailable(new Error('down')))
    const outcomeOf = async (...sources: UserSource[]) => {
      auth = createAuth({ roles: [], sources, sessions: { store, secret }, throttle, clock, audit: { record() {} } })
      return signIn('right-one')
    }
    expect(await outcomeOf(no, down)).toEqual({ outcome: 'unavailable', answered: true })
    expect(await outcomeOf(nobody, down)).toEqual({ outcome: 'unavailable', answered: true })
    expect(await outcomeOf(down)).toEqual({ outcome: 'unavailable' })
    store.down = true
    expect(await outcomeOf(nobody, yes)).toEqual({ outcome: 'unavailable' })
  })

  test('that cannot end the session before it leaves none behind, as soon as the store can be told', async () => {
    const before = await signedIn()
    const record = store.record.bind(store)
    let failures = 2
    store.record = async (...args) => {
      failures -= 1
      if (failures >= 0) throw new Error('not now')
      return record(...args)
    }
    expect(await signIn('right-one', before.session)).toEqual({ outcome: 'unavailable' })
    expect(await Array.fromAsync(auth.sessions.list())).toHaveLength(2)
    const next = await signedIn(before.session)
    await vi.waitFor(async () =>
      expect((await Array.fromAsync(auth.sessions.list())).map(({ id }) => id)).toEqual([next.session.id]),
    )
  })

  test('of an account that fits into no cookie is an error of the application', async () => {
    answer = () => ({ name: 'anna', properties: { picture: 'x'.repeat(4000) } })
    await expect(signIn('right-one')).rejects.toThrow(CookieTooLargeError)
    expect(store.asked.start).toBe(0)
  })

  test.each<RevocationTarget>([{ user: 'slow:anna' }, { user: 'slow:anna', except: 'the one that goes on' }, 'all'])(
    'while the sessions of the user are revoked asks again, since the password may have changed: %j',
    async (target) => {
      const [asked, answered] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
      const passwords: string[] = []
      let rightPassword = 'right-one'
      const slow = defineUserSource('slow', async ({ password }) => {
        passwords.push(password)
        const isRight = password === rightPassword
        asked.resolve()
        await answered.promise
        return isRight ? { name: 'anna' } : rejected()
      })
      auth = createAuth({
        roles: [VIEWER],
        sources: [slow],
        sessions: { store, secret },
        throttle,
        clock,
        audit: { record() {} },
      })
      await auth.ready()
      const result = signIn('right-one')
      await asked.promise
      rightPassword = 'new-one'
      await auth.sessions.revoke(target)
      answered.resolve()
      expect(await result).toEqual({ outcome: 'refused' })
      expect(passwords).toEqual(['right-one', 'right-one'])
      for await (const session of auth.sessions.list()) expect.fail(`There is a session: ${session.id}`)
      expect(await signIn('new-one')).toMatchObject({ outcome: 'signed-in' })
    },
  )

  test('asks three times at the most, however often the sessions of the user are revoked', async () => {
    let asked = 0
    answer = () => {
      asked += 1
      void auth.sessions.revoke('all')
      return { name: 'anna' }
    }
    expect(await signIn('right-one')).toEqual({ outcome: 'unavailable' })
    expect(asked).toBe(3)
    expect(events.at(-1)).toMatchObject({ type: 'login.failed', reason: expect.stringContaining('revoked') })
  })

  test('keeps with the session where it was started from, and with what', async () => {
    await auth.signIn(
      { username: 'anna', password: 'right-one', persistent: false, next: undefined, fields: {} },
      { ...REQUEST, headers: { 'user-agent': 'u'.repeat(1000) } },
      null,
    )
    for await (const session of auth.sessions.list())
      expect(session).toMatchObject({ clientAddress: '192.0.2.1', userAgent: 'u'.repeat(255) })
  })
})

describe('signing out', () => {
  test('ends that session, and says so', async () => {
    const [one, other] = [await signedIn(), await signedIn()]
    await auth.signOut(one.session, REQUEST)
    expect([userOf(one), userOf(other)]).toEqual(['anonymous', 'anna'])
    expect(events.at(-1)).toMatchObject({
      type: 'logout',
      user: 'kiosk:anna',
      session: one.session.id,
      request: AUDITED,
    })
  })

  test('that the store cannot be told of is an outage, and no logout', async () => {
    const one = await signedIn()
    store.down = true
    await expect(auth.signOut(one.session, REQUEST)).rejects.toThrow(SessionUnavailableError)
    expect(events.map(({ type }) => type)).toEqual(['login.succeeded'])
    expect(userOf(one)).toBe('anna')
  })
})

test('no event holds a password, a header or a sealed session; a long name is cut', async () => {
  const { sealed } = await signedIn()
  await signIn('wrong-one', null, 'n'.repeat(100_000))
  answer = () => unavailable(new Error('down'))
  await signIn('right-one')
  const shown = inspect(events, { depth: 20 }) + JSON.stringify(events)
  for (const hidden of ['right-one', 'wrong-one', sealed, secret, 'cookie', 'n'.repeat(201)])
    expect(shown).not.toContain(hidden)
  expect(shown).toContain('n'.repeat(200))
})
