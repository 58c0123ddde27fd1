import { describe, expect, test } from 'vitest'
import { ConfigurationError } from '../errors.ts'
import { LoginAttempt } from './login-attempt.ts'
import { accepted, blocked, type Outcome, rejected, unavailable, unknown } from './outcome.ts'
import { createSourceChain } from './source-chain.ts'
import { defineUserSource, type SourceRules, type UserSource } from './user-source.ts'

const ANSWERS: Record<Outcome['outcome'], (name: string) => Outcome> = {
  accepted: (name) => accepted({ name: 'anna', description: `from ${name}` }),
  unknown,
  rejected: () => rejected(),
  blocked: () => blocked('locked'),
  unavailable: () => unavailable(new Error('down')),
}

function source(name: string, answer: Outcome['outcome'], rules: SourceRules = {}): UserSource {
  return defineUserSource(name, async () => ANSWERS[answer](name), rules)
}

const login = (sources: readonly UserSource[], username = 'anna') =>
  createSourceChain(sources).authenticate(new LoginAttempt({ username, password: 'correct horse' }))

describe('what one source answers, and what becomes of the login', () => {
  type Row = [
    first: Outcome['outcome'],
    rules: SourceRules,
    second: Outcome['outcome'],
    asked: string[],
    result: 'accepted by one' | 'accepted by two' | 'refused' | 'unavailable',
  ]
  const onlyFirst = ['one']
  const both = ['one', 'two']

  test.each<Row>([
    ['accepted', {}, 'accepted', onlyFirst, 'accepted by one'],
    ['accepted', {}, 'unavailable', onlyFirst, 'accepted by one'],
    ['unknown', {}, 'accepted', both, 'accepted by two'],
    ['unknown', {}, 'unknown', both, 'refused'],
    ['unknown', {}, 'rejected', both, 'refused'],
    ['unknown', {}, 'blocked', both, 'refused'],
    ['unknown', {}, 'unavailable', both, 'unavailable'],
    ['rejected', {}, 'accepted', both, 'accepted by two'],
    ['rejected', {}, 'unknown', both, 'refused'],
    ['rejected', {}, 'rejected', both, 'refused'],
    ['rejected', {}, 'unavailable', both, 'unavailable'],
    ['blocked', {}, 'accepted', onlyFirst, 'refused'],
    ['blocked', {}, 'unavailable', onlyFirst, 'refused'],
    ['unavailable', {}, 'accepted', both, 'accepted by two'],
    ['unavailable', {}, 'unknown', both, 'unavailable'],
    ['unavailable', {}, 'rejected', both, 'unavailable'],
    ['unavailable', {}, 'unavailable', both, 'unavailable'],

    // An authoritative source has the last word on a wrong password, and on nothing else.
    ['rejected', { authoritative: true }, 'accepted', onlyFirst, 'refused'],
    ['rejected', { authoritative: true }, 'unavailable', onlyFirst, 'refused'],
    ['unknown', { authoritative: true }, 'accepted', both, 'accepted by two'],
    ['unavailable', { authoritative: true }, 'accepted', both, 'accepted by two'],

    // One that stops while it is down lets nobody stand in for it.
    ['unavailable', { onUnavailable: 'stop' }, 'accepted', onlyFirst, 'unavailable'],
    ['unknown', { onUnavailable: 'stop' }, 'accepted', both, 'accepted by two'],
    ['rejected', { onUnavailable: 'stop' }, 'accepted', both, 'accepted by two'],
    ['unavailable', { onUnavailable: 'continue' }, 'accepted', both, 'accepted by two'],
  ])('%s (%o), then %s: asks %j, %s', async (first, rules, second, asked, expected) => {
    const result = await login([source('one', first, rules), source('two', second)])
    expect(result.trail.map((step) => step.source)).toEqual(asked)
    expect(result.trail.map((step) => step.outcome)).toEqual([first, second].slice(0, asked.length))
    expect(result.outcome === 'accepted' ? `accepted by ${result.source}` : result.outcome).toBe(expected)
    if (result.outcome === 'accepted') expect(result.account.description).toBe(`from ${result.source}`)
  })

  test('an outage before a block stays an outage: nobody can say what the first would have answered', async () => {
    expect((await login([source('one', 'unavailable'), source('two', 'blocked')])).outcome).toBe('unavailable')
  })

  test('with no sources, nobody is accepted', async () => {
    expect(await login([])).toEqual({ outcome: 'refused', trail: [] })
  })

  test('sources are asked one after the other, never at once', async () => {
    const order: string[] = []
    const slow = (name: string) =>
      defineUserSource(name, async () => {
        order.push(`${name} begins`)
        await new Promise((resolve) => setTimeout(resolve, 5))
        order.push(`${name} ends`)
        return null
      })
    await login([slow('one'), slow('two')])
    expect(order).toEqual(['one begins', 'one ends', 'two begins', 'two ends'])
  })
})

