import { inspect } from 'node:util'
import { blocked, defineRole, defineUserSource, LoginAttempt, type Outcome, type UserSource } from 'ostiary'
import { type SapRfcClient, sapRfcSource } from 'ostiary/sap'
import { userSourceContract } from 'ostiary/testing/contracts'
import { describe, expect, test } from 'vitest'
import { createSourceChain } from '../../src/users/source-chain.ts'
import { NOBODYS_CALL, type RfcUser, rfcSystem } from './rfc-system.ts'

const PASSWORD = 'seven-red-lanterns'
const NOW = Date.parse('2026-03-15T12:00:00Z')
const clock = () => NOW

userSourceContract('sapRfcSource', () => {
  const system = rfcSystem({
    CLARA: { password: PASSWORD, fullName: 'Clara Lindqvist', roles: [{ name: 'Z_READER' }] },
    LENA: { password: 'two-blue-kettles', lock: 'LOCAL_LOCK', exception: 'USER_LOCKED' },
  })
  return {
    source: sapRfcSource({ client: system.client, properties: () => ({ system: 'ABC' }) }),
    accepted: { username: 'clara', password: PASSWORD },
    expectedAccount: {
      id: 'CLARA',
      name: 'CLARA',
      description: 'Clara Lindqvist',
      roles: ['Z_READER'],
      properties: { system: 'ABC' },
    },
    unknown: 'nobody',
    blocked: { username: 'lena', password: 'two-blue-kettles', id: 'LENA' },
    breakDown: async () => void system.breakDown(),
  }
})

function signIn(source: UserSource, username = 'clara', password = PASSWORD): Promise<Outcome> {
  return source.authenticate(new LoginAttempt({ username, password }), new AbortController().signal)
}

function sourceOf(user: Partial<RfcUser>, options = {}): UserSource {
  const { client } = rfcSystem({ CLARA: { password: PASSWORD, ...user } })
  return sapRfcSource({ client, clock, ...options })
}

describe('every exception of the login check has its meaning:', () => {
  test.each([
    ['WRONG_PASSWORD', 'rejected'],
    ['WAIT', 'blocked'],
    ['USER_LOCKED', 'blocked'],
    ['USER_NOT_ACTIVE', 'blocked'],
    ['PASSWORD_EXPIRED', 'blocked'],
    ['NO_CHECK_FOR_THIS_USER', 'blocked'],
    ['PASSWORD_ATTEMPTS_LIMITED', 'blocked'],
    ['INTERNAL_ERROR', 'unavailable'],
    ['FU_NOT_FOUND', 'unavailable'],
    ['toString', 'unavailable'],
    ['__proto__', 'unavailable'],
  ])('%s → %s', async (exception, outcome) => {
    expect(await signIn(sourceOf({ exception }))).toMatchObject({ outcome })
  })

  test.each<[string, unknown]>([
    [
      'the logon of the service user fails',
      Object.assign(new Error('x'), { codeString: 'RFC_LOGON_FAILURE', key: 'WRONG_PASSWORD' }),
    ],
    ['something is thrown that is no error', 'WRONG_PASSWORD'],
    ['nothing is thrown', undefined],
    ['the client is broken', new TypeError('connection is undefined')],
  ])('%s → unavailable', async (_, thrown) => {
    const client: SapRfcClient = { call: () => Promise.reject(thrown) }
    expect(await signIn(sapRfcSource({ client }))).toMatchObject({ outcome: 'unavailable' })
  })

  test('a client may name the exception without saying that it is one', async () => {
    const client: SapRfcClient = { call: () => Promise.reject({ key: 'USER_LOCKED' }) }
    expect(await signIn(sapRfcSource({ client }))).toMatchObject({ outcome: 'blocked', reason: 'locked' })
  })

  test.each<[string, (parameters: Readonly<Record<string, unknown>>) => string]>([
    ['JSON', JSON.stringify],
    ['JavaScript', (parameters) => inspect(parameters)],
    ['a URL', ({ PASSWORD: typed }) => encodeURIComponent(String(typed))],
    ['a form', ({ PASSWORD: typed }) => String(new URLSearchParams({ typed: String(typed) }))],
    ['XML', ({ PASSWORD: typed }) => String(typed).replaceAll('&', '&amp;').replaceAll('<', '&lt;')],
    ['capitals', ({ PASSWORD: typed }) => String(typed).toUpperCase()],
  ])('a client that tells its parameters as %s in its message does not tell the password', async (_, write) => {
    for (const typed of [
      PASSWORD,
      'lantern"7',
      'lantern\\7',
      "lan'tern",
      'lantern&<7',
      '%lantern 7',
      'läntern',
      'a"b',
      'пароль',
    ]) {
      const client: SapRfcClient = {
        call: (name, parameters) => Promise.reject(new Error(`${name} failed: ${write(parameters)}`)),
      }
      const outcome = await signIn(sapRfcSource({ client }), 'clara', typed)
      expect(outcome).toMatchObject({ outcome: 'unavailable' })
      const shown = inspect(outcome, { depth: Number.POSITIVE_INFINITY, showHidden: true })
      for (const secret of [typed, write({ PASSWORD: typed })]) expect(shown).not.toContain(secret)
      expect(shown).not.toMatch(/lantern/i)
    }
  })

  test('the message of a failed call is told otherwise, and its code where it is not', async () => {
    const failure = Object.assign(new Error('partner sapgw00 not reached'), { codeString: 'RFC_COMMUNICATION_FAILURE' })
    const source = sapRfcSource({ client: { call: () => Promise.reject(failure) } })
    const reason = async (typed: string) => {
      const outcome = await signIn(source, 'clara', typed)
      return outcome.outcome === 'unavailable' && outcome.cause instanceof Error && outcome.cause.message
    }
    expect(await reason(PASSWORD)).toBe('SUSR_LOGIN_CHECK_RFC: partner sapgw00 not reached')
    expect(await reason('SapGW00!')).toBe(
      'SUSR_LOGIN_CHECK_RFC: RFC_COMMUNICATION_FAILURE: the call failed (its message may hold the password)',
    )
  })
})

