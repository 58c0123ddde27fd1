import { afterEach, describe, expect, test, vi } from 'vitest'
import { ConfigurationError } from '../errors.ts'
import { generateSecret, type Keyring } from './keyring.ts'
import { reloadableKeyring } from './reloadable-keyring.ts'
import { seal, unseal } from './seal.ts'
import type { SessionSecret } from './secret-source.ts'

afterEach(() => vi.restoreAllMocks())

const [old, fresh] = [generateSecret(), generateSecret()]
const atHand = (secret: SessionSecret | undefined, application = 'app', production = true) =>
  reloadableKeyring({ deferred: false, read: () => secret }, application, production)
const understand = (one: Keyring, other: Keyring) => unseal(other, seal(one, 'text')) === 'text'

test('the secret that is given makes the keys, in production and elsewhere', () => {
  const secret = generateSecret()
  const [one, other] = [atHand(secret), atHand([secret], 'app', false)]
  expect(understand(one.inForce(), other.inForce())).toBe(true)
  expect(understand(one.inForce(), atHand(secret, 'barn').inForce())).toBe(false)
})

test.each([undefined, ''])('in production a missing secret (%j) is an error that says what to do', (secret) => {
  expect(() => atHand(secret)).toThrow(ConfigurationError)
  expect(() => atHand(secret)).toThrow('`npx ostiary secret`')
})

test.each([[true], [false]])('a weak secret is an error at once (production: %j)', (production) => {
  expect(() => atHand('short', 'app', production)).toThrow(ConfigurationError)
})

test('while developing, one is made up at the first need: one for each, once, with a warning', async () => {
  const warning = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
  const [one, other] = [atHand(undefined, 'app', false), atHand(undefined, 'app', false)]
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
    const keys = reloadableKeyring({ deferred: true, read }, 'app', false)
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
      const keys = reloadableKeyring({ deferred: true, read: async () => secret as string }, 'app', false)
      await expect(keys.ready()).rejects.toThrow(ConfigurationError)
      expect(keys.inForce).toThrow(ConfigurationError)
    },
  )
})

describe('reloading', () => {
  test('reads the secret where it was read before, and switches all who ask for the ring', async () => {
    const given = { secret: old }
    const keys = reloadableKeyring({ deferred: false, read: () => given.secret }, 'app', true)
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
    const keys = reloadableKeyring({ deferred: false, read: () => given.secret }, 'app', true)
    const before = keys.inForce()
    await expect(keys.reload(secret)).rejects.toThrow(ConfigurationError)
    given.secret = secret
    await expect(keys.reload()).rejects.toThrow(ConfigurationError)
    expect(keys.inForce()).toBe(before)
  })

  test('makes up none where there was one', async () => {
    const given: { secret: string | undefined } = { secret: old }
    const keys = reloadableKeyring({ deferred: false, read: () => given.secret }, 'app', false)
    given.secret = undefined
    await expect(keys.reload()).rejects.toThrow('where there was one before')
  })

  test('replaces one that was made up, which does not come back', async () => {
    vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    const keys = atHand(undefined, 'app', false)
    await keys.ready()
    await keys.reload(fresh)
    expect(understand(keys.inForce(), atHand(fresh).inForce())).toBe(true)
    await expect(keys.reload()).rejects.toThrow('where there was one before')
  })

  test('of two readings, the one that began last counts, whichever ends last', async () => {
    const answers: ((secret: string) => void)[] = []
    const read = () => new Promise<string>((resolve) => void answers.push(resolve))
    const keys = reloadableKeyring({ deferred: true, read }, 'app', true)
    const [first, second] = [keys.reload(), keys.reload()]
    answers[1]?.(fresh)
    const inForce = await second
    answers[0]?.(old)
    expect(await first).toBe(inForce)
    expect(keys.inForce()).toBe(inForce)
    expect(understand(inForce, atHand(fresh).inForce())).toBe(true)
  })
})
