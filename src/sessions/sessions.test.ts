import { fixedClock } from 'ostiary/testing'
import { beforeEach, describe, expect, test } from 'vitest'
import { ANNA, type SessionNode, sessionNode, type WatchedStore, watched } from '../../test/sessions/session-node.ts'
import { CookieTooLargeError, SessionUnavailableError } from '../errors.ts'
import { memorySessions } from './memory-sessions.ts'

let clock = fixedClock()
let store: WatchedStore
let node: SessionNode

beforeEach(async () => {
  clock = fixedClock()
  store = watched(memorySessions({ clock }))
  node = await sessionNode({ clock, store })
  clock.advance(1)
})

const stateOf = (sealed: string) => node.sessions.open(sealed).state

/** Uses a session often enough that idleness does not end it. */
async function stayBusy(sealed: string, minutes: number): Promise<string | undefined> {
  let current: string | undefined = sealed
  for (let minute = 0; minute < minutes && current !== undefined; minute += 10) {
    clock.advance('10m')
    current = await node.visit(current)
  }
  return current
}

describe('starting', () => {
  test('a session is live at once, and says whose it is', async () => {
    const sealed = await node.signIn()
    expect(stateOf(sealed)).toBe('live')
    expect(node.sessionOf(sealed)).toMatchObject({ userId: 'local:7', source: 'local', persistent: false })
    expect(node.sessionOf(sealed).account).toMatchObject({ name: 'anna', roles: ['Viewer'] })
  })

  test('every session has an id of its own: 128 random bits', async () => {
    const ids = await Promise.all(Array.from({ length: 200 }, async () => node.sessionOf(await node.signIn()).id))
    expect(new Set(ids).size).toBe(200)
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{32}$/)
  })

  test('an account that fits into no cookie is an error before anything is stored', async () => {
    const account = { ...ANNA, properties: { picture: 'x'.repeat(4000) } }
    await expect(node.signIn({ account })).rejects.toThrow(CookieTooLargeError)
    expect(store.asked.start).toBe(0)
    for await (const record of node.sessions.list()) expect.fail(`There is a session: ${record.id}`)
  })

  test('a store that keeps nothing starts nothing', async () => {
    store.down = true
    await expect(node.signIn()).rejects.toThrow(SessionUnavailableError)
    store.down = false
    expect(stateOf(await node.signIn())).toBe('live')
  })
})

describe('expiry', () => {
  test('unused for half an hour after its first lease, it has ended; a millisecond before, it has not', async () => {
    const sealed = await node.signIn()
    clock.advance('31m')
    expect(stateOf(sealed)).toBe('ended')
    const other = await node.signIn()
    clock.advance('1859999ms')
    expect(stateOf(other)).toBe('lease-expired')
    expect(await node.visit(other)).toBeDefined()
  })

  test('use extends it, but never beyond twelve hours, however busy', async () => {
    const sealed = await node.signIn()
    const beforeTheEnd = await stayBusy(sealed, 11 * 60 + 50)
    expect(beforeTheEnd).toBeDefined()
    expect(node.sessionOf(beforeTheEnd).idleUntil).toBe(node.sessionOf(beforeTheEnd).expiresAt)
    clock.advance('599s')
    expect(stateOf(beforeTheEnd ?? '')).not.toBe('ended')
    clock.advance('1s')
    expect(stateOf(beforeTheEnd ?? '')).toBe('ended')
  })

  test('renewing neither moves the end nor makes it another session', async () => {
    const sealed = await node.signIn()
    const { id, startedAt, expiresAt } = node.sessionOf(sealed)
    expect(node.sessionOf(await stayBusy(sealed, 120))).toMatchObject({ id, startedAt, expiresAt })
  })

  test('an old cookie of a session in use is idle all the same: the one that was sent last counts', async () => {
    const sealed = await node.signIn()
    expect(await stayBusy(sealed, 60)).toBeDefined()
    expect(stateOf(sealed)).toBe('ended')
  })

  test('a persistent one may lie unused for 30 days, and not a second longer', async () => {
    const sealed = await node.signIn({ persistent: true })
    clock.advance('29d')
    expect(await node.visit(sealed)).toBeDefined()
    clock.advance('86399s')
    expect(stateOf(sealed)).toBe('lease-expired')
    clock.advance('1s')
    expect(stateOf(sealed)).toBe('ended')
  })

  test.each([
    ['lifetime', { lifetime: '1h', idle: '2h' }, false],
    ['idle', { lifetime: '2h', idle: '59m', lease: '1m' }, false],
    ['persistentLifetime', { persistentLifetime: '1h', idle: '30m' }, true],
  ] as const)(
    '%s ends a session at its millisecond, with no leeway for clocks that differ',
    async (_, lifetimes, persistent) => {
      const other = await sessionNode({ clock, store, lifetimes })
      const sealed = await other.signIn({ persistent })
      clock.advance('3599999ms')
      expect(other.sessions.open(sealed).state).toBe('lease-expired')
      clock.advance('1ms')
      expect(other.sessions.open(sealed).state).toBe('ended')
    },
  )

  describe.each([false, true])('one from the future (persistent: %j)', (persistent) => {
    test.each([
      [0, 'live'],
      [1, 'live'],
      [59_999, 'live'],
      [60_000, 'live'],
      [60_001, 'ended'],
      [61_000, 'ended'],
      [3_600_000, 'ended'],
    ])('%d ms ahead is %s: clocks may differ by a minute', async (milliseconds, state) => {
      const ahead = await sessionNode({ clock: fixedClock(clock() + milliseconds), store })
      expect(stateOf(await ahead.signIn({ persistent }))).toBe(state)
    })
  })
})