describe('what a field of ABAP would change is not sent:', () => {
  const long = 'x'.repeat(40)

  test.each([
    ['a longer name that would be cut to this one', 'CLARALINDQVIST', 'CLARALINDQVI'],
    ['a name whose capitals are other letters', 'straße', 'STRASSE'],
    ['a dotless i', 'clarıssa', 'CLARISSA'],
  ])('%s', async (_, typed, stored) => {
    const { client, calls } = rfcSystem({ [stored]: { password: PASSWORD } })
    expect(await signIn(sapRfcSource({ client }), typed)).toEqual({ outcome: 'unknown' })
    expect(calls).toEqual([NOBODYS_CALL])
  })

  test.each([
    ['a longer password that would be cut to the right one', `${long}y`, long],
    ['blanks at the end, which ABAP drops', `${PASSWORD} `, PASSWORD],
    ['no password', '', ''],
    ['nothing but a blank', ' ', ''],
    ['a NUL', `${PASSWORD}\0`, PASSWORD],
  ])('%s', async (_, typed, stored) => {
    const { client, calls } = rfcSystem({ CLARA: { password: stored } })
    expect(await signIn(sapRfcSource({ client }), 'clara', typed)).toMatchObject({ outcome: 'rejected' })
    expect(calls).toEqual([NOBODYS_CALL])
  })

  test('a password that just fits is', async () => {
    const { client } = rfcSystem({ CLARA: { password: long } })
    expect(await signIn(sapRfcSource({ client }), 'clara', long)).toMatchObject({ outcome: 'accepted' })
  })
})

test('a wrong password costs one call, and asks for nothing about the person', async () => {
  const { client, calls } = rfcSystem({ CLARA: { password: PASSWORD } })
  await signIn(sapRfcSource({ client }), 'clara', 'wrong')
  await signIn(sapRfcSource({ client }), 'nobody', 'wrong')
  expect(calls.map(({ functionName }) => functionName)).toEqual(['SUSR_LOGIN_CHECK_RFC', 'SUSR_LOGIN_CHECK_RFC'])
  expect(calls[0]?.parameters).toEqual({ BNAME: 'CLARA', PASSWORD: 'wrong', USE_NEW_EXCEPTION: 1 })
})

test('roles count on the days for which they were given, the last one included', async () => {
  const roles = [
    { name: 'Z_ALWAYS' },
    { name: 'Z_TODAY', from: '20260315', to: '20260315' },
    { name: 'Z_OVER', to: '20260314' },
    { name: 'Z_LATER', from: '20260316' },
    { name: 'Z_ENDLESS', from: '00000000', to: '00000000' },
  ]
  expect(await signIn(sourceOf({ roles }))).toMatchObject({ account: { roles: ['Z_ALWAYS', 'Z_TODAY', 'Z_ENDLESS'] } })
})

