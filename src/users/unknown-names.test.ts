import { describe, expect, onTestFinished, test, vi } from 'vitest'
import type { HomeSources } from './home-sources.ts'
import { LoginAttempt } from './login-attempt.ts'
import { accepted, blocked, type Outcome, rejected, unavailable, unknown } from './outcome.ts'
import { createSourceChain } from './source-chain.ts'
import { defineUserSource, type SourceRules, type UserSource } from './user-source.ts'

// A refusal must not tell that somebody is known: not by its answer, and not by which sources took their time for it.

const DOWN = unavailable(new Error('down'))

/** Answers for anna, and knows nobody else. Keeps whom it was asked for. */
function source(name: string, forAnna: Outcome, rules: SourceRules & { down?: boolean } = {}) {
  const asked: { username: string; password: string; fields: object }[] = []
  const { down = false, ...rest } = rules
  const made = defineUserSource(
    name,
    async ({ username, password, fields }) => {
      asked.push({ username, password, fields })
      if (down) return DOWN
      return username === 'anna' ? forAnna : unknown()
    },
    rest,
  )
  return { asked, source: made }
}

const homes: HomeSources = {
  find: async (name) => (name === 'anna' ? 'one' : undefined),
  record: async () => {},
  replace: async () => {},
  forget: async () => false,
}

const attempt = (username: string) =>
  new LoginAttempt({ username, password: 'secret', fields: { username, password: 'secret', pin: '1234' } })

const ENDINGS: [string, Outcome, SourceRules, 'only' | 'prefer' | 'ignore'][] = [
  ['blocked', blocked('disabled'), {}, 'ignore'],
  ['rejected by an authoritative source', rejected(), { authoritative: true }, 'ignore'],
  ['rejected at home, where home is the only one', rejected(), {}, 'only'],
  ['unknown at home, where home is the only one', unknown(), {}, 'only'],
  ['rejected, and asked on', rejected(), {}, 'ignore'],
]

describe.each(ENDINGS)('a name that is %s', (_, answer, rules, homeSource) => {
  test('is refused after all the sources that an unknown name reaches, which learn neither name nor password', async () => {
    const [one, two, three] = [source('one', answer, rules), source('two', unknown()), source('three', unknown())]
    const options = { homeSources: homes, homeSource }
    const chain = createSourceChain([one.source, two.source, three.source], '5s', options)
    expect((await chain.authenticate(attempt('anna'))).outcome).toBe('refused')
    expect([one, two, three].map(({ asked }) => asked.length)).toEqual([1, 1, 1])
    if (answer.outcome === 'rejected' && homeSource === 'ignore' && !rules.authoritative) return
    const told = JSON.stringify([two.asked, three.asked])
    for (const secret of ['anna', 'secret', '1234']) expect(told).not.toContain(secret)
  })

  test('is unavailable while a source is down that an unknown name would reach', async () => {
    const sources = [source('one', answer, rules), source('two', unknown()), source('three', unknown(), { down: true })]
    const options = { homeSources: homes, homeSource }
    const chain = createSourceChain(
      sources.map((each) => each.source),
      '5s',
      options,
    )
    for (const name of ['anna', 'nobody']) expect((await chain.authenticate(attempt(name))).outcome).toBe('unavailable')
  })

  test('is asked no further than an unknown name, where a source that is down stops the chain', async () => {
    const stop = source('two', unknown(), { onUnavailable: 'stop', down: true })
    const last = source('three', unknown())
    const chain = createSourceChain([source('one', answer, rules).source, stop.source, last.source], '5s', {
      homeSources: homes,
      homeSource,
    })
    for (const name of ['anna', 'nobody']) expect((await chain.authenticate(attempt(name))).outcome).toBe('unavailable')
    expect(last.asked).toEqual([])
  })
})

test('a name whose home is down takes the time of the other sources, and none of them hears its password', async () => {
  const [one, two] = [
    source('one', accepted({ name: 'anna' }), { down: true }),
    source('two', accepted({ name: 'anna' })),
  ]
  const chain = createSourceChain([one.source, two.source], '5s', { homeSources: homes })
  expect((await chain.authenticate(attempt('anna'))).outcome).toBe('unavailable')
  expect(two.asked).toHaveLength(1)
  expect(JSON.stringify(two.asked)).not.toMatch(/anna|secret/)
})

describe('a source that has no room', () => {
  test('ends the login before any source is asked, whatever its place', async () => {
    const one = source('one', rejected())
    const full: UserSource = { ...source('full', unknown()).source, isBusy: () => true }
    for (const sources of [
      [one.source, full],
      [full, one.source],
    ]) {
      const result = await createSourceChain(sources).authenticate(attempt('anna'))
      expect(result).toMatchObject({ outcome: 'unavailable', trail: [{ source: 'full', outcome: 'unavailable' }] })
    }
    expect(one.asked).toEqual([])
  })

  test('hears how many logins are under way that may still ask it', async () => {
    const release = Promise.withResolvers<void>()
    const heard: number[] = []
    const slow = defineUserSource('slow', async () => {
      await release.promise
      return null
    })
    const counting: UserSource = {
      ...source('counting', unknown()).source,
      isBusy(logins) {
        heard.push(logins)
        return logins >= 2
      },
    }
    const chain = createSourceChain([slow, counting])
    const logins = [1, 2, 3].map(() => chain.authenticate(attempt('anna')))
    release.resolve()
    expect((await Promise.all(logins)).map(({ outcome }) => outcome)).toEqual(['refused', 'refused', 'unavailable'])
    expect((await chain.authenticate(attempt('anna'))).outcome).toBe('refused')
    expect(heard).toEqual([0, 1, 2, 0])
  })
})

