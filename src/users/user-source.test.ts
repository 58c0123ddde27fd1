import { describe, expect, test } from 'vitest'
import { ConfigurationError } from '../errors.ts'
import { userSourceContract } from '../testing/user-source-contract.ts'
import { LoginAttempt } from './login-attempt.ts'
import { isManagedUserSource } from './managed-users.ts'
import { accepted, blocked, rejected, unavailable, unknown } from './outcome.ts'
import { defineUserSource } from './user-source.ts'

const PIN = '4711-0815-2342'

const kiosk = defineUserSource('kiosk', async ({ username, password }) =>
  username === 'kiosk' && password === PIN ? { name: 'kiosk', roles: ['Viewer'] } : null,
)

userSourceContract('a source of five lines', () => ({
  source: kiosk,
  accepted: { username: 'kiosk', password: PIN },
  expectedAccount: { id: 'kiosk', name: 'kiosk', roles: ['Viewer'] },
  unknown: 'nobody',
}))

/** One that has it all: a third field, people who are locked out, look-up, outages, and an eye on itself. */
function turnstile() {
  const people = new Map([
    ['17', { id: '17', name: 'anna', pin: PIN, badge: 'B-1', locked: false }],
    ['18', { id: '18', name: 'bert', pin: 'p-9999-9999', badge: 'B-1', locked: true }],
  ])
  let broken = false
  const up = () => {
    if (broken) throw new Error('the turnstile does not answer')
  }
  return {
    source: defineUserSource(
      'turnstile',
      async ({ username, password, fields }) => {
        up()
        const person = [...people.values()].find(({ name }) => name === username)
        if (!person) return unknown()
        if (password !== person.pin || fields.badge !== person.badge) return rejected()
        return person.locked ? blocked('locked') : accepted(person)
      },
      {
        async lookup(accountId) {
          up()
          const person = people.get(accountId)
          if (!person) return unknown()
          return person.locked ? blocked('locked') : accepted(person)
        },
        async *check() {
          up()
          yield { level: 'ok', what: `people: ${people.size}` }
        },
      },
    ),
    accepted: { username: 'anna', password: PIN, fields: { badge: 'B-1' } },
    unknown: 'nobody',
    blocked: { username: 'bert', password: 'p-9999-9999', id: '18' },
    async breakDown() {
      broken = true
    },
  }
}

userSourceContract('a source that has all there is', turnstile)

const attempt = new LoginAttempt({ username: 'anna', password: 'correct horse' })
const { signal } = new AbortController()

describe('the function of a source', () => {
  test('is given the attempt and the signal of the deadline', async () => {
    const given: unknown[] = []
    await defineUserSource('s', async (...all) => void given.push(...all) as never).authenticate(attempt, signal)
    expect(given).toEqual([attempt, signal])
  })

  test.each([
    ['an account', { name: 'anna' }, accepted({ name: 'anna' })],
    ['null', null, unknown()],
    ['nothing, as JavaScript may', undefined, unknown()],
    ['a refusal', rejected(), rejected()],
    ['a block', blocked('locked'), blocked('locked')],
    ['an outage', unavailable('down'), unavailable('down')],
    ['an acceptance', accepted({ name: 'anna' }), accepted({ name: 'anna' })],
  ])('may answer %s', async (_, answer, outcome) => {
    const source = defineUserSource('s', async () => answer as never)
    expect(await source.authenticate(attempt, signal)).toEqual(outcome)
  })

  test.each([[true], [{}], [{ name: '' }], ['anna']])('is at fault when it answers %j', async (answer) => {
    const source = defineUserSource('s', async () => answer as never)
    await expect(source.authenticate(attempt, signal)).rejects.toThrow(TypeError)
  })
})

test('the rules of a source are kept, and nobody changes them afterwards', () => {
  const lookup = async () => unknown()
  async function* check() {}
  const rules = { realm: 'EXAMPLE', authoritative: true, onUnavailable: 'stop', deadline: '2s', lookup, check } as const
  const source = defineUserSource('s', async () => null, rules)
  expect(source).toMatchObject({ name: 's', ...rules })
  expect(source).toSatisfy(Object.isFrozen)
})

test.each(['', 'A', 'Local', '1st', '-x', '_x', 'a b', 'a:b', 'a.b', 'ä', 'a\n', 'x'.repeat(33), undefined, null, 7])(
  'no source is called %j, since its name begins identities',
  (name) => {
    expect(() => defineUserSource(name as string, async () => null)).toThrow(ConfigurationError)
  },
)

test.each(['a', 'ldap-2', 'hr_staff', 'x'.repeat(32)])('a source may be called %j', (name) => {
  expect(defineUserSource(name, async () => null).name).toBe(name)
})

test('a source without a function is refused', () => {
  expect(() => defineUserSource('s', undefined as never)).toThrow('The source "s" needs a function that authenticates.')
})

test('a source is managed when it can be joined', () => {
  expect(isManagedUserSource(kiosk)).toBe(false)
  expect(isManagedUserSource({ ...kiosk, join: true } as never)).toBe(false)
  expect(isManagedUserSource({ ...kiosk, join() {} } as never)).toBe(true)
})
