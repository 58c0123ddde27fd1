import { describe, expect, test } from 'vitest'
import type { HomeSourceRule, HomeSources } from './home-sources.ts'
import { LoginAttempt } from './login-attempt.ts'
import { accepted, blocked, type Outcome, rejected, unavailable, unknown } from './outcome.ts'
import { createSourceChain } from './source-chain.ts'
import { defineUserSource, type SourceRules } from './user-source.ts'

const DOWN = unavailable(new Error('down'))
const ANNA = accepted({ name: 'anna' })

/** Homes in a map, as small as can be. */
function homesOf(entries: Record<string, string> = {}) {
  const homes = new Map(Object.entries(entries))
  const store: HomeSources = {
    find: async (name) => homes.get(name),
    record: async (name, source) => void (homes.has(name) || homes.set(name, source)),
    replace: async (name, source) => void homes.set(name, source),
    forget: async (name) => homes.delete(name),
  }
  return { homes, store }
}

/** Two sources with the given answers, of which the second is `ldap`. */
function openChain(
  answers: { local?: Outcome; ldap?: Outcome },
  store: HomeSources,
  rule?: HomeSourceRule,
  ldapRules: SourceRules = {},
) {
  const asked: string[] = []
  const source = (name: string, answer: Outcome, rules: SourceRules = {}) =>
    defineUserSource(
      name,
      async ({ password }) => {
        // With another password it is asked for nobody.
        if (password === 'secret') asked.push(name)
        return answer
      },
      rules,
    )
  const sources = [source('local', answers.local ?? unknown()), source('ldap', answers.ldap ?? unknown(), ldapRules)]
  const chain = createSourceChain(sources, '5s', { homeSources: store, homeSource: rule })
  return {
    asked,
    signIn: (username = 'anna') => chain.authenticate(new LoginAttempt({ username, password: 'secret' })),
  }
}

describe('the first login of a name', () => {
  test('records the source that accepted it, and no other login does', async () => {
    const { homes, store } = homesOf()
    await openChain({ ldap: rejected() }, store).signIn()
    await openChain({ ldap: DOWN }, store).signIn()
    expect(homes.size).toBe(0)
    await openChain({ ldap: ANNA }, store).signIn(' ANNA ')
    expect([...homes]).toEqual([['anna', 'ldap']])
    await openChain({ local: ANNA }, store).signIn()
    expect([...homes]).toEqual([['anna', 'ldap']])
  })

  test('with a dotless i takes the home that version 0.1.0 recorded, and lets no namesake in during an outage', async () => {
    const { homes, store } = homesOf({ kirim: 'ldap' })
    const whileDown = openChain({ local: ANNA, ldap: DOWN }, store)
    expect(await whileDown.signIn('Kırım')).toMatchObject({ outcome: 'unavailable' })
    expect(whileDown.asked).toEqual(['ldap'])
    expect([...homes]).toEqual([['kirim', 'ldap']])
    expect(await openChain({ ldap: ANNA }, store).signIn('Kırım')).toMatchObject({ outcome: 'accepted' })
    await openChain({ local: ANNA }, store).signIn('KIRIM')
    expect([...homes]).toEqual([
      ['kirim', 'ldap'],
      ['kırım', 'ldap'],
    ])
  })

  test('with a realm names a source itself, and records none', async () => {
    const { homes, store } = homesOf()
    expect(await openChain({ ldap: ANNA }, store, 'prefer', { realm: 'corp' }).signIn('anna@corp')).toMatchObject({
      source: 'ldap',
    })
    expect(homes.size).toBe(0)
  })
})

