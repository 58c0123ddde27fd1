import { afterEach, describe, expect, test, vi } from 'vitest'
import { ConfigurationError } from '../errors.ts'
import { generateSecret, type Keyring } from './keyring.ts'
import { seal, unseal } from './seal.ts'
import type { SessionSecret } from './secret-source.ts'
import { sessionKeyring } from './session-keyring.ts'

afterEach(() => vi.restoreAllMocks())

const [old, fresh] = [generateSecret(), generateSecret()]
const atHand = (secret: SessionSecret | undefined, application = 'house', production = true) =>
  sessionKeyring({ deferred: false, read: () => secret }, application, production)
const understand = (one: Keyring, other: Keyring) => unseal(other, seal(one, 'text')) === 'text'

test('the secret that is given makes the keys, in production and elsewhere', () => {
  const secret = generateSecret()
  const [one, other] = [atHand(secret), atHand([secret], 'house', false)]
  expect(understand(one.inForce(), other.inForce())).toBe(true)
  expect(understand(one.inForce(), atHand(secret, 'barn').inForce())).toBe(false)
})

test.each([undefined, ''])('in production a missing secret (%j) is an error that says what to do', (secret) => {
  expect(() => atHand(secret)).toThrow(ConfigurationError)
  expect(() => atHand(secret)).toThrow('`npx ostiary secret`')
})

test.each([[true], [false]])('a weak secret is an error at once (production: %j)', (production) => {
  expect(() => atHand('short', 'house', production)).toThrow(ConfigurationError)
})

test('while developing, one is made up at the first need: one for each, once, with a warning', async () => {
  const warning = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
  const [one, other] = [atHand(undefined, 'house', false), atHand(undefined, 'house', false)]
  expect(warning).not.toHaveBeenCalled()
  expect(understand(one.inForce(), one.inForce())).toBe(true)
  await one.ready()
  await one.reload()
  const expected = { type: 'OstiaryWarning', code: 'OSTIARY_MADE_UP_SECRET' }
  expect(warning).toHaveBeenCalledExactlyOnceWith(expect.any(String), expected)
  expect(understand(one.inForce(), other.inForce())).toBe(false)
})

describe('a deferred secret', () => {
  test('is read by ready(), once, and used by nobody before', async () => {
    const read = vi.fn(async () => fresh)
    const keys = sessionKeyring({ deferred: true, read }, 'house', false)
    expect(keys.inForce).toThrow('await auth.ready() first')
    expect(read).not.toHaveBeenCalled()
    await keys.ready()
    await keys.ready()
    expect(read).toHaveBeenCalledTimes(1)
    expect(understand(keys.inForce(), atHand(fresh).inForce())).toBe(true)
  })

  test.each(['', ' \n', 'short', undefined, 7, Buffer.from(fresh)])(
    'that is %j is an error, in development too, and none is made up',
    async (secret) => {
      const keys = sessionKeyring({ deferred: true, read: async () => secret as string }, 'house', false)
      await expect(keys.ready()).rejects.toThrow(ConfigurationError)
      expect(keys.inForce).toThrow(ConfigurationError)
    },
  )
})

describe('reloading', () => {
  test('reads the secret where it was read before, and switches all who ask for the ring', async () => {
    const given = { secret: old }
    const keys = sessionKeyring({ deferred: false, read: () => given.secret }, 'house', true)
    const before = keys.inForce()
    given.secret = `${fresh}\n${old}\n`
    expect(await keys.reload()).toBe(keys.inForce())
    expect(keys.inForce().ids).toEqual([atHand(fresh).inForce().current.id, before.current.id])
    expect(understand(before, keys.inForce())).toBe(true)
    expect(understand(keys.inForce(), before)).toBe(false)
  })

  test.each<[string, SessionSecret]>([
    ['nothing', ''],
    ['a short one', 'short'],
    ['an example', 'please-change-me-please-change-me-7'],
    ['a good one and a short one', [fresh, 'short']],
    ['one twice', `${fresh},${old},${fresh}`],
    ['none in a list', []],
  ])('with %s is an error, and the ring in force stays', async (_, secret) => {
    const given: { secret: SessionSecret } = { secret: old }
    const keys = sessionKeyring({ deferred: false, read: () => given.secret }, 'house', true)
    const before = keys.inForce()
    await expect(keys.reload(secret)).rejects.toThrow(ConfigurationError)
    given.secret = secret
    await expect(keys.reload()).rejects.toThrow(ConfigurationError)
    expect(keys.inForce()).toBe(before)
  })

  test('makes up none where there was one', async () => {
    const given: { secret: string | undefined } = { secret: old }
    const keys = sessionKeyring({ deferred: false, read: () => given.secret }, 'house', false)
    given.secret = undefined
    await expect(keys.reload()).rejects.toThrow('where there was one before')
  })

  test('replaces one that was made up, which does not come back', async () => {
    vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    const keys = atHand(undefined, 'house', false)
    await keys.ready()
    await keys.reload(fresh)
    expect(understand(keys.inForce(), atHand(fresh).inForce())).toBe(true)
    await expect(keys.reload()).rejects.toThrow('where there was one before')
  })

  test('of two readings, the one that began last counts, whichever ends last', async () => {
    const answers: ((secret: string) => void)[] = []
    const read = () => new Promise<string>((resolve) => void answers.push(resolve))
    const keys = sessionKeyring({ deferred: true, read }, 'house', true)
    const [first, second] = [keys.reload(), keys.reload()]
    answers[1]?.(fresh)
    const inForce = await second
    answers[0]?.(old)
    expect(await first).toBe(inForce)
    expect(keys.inForce()).toBe(inForce)
    expect(understand(inForce, atHand(fresh).inForce())).toBe(true)
  })
})