describe('a source that is at fault is unavailable, and the next one is asked:', () => {
  const faults: [string, () => unknown, string | RegExp][] = [
    [
      'it throws',
      () => {
        throw new Error('no route to host')
      },
      'no route to host',
    ],
    ['it rejects', () => Promise.reject(new Error('no route to host')), 'no route to host'],
    ['it rejects with a text', () => Promise.reject('no route'), 'no route'],
    ['it rejects with nothing', () => Promise.reject(), 'undefined'],
    ['it rejects with what cannot be turned into text', () => Promise.reject(Object.create(null)), /./],
    ['it answers undefined', () => undefined, /no outcome/],
    ['it answers null', () => null, /no outcome/],
    ['it answers true', () => true, /no outcome/],
    ['it answers an account, without saying that it accepts', () => ({ name: 'anna' }), /no outcome/],
    ['it answers an outcome that there is not', () => ({ outcome: 'Accepted' }), /no outcome/],
    ['it answers what every object has', () => ({ outcome: 'constructor' }), /no outcome/],
    ['it accepts nobody', () => ({ outcome: 'accepted' }), /./],
    ['it accepts somebody without a name', () => ({ outcome: 'accepted', account: { id: '1' } }), /needs a name/],
    [
      'it accepts a superuser by text',
      () => ({ outcome: 'accepted', account: { name: 'anna', superuser: 'no' } }),
      /superuser/,
    ],
  ]

  test.each(faults)('%s', async (_, authenticate, reason) => {
    const faulty = { name: 'faulty', authenticate: authenticate as UserSource['authenticate'] }
    expect(await login([faulty])).toMatchObject({
      outcome: 'unavailable',
      trail: [{ source: 'faulty', outcome: 'unavailable', reason: expect.stringMatching(reason) }],
    })
    expect(await login([faulty, source('two', 'accepted')])).toMatchObject({ outcome: 'accepted', source: 'two' })
  })

  test('it answers unavailable with a cause that cannot be turned into text', async () => {
    const odd = { name: 'odd', authenticate: async () => unavailable(Object.create(null)) }
    expect(await login([odd])).toMatchObject({ outcome: 'unavailable' })
  })

  test('what it accepts is completed and frozen, whoever made it', async () => {
    const roles = ['Viewer']
    const raw = { name: 'raw', authenticate: async () => ({ outcome: 'accepted', account: { name: 'a', roles } }) }
    const result = await login([raw as unknown as UserSource])
    roles.push('Administrator')
    expect(result).toMatchObject({ account: { id: 'a', roles: ['Viewer'], superuser: false, properties: {} } })
  })
})

describe('the deadline', () => {
  /** Never answers; says when it was told to give up. */
  function hanging(name: string, rules: SourceRules = {}) {
    const aborted: unknown[] = []
    const hangs: UserSource = {
      ...rules,
      name,
      authenticate: (_, signal) =>
        new Promise(() => signal.addEventListener('abort', () => aborted.push(signal.reason), { once: true })),
      lookup: () => new Promise(() => {}),
    }
    return { hangs, aborted }
  }

  test('makes a source that hangs unavailable, tells it to give up, and asks the next', async () => {
    const { hangs, aborted } = hanging('hangs', { deadline: '20ms' })
    const result = await login([hangs, source('two', 'accepted')])
    expect(result).toMatchObject({
      outcome: 'accepted',
      source: 'two',
      trail: [{ source: 'hangs', outcome: 'unavailable', reason: 'no answer within 20 ms' }, { source: 'two' }],
    })
    expect(aborted).toEqual([new Error('no answer within 20 ms')])
  })

  test('is that of the chain where a source has none', async () => {
    const { hangs } = hanging('hangs')
    const chain = createSourceChain([hangs], '15ms')
    const attempt = new LoginAttempt({ username: 'anna', password: 'x' })
    expect(await chain.authenticate(attempt)).toMatchObject({ trail: [{ reason: 'no answer within 15 ms' }] })
  })

  test('is not reached by a source that answers: its signal never fires', async () => {
    let signal: AbortSignal | undefined
    const quick = defineUserSource(
      'quick',
      async (_, given) => {
        signal = given
        return null
      },
      { deadline: '5ms' },
    )
    await login([quick])
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(signal?.aborted).toBe(false)
  })

  test('an answer after it is thrown away, whether it accepts or fails', async () => {
    const late = (settle: () => Outcome) =>
      ({
        name: 'late',
        deadline: '5ms',
        authenticate: async () => {
          await new Promise((resolve) => setTimeout(resolve, 20))
          return settle()
        },
      }) satisfies UserSource
    const fail = () => {
      throw new Error('failed late')
    }
    for (const settle of [() => accepted({ name: 'anna' }), fail]) {
      expect(await login([late(settle)])).toMatchObject({ outcome: 'unavailable' })
    }
    // A rejection that nobody caught would fail the run about now.
    await new Promise((resolve) => setTimeout(resolve, 40))
  })

  test('holds for looking up as well', async () => {
    const { hangs } = hanging('hangs', { deadline: '10ms' })
    expect(await createSourceChain([hangs]).lookup('hangs:1')).toMatchObject({ outcome: 'unavailable' })
  })

  test.each([0, -1, 'soon'])('cannot be %j', (deadline) => {
    expect(() => createSourceChain([source('one', 'unknown', { deadline: deadline as 1 })])).toThrow(
      /The deadline of "one" must be a positive length of time/,
    )
  })
})