describe('a name that has a home', () => {
  const atHome = homesOf({ anna: 'ldap' }).store

  test('is asked there first', async () => {
    const { asked, signIn } = openChain({ ldap: ANNA }, atHome)
    expect(await signIn()).toMatchObject({ outcome: 'accepted', source: 'ldap' })
    expect(asked).toEqual(['ldap'])
  })

  test.each([
    ['unknown', unknown()],
    ['rejected', rejected()],
  ])('and is %s there is asked of the others', async (_outcome, answer) => {
    const { asked, signIn } = openChain({ ldap: answer, local: ANNA }, atHome)
    expect(await signIn()).toMatchObject({ outcome: 'accepted', source: 'local' })
    expect(asked).toEqual(['ldap', 'local'])
  })

  test('and is blocked there stays outside', async () => {
    expect((await openChain({ ldap: blocked('locked'), local: ANNA }, atHome).signIn()).outcome).toBe('refused')
  })

  test('that is down: an outage never lets a namesake in', async () => {
    const { asked, signIn } = openChain({ ldap: DOWN, local: ANNA }, atHome)
    expect((await signIn()).outcome).toBe('unavailable')
    expect(asked).toEqual(['ldap'])
  })

  test('that is down, where its source lets the others be asked', async () => {
    const { signIn } = openChain({ ldap: DOWN, local: ANNA }, atHome, 'prefer', { onUnavailable: 'continue' })
    expect(await signIn()).toMatchObject({ outcome: 'accepted', source: 'local' })
  })

  test('does not concern other names', async () => {
    const { asked, signIn } = openChain({ ldap: DOWN, local: ANNA }, atHome)
    expect(await signIn('admin')).toMatchObject({ outcome: 'accepted', source: 'local' })
    expect(asked).toEqual(['local'])
  })

  test('that is configured no more is asked of all, in their order', async () => {
    const { asked, signIn } = openChain({ local: ANNA }, homesOf({ anna: 'sap' }).store)
    expect(await signIn()).toMatchObject({ outcome: 'accepted', source: 'local' })
    expect(asked).toEqual(['local'])
  })
})

describe('the rules', () => {
  const atHome = homesOf({ anna: 'ldap' }).store

  test.each([
    ['unknown', unknown()],
    ['rejected', rejected()],
  ])('only: nobody but the home gets the password, also when it says %s', async (_outcome, answer) => {
    const { asked, signIn } = openChain({ ldap: answer, local: ANNA }, atHome, 'only')
    expect((await signIn()).outcome).toBe('refused')
    expect(asked).toEqual(['ldap'])
  })

  test('ignore: the sources are asked in their order, and nothing is recorded', async () => {
    const { homes, store } = homesOf({ bob: 'ldap' })
    const { asked, signIn } = openChain({ ldap: ANNA }, store, 'ignore')
    await signIn()
    await signIn('bob')
    expect(asked).toEqual(['local', 'ldap', 'local', 'ldap'])
    expect([...homes]).toEqual([['bob', 'ldap']])
  })
})

test.each(['find', 'record'] as const)('a record of homes that is down at %s is an outage', async (method) => {
  const down = async () => {
    throw new Error('no table')
  }
  const result = await openChain({ ldap: ANNA }, { ...homesOf().store, [method]: down }).signIn()
  expect(result).toMatchObject({
    outcome: 'unavailable',
    trail: expect.arrayContaining([expect.objectContaining({ reason: 'no table' })]),
  })
})

test('a name that nobody can have has no home, and is asked of nobody twice', async () => {
  const { asked, signIn } = openChain({}, homesOf().store)
  expect((await signIn('a\0b')).outcome).toBe('refused')
  expect(asked).toEqual(['local', 'ldap'])
})

describe.each(['\ufeffanna', 'anna\u2028', 'an\u200bna', `${' '.repeat(200)}anna`])(
  'a name that shows as anna: %j',
  (typed) => {
    test('has her home, so that no namesake comes in while it is down, or where it is the only one', async () => {
      for (const [rule, local] of [
        ['prefer', DOWN],
        ['only', rejected()],
      ] as const) {
        const { store } = homesOf({ anna: 'local' })
        const { asked, signIn } = openChain({ local, ldap: ANNA }, store, rule)
        expect((await signIn(typed)).outcome).not.toBe('accepted')
        expect(asked).toEqual(['local'])
      }
    })

    test('records no home', async () => {
      const { homes, store } = homesOf()
      expect((await openChain({ ldap: ANNA }, store).signIn(typed)).outcome).toBe('accepted')
      expect(homes.size).toBe(0)
    })
  },
)

test('explaining a login asks as a login does, and records no home', async () => {
  const { homes, store } = homesOf()
  const sources = [defineUserSource('ldap', async () => ANNA)]
  const chain = createSourceChain(sources, '5s', { homeSources: store })
  expect(await chain.explain(new LoginAttempt({ username: 'anna', password: 'x' }))).toMatchObject({
    outcome: 'accepted',
  })
  expect(homes.size).toBe(0)
})