describe('when the password was given', () => {
  test('is when the session started by the clock, later changes or not, and stays so when it is renewed', async () => {
    await node.sessions.revoke('all')
    await node.sessions.revoke('all')
    const at = clock()
    const sealed = await node.signIn()
    expect(node.sessionOf(sealed)).toMatchObject({ startedAt: at })
    const renewed = (await stayBusy(sealed, 60)) ?? ''
    expect(node.sessionOf(renewed)).toMatchObject({ startedAt: at })
  })
})

describe('revoking', () => {
  test('one session ends that one, at once, and says so', async () => {
    const [one, other] = [await node.signIn(), await node.signIn()]
    expect(await node.sessions.revoke({ session: node.sessionOf(one).id })).toBe(1)
    expect([stateOf(one), stateOf(other)]).toEqual(['ended', 'live'])
    expect(await node.sessions.revoke({ session: 'unheard-of' })).toBe(0)
  })

  test.each([
    {},
    { user: undefined },
    { user: undefined, except: 'x' },
    { user: undefined, session: 'x' },
    { except: 'x' },
    { session: null },
    { user: 'local:7', unless: 'x' },
    'everybody',
    undefined,
  ])('%j is nothing to be ended, and ends nobody', async (target) => {
    const sealed = await node.signIn()
    await expect(node.sessions.revoke(target as never)).rejects.toThrow(TypeError)
    expect(stateOf(sealed)).toBe('live')
  })

  test('a user ends all of that user, and nobody else', async () => {
    const [one, other] = [await node.signIn(), await node.signIn({ persistent: true })]
    const bert = await node.signIn({ account: { id: '8', name: 'bert' } })
    expect(await node.sessions.revoke({ user: 'local:7' })).toBe(2)
    expect([one, other, bert].map(stateOf)).toEqual(['ended', 'ended', 'live'])
  })

  test('all ends everybody; who signs in within the same millisecond afterwards stays', async () => {
    const [one, other] = [await node.signIn(), await node.signIn({ account: { name: 'bert' } })]
    expect(await node.sessions.revoke('all')).toBe(2)
    const again = await node.signIn()
    expect([one, other, again].map(stateOf)).toEqual(['ended', 'ended', 'live'])
  })

  test('a revoked session stays revoked once its lease would have ended', async () => {
    const sealed = await node.signIn({ persistent: true })
    await node.sessions.revoke({ session: node.sessionOf(sealed).id })
    for (let day = 0; day < 31; day += 1) {
      clock.advance('1d')
      // The replica is swept when something happens.
      await node.sessions.revoke({ session: `other ${day}` })
      expect(stateOf(sealed)).toBe('ended')
    }
  })

  test('a login that was under way when the user was revoked is revoked with the rest', async () => {
    const revision = await node.sessions.revision()
    await node.sessions.revoke({ user: 'local:7' })
    const account = { id: '7', name: 'anna', description: '', roles: [], superuser: false, properties: {} }
    expect(await node.sessions.start('local', account, { persistent: false, revision })).toEqual({
      outcome: 'overtaken',
    })
    expect(stateOf(await node.signIn())).toBe('live')
  })

  test('holds on this node though nothing is heard of the store any more', async () => {
    const deaf = watched({ ...store, follow: async () => async () => {} })
    node = await sessionNode({ clock, store: deaf })
    const [one, other] = [await node.signIn(), await node.signIn({ account: { name: 'bert' } })]
    await node.sessions.revoke({ session: node.sessionOf(one).id })
    await node.sessions.markStale('local:bert')
    expect([one, other].map(stateOf)).toEqual(['ended', 'lease-expired'])
  })

  test('when the store cannot be told, the caller hears of it, and the session lives on', async () => {
    const sealed = await node.signIn()
    store.down = true
    await expect(node.sessions.revoke({ session: node.sessionOf(sealed).id })).rejects.toThrow(SessionUnavailableError)
    expect(stateOf(sealed)).toBe('live')
  })
})

describe('what is believed', () => {
  test('nothing that nobody has heard the revocations for', async () => {
    const sealed = await node.signIn()
    await node.sessions.close()
    expect(stateOf(sealed)).toBe('lease-expired')
    await node.sessions.ready()
    expect(stateOf(sealed)).toBe('live')
  })

  test('no session of a source that is no longer configured', async () => {
    const without = await sessionNode({ clock, store, sources: ['ldap'] })
    expect(without.sessions.open(await node.signIn()).state).toBe('ended')
  })

  test.each(['', 'x', '....', 'a.b.c.d.e'])('nothing that is no session: %j', (text) => {
    expect(node.sessions.open(text)).toEqual({ state: 'ended' })
  })
})
