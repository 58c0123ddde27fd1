import { afterEach, describe, expect, test, vi } from 'vitest'
import { SessionUnavailableError } from '../errors.ts'
import { NO_ROLES } from '../policy/role-registry.ts'
import { createKeyring, generateSecret } from '../sealing/keyring.ts'
import { fixedClock } from '../testing/fixed-clock.ts'
import { createAccount } from '../users/account.ts'
import { accepted, type Outcome } from '../users/outcome.ts'
import { User } from '../users/user.ts'
import { readLifetimes } from './lifetimes.ts'
import { memorySessions } from './memory-sessions.ts'
import type { SessionStore } from './session-store.ts'
import { createSessions, type SessionsContext } from './sessions.ts'

// Stores, sources and clocks that say what they should not.

const ACCOUNT = createAccount({ id: '42', name: 'anna' })

afterEach(() => vi.restoreAllMocks())

async function signedIn(
  strange: { store?: Partial<SessionStore>; lookup?: SessionsContext['directory']['lookup']; max?: number } = {},
) {
  const forward = fixedClock()
  let setBack = 0
  const clock = Object.assign(() => forward() - setBack, {
    advance: forward.advance,
    setBack(milliseconds: number) {
      setBack += milliseconds
    },
  })
  const store: SessionStore = { ...memorySessions({ clock }), ...strange.store }
  const keyring = createKeyring([generateSecret()], { application: 'test', purpose: 'session' })
  const sessions = createSessions({
    store,
    keyring: () => keyring,
    lifetimes: readLifetimes({ grace: 0 }),
    maxSealedLength: 1000,
    maxRemembered: 100,
    clock,
    directory: {
      userOf: ({ source, account }) => new User(source, account, NO_ROLES),
      lookup: strange.lookup ?? (async () => null),
      assignment: async () => undefined,
      hasSource: () => true,
    },
  })
  await sessions.ready()
  async function start() {
    const started = await sessions.start('test', ACCOUNT, { persistent: false, revision: await sessions.revision() })
    if (started.outcome !== 'started') throw new Error(started.outcome)
    return started
  }
  return { clock, sessions, start }
}

describe('a store', () => {
  test.each(['yes', true, {}, '1', undefined])('that answers %j has not said yes', async (answer) => {
    const { clock, sessions, start } = await signedIn({ store: { confirm: async () => answer as never } })
    const { session } = await start()
    clock.advance('2m')
    expect(await sessions.renew(session)).toBeUndefined()
  })

  test.each(['revision', 'start', 'record', 'confirm'] as const)(
    'whose %s throws at once is an outage, like one that rejects',
    async (method) => {
      const broken = () => {
        throw new TypeError('not today')
      }
      const { clock, sessions, start } = await signedIn({ store: { [method]: broken } })
      const failing = async () => {
        const { session } = await start()
        clock.advance('1m')
        await sessions.renew(session)
        await sessions.revoke('all')
      }
      await expect(failing).rejects.toThrow(SessionUnavailableError)
    },
  )

  test('that never answers is an outage after 5 s', async () => {
    vi.useFakeTimers()
    try {
      const { sessions } = await signedIn({ store: { record: () => new Promise(() => {}) } })
      const revoking = sessions.revoke('all').catch((error: unknown) => error)
      await vi.advanceTimersByTimeAsync(5000)
      expect(await revoking).toBeInstanceOf(SessionUnavailableError)
    } finally {
      vi.useRealTimers()
    }
  })
})

describe('a source', () => {
  const answering = (answer: Outcome) => signedIn({ lookup: async () => answer })

  test('that answers for somebody else does not turn one person into another', async () => {
    const { clock, sessions, start } = await answering(accepted({ id: 'joe', name: 'joe', superuser: true }))
    const { session } = await start()
    clock.advance('2m')
    await expect(sessions.renew(session)).rejects.toThrow(/answers for somebody else/)
  })

  test('whose account has outgrown the cookie ends the session, with a warning', async () => {
    const warning = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    const { clock, sessions, start } = await answering(
      accepted({ id: '42', name: 'anna', description: 'x'.repeat(2000) }),
    )
    const { session, sealed } = await start()
    clock.advance('2m')
    expect(await sessions.renew(session)).toBeUndefined()
    expect(sessions.open(sealed).state).toBe('ended')
    expect(warning).toHaveBeenCalledExactlyOnceWith(expect.stringContaining('test:42'), {
      type: 'OstiaryWarning',
      code: 'OSTIARY_SESSION_TOO_LARGE',
    })
  })
})

test('a clock that is set back does not make a lease longer', async () => {
  const { clock, sessions, start } = await signedIn()
  const { session } = await start()
  clock.advance('10m')
  const renewed = await sessions.renew(session)
  const state = () => sessions.open(renewed?.sealed ?? '').state
  expect(state()).toBe('live')
  clock.setBack(60_000)
  expect(state()).toBe('live')
  clock.setBack(1)
  expect(state()).toBe('lease-expired')
})