describe('the trail', () => {
  test('says of every source that was asked what it answered, why, and how long it took', async () => {
    const { trail } = await login([
      source('one', 'unknown'),
      source('two', 'rejected'),
      source('three', 'unavailable'),
      source('four', 'blocked'),
      source('five', 'accepted'),
    ])
    const milliseconds = expect.any(Number)
    expect(trail).toEqual([
      { source: 'one', outcome: 'unknown', milliseconds },
      { source: 'two', outcome: 'rejected', milliseconds },
      { source: 'three', outcome: 'unavailable', reason: 'down', milliseconds },
      { source: 'four', outcome: 'blocked', reason: 'locked', milliseconds },
    ])
  })

  test('has no password, no account and no cause in it', async () => {
    const { trail } = await login([source('one', 'unavailable'), source('two', 'accepted')])
    expect(JSON.stringify(trail)).not.toContain('correct horse')
    for (const step of trail) expect(Object.keys(step)).not.toContain('account')
    for (const step of trail) expect(Object.keys(step)).not.toContain('cause')
  })
})

describe('looking up', () => {
  const lookup = async (accountId: string) => (accountId === 'a:b' ? accepted({ name: accountId }) : unknown())
  const chain = createSourceChain([
    defineUserSource('local', async () => null, { lookup }),
    defineUserSource('kiosk', async () => null),
    defineUserSource('down', async () => null, { lookup: () => Promise.reject(new Error('down')) }),
    defineUserSource('odd', async () => null, { lookup: async () => ({ name: 'anna' }) as never }),
  ])

  test('asks the home of the identity alone, with the id within it', async () => {
    expect(await chain.lookup('local:a:b')).toMatchObject({ outcome: 'accepted', account: { id: 'a:b' } })
    expect(await chain.lookup('local:c')).toEqual({ outcome: 'unknown' })
  })

  test('finds nobody of a source that is no longer there', async () => {
    for (const id of ['gone:1', ':1', 'local', '', '__proto__:1']) {
      expect(await chain.lookup(id), id).toEqual({ outcome: 'unknown' })
    }
    expect(chain.hasSource('gone')).toBe(false)
    expect(chain.hasSource('local')).toBe(true)
  })

  test('has no answer where a source cannot tell without a password', async () => {
    expect(await chain.lookup('kiosk:1')).toBeNull()
  })

  test('in a source that is at fault is an outage', async () => {
    expect(await chain.lookup('down:1')).toMatchObject({ outcome: 'unavailable' })
    expect(await chain.lookup('odd:1')).toMatchObject({ outcome: 'unavailable' })
  })
})

describe('is refused when it is put together:', () => {
  test('two sources of one name, since their people would be the same', () => {
    expect(() => createSourceChain([source('one', 'unknown'), source('one', 'accepted')])).toThrow(
      'Two sources are called "one"',
    )
  })

  test.each([
    ['no list', source('one', 'unknown')],
    ['undefined', undefined],
    ['a hole', [undefined]],
    ['a function', [async () => null]],
    ['a source without a name', [{ authenticate: async () => null }]],
    ['a source without authenticate', [{ name: 'one' }]],
  ])('%s', (_, sources) => {
    // What is left out of createAuth is an empty list before it comes here.
    expect(() => createSourceChain(sources as never)).toThrow(ConfigurationError)
  })

  test('the list of sources cannot be changed afterwards', () => {
    const chain = createSourceChain([source('one', 'unknown')])
    expect(() => (chain.sources as UserSource[]).push(source('two', 'accepted'))).toThrow(TypeError)
  })
})