test('roles are given the names of the application, and those that mean nothing there are left out', async () => {
  const READER = defineRole({ name: 'Reader', description: 'Reads', permissions: [] })
  const roles = ['Z_READ_1', 'Z_READ_2', 'Z_EDIT', 'toString', 'Z_OTHER'].map((name) => ({ name }))
  const roleMap = { Z_READ_1: READER, Z_READ_2: READER, Z_EDIT: 'Editor' }
  expect(await signIn(sourceOf({ roles }, { roleMap }))).toMatchObject({ account: { roles: ['Reader', 'Editor'] } })
  const byName = (name: string) => (name.startsWith('Z_READ') ? READER : null)
  expect(await signIn(sourceOf({ roles }, { roleMap: byName }))).toMatchObject({ account: { roles: ['Reader'] } })
})

test.each([
  [{ lock: 'LOCAL_LOCK' }, 'locked'],
  [{ lock: 'GLOB_LOCK' }, 'locked centrally'],
  [{ validTo: '20260314' }, 'outside the dates of validity'],
  [{ validFrom: '20260316' }, 'outside the dates of validity'],
] as const)('somebody with %o is blocked when looked up', async (user, reason) => {
  const lookup = sourceOf(user).lookup?.('CLARA', new AbortController().signal)
  expect(await lookup).toMatchObject({ outcome: 'blocked', reason })
})

test('a lock by wrong passwords lets nobody in, and ends no session, since anybody can cause one', async () => {
  const source = sourceOf({ lock: 'WRNG_LOGON' })
  expect(await signIn(source)).toMatchObject({ outcome: 'blocked', reason: 'too many failed logons' })
  expect(await source.lookup?.('CLARA', new AbortController().signal)).toMatchObject({ outcome: 'accepted' })
})

test.each<[string, Record<string, unknown>]>([
  ['an error of the function', { RETURN: [{ TYPE: 'E', ID: '01', NUMBER: '512', MESSAGE: 'no authorisation' }] }],
  ['an abort', { RETURN: [{ TYPE: 'A', ID: 'XX', NUMBER: '124', MESSAGE: 'dump' }] }],
  ['an answer without a return table', {}],
  ['an answer without roles', { RETURN: [], ISLOCKED: {}, LOGONDATA: {}, ADDRESS: {} }],
  ['an answer without locks', { RETURN: [], ACTIVITYGROUPS: [], LOGONDATA: {}, ADDRESS: {} }],
  ['an answer without dates', { RETURN: [], ACTIVITYGROUPS: [], ISLOCKED: {}, ADDRESS: {} }],
])('%s is an outage, rather than nobody or a person without roles', async (_, detail) => {
  const source = sapRfcSource({ client: { call: async () => detail } })
  expect(await source.lookup?.('CLARA', new AbortController().signal)).toMatchObject({ outcome: 'unavailable' })
  expect(await signIn(source)).toMatchObject({ outcome: 'unavailable' })
})

test('a login that is given up is no wrong password, and calls nothing', async () => {
  const { client, calls } = rfcSystem({ CLARA: { password: PASSWORD } })
  const attempt = new LoginAttempt({ username: 'clara', password: PASSWORD })
  expect(await sapRfcSource({ client }).authenticate(attempt, AbortSignal.abort())).toMatchObject({
    outcome: 'unavailable',
  })
  expect(calls).toEqual([])
})

test('a client that never answers holds up nobody longer than the deadline', async () => {
  const controller = new AbortController()
  const client: SapRfcClient = {
    call() {
      queueMicrotask(() => controller.abort())
      return new Promise(() => {})
    },
  }
  const attempt = new LoginAttempt({ username: 'clara', password: PASSWORD })
  const cause = { message: expect.stringContaining('given up') }
  const source = sapRfcSource({ client })
  expect(await source.authenticate(attempt, controller.signal)).toMatchObject({ outcome: 'unavailable', cause })
})

test('a client that cannot be called is a mistake of the configuration', () => {
  expect(() => sapRfcSource({ client: {} as SapRfcClient })).toThrow(/needs a client/)
  expect(() => sapRfcSource({ client: rfcSystem({}).client, name: 'S A P' })).toThrow(/cannot be called/)
})

test('a name that ends the chain early is unavailable, as an unknown one is, while SAP is down', async () => {
  const system = rfcSystem({})
  system.breakDown()
  const local = defineUserSource('local', async ({ username }) => (username === 'eve' ? blocked('disabled') : null))
  const chain = createSourceChain([local, sapRfcSource({ client: system.client })])
  for (const username of ['eve', 'bob']) {
    const { outcome } = await chain.authenticate(new LoginAttempt({ username, password: 'any' }))
    expect(outcome, username).toBe('unavailable')
  }
})