test('whether a source is still down is asked once for all who want to know, and for nobody', async () => {
  const answers = [DOWN, DOWN, unknown()]
  const asked: string[] = []
  const flaky = defineUserSource('flaky', async ({ username }) => {
    asked.push(username)
    return answers.shift() ?? unknown()
  })
  const chain = createSourceChain([flaky])
  expect([chain.mayBeDown(attempt('anna')), await chain.isDown(attempt('anna'))]).toEqual([false, false])
  expect(asked).toEqual([])
  await chain.authenticate(attempt('anna'))
  expect(await Promise.all([1, 2, 3].map(() => chain.isDown(attempt('anna'))))).toEqual([true, true, true])
  expect(await chain.isDown(attempt('anna'))).toBe(false)
  expect(chain.mayBeDown(attempt('anna'))).toBe(false)
  expect(asked).toEqual(['anna', expect.stringMatching(/^nobody/), expect.stringMatching(/^nobody/)])
})

test('a source that is down stays so until it accepts somebody or answers for nobody', async () => {
  let answer: Outcome = DOWN
  // Refuses what nobody can have by itself, as sources of directories do.
  const picky = defineUserSource('picky', async ({ username, password }) => {
    if (username.includes('\0')) return unknown()
    return password.includes('\0') ? rejected() : answer
  })
  const chain = createSourceChain([picky])
  const signIn = (username: string, password = 'secret') => chain.authenticate(new LoginAttempt({ username, password }))
  await signIn('anna')
  await signIn('an\0na')
  await signIn('anna', 'se\0cret')
  expect([chain.mayBeDown(attempt('anna')), await chain.isDown(attempt('anna'))]).toEqual([true, true])
  answer = accepted({ name: 'anna' })
  await signIn('anna')
  expect(chain.mayBeDown(attempt('anna'))).toBe(false)
})

test('the name of nobody is no longer than the names of any source', async () => {
  const asked: string[] = []
  const one = defineUserSource('one', async () => blocked('disabled'))
  const two = defineUserSource('two', async ({ username }) => {
    asked.push(username)
    return null
  })
  await createSourceChain([one, two]).authenticate(attempt('anna'))
  // Those of SAP have 12 characters.
  expect(asked).toEqual([expect.stringMatching(/^[a-z0-9]{1,12}$/)])
})

test('a name and a password that a source refuses by itself are unavailable while it is down, known or not', async () => {
  let isDown = true
  const picky = defineUserSource('picky', async ({ password }) => {
    if (password.includes('\0')) return rejected()
    return isDown ? DOWN : unknown()
  })
  const chain = createSourceChain([source('one', blocked('disabled')).source, picky])
  const outcomes = async () => {
    const results = ['anna', 'nobody'].map((username) =>
      chain.authenticate(new LoginAttempt({ username, password: 'se\0cret' })),
    )
    return (await Promise.all(results)).map(({ outcome }) => outcome)
  }
  await chain.authenticate(attempt('nobody'))
  expect(await outcomes()).toEqual(['unavailable', 'unavailable'])
  isDown = false
  expect(await outcomes()).toEqual(['refused', 'refused'])
  expect(chain.mayBeDown(attempt('nobody'))).toBe(false)
})

test('passwords that a source refuses by itself do not keep others waiting for a source that hangs', async () => {
  const picky = defineUserSource(
    'picky',
    async ({ password }) => {
      if (password.includes('\0')) return rejected()
      return new Promise<Outcome>(() => {})
    },
    { deadline: '1s' },
  )
  const chain = createSourceChain([picky])
  const signIn = (password: string) => chain.authenticate(new LoginAttempt({ username: 'anna', password }))
  passTimeQuickly()
  for (let time = 0; time < 2; time += 1) {
    for (const password of ['secret', 'se\0cret'])
      await Promise.all([signIn(password), vi.advanceTimersByTimeAsync(1000)])
  }
  expect(chain.circuits()).toEqual([{ source: 'picky', circuit: 'open' }])
})

test('a source whose lookups hung is asked for nobody at the next refusal, and then by everybody again', async () => {
  const made = source('one', rejected()).source
  const lookup = () => new Promise<Outcome>(() => {})
  const chain = createSourceChain([{ ...made, lookup, deadline: '1s' }])
  passTimeQuickly()
  await Promise.all([...[1, 2, 3].map(() => chain.lookup('one:anna')), vi.advanceTimersByTimeAsync(1000)])
  expect(chain.circuits()).toEqual([{ source: 'one', circuit: 'open' }])
  expect([chain.mayBeDown(attempt('anna')), (await chain.authenticate(attempt('anna'))).outcome]).toEqual([
    true,
    'unavailable',
  ])
  vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 10_000)
  onTestFinished(() => void vi.restoreAllMocks())
  expect((await chain.authenticate(attempt('anna'))).outcome).toBe('refused')
  expect(chain.circuits()).toEqual([{ source: 'one', circuit: 'closed' }])
})

/** Replaces the timers until the test ends: deadlines pass when the test says so. */
function passTimeQuickly(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  onTestFinished(() => void vi.useRealTimers())
}
