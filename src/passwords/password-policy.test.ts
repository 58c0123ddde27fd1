import { dictionary } from '@zxcvbn-ts/language-common'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ConfigurationError, PasswordRefusedError } from '../errors.ts'
import { createPasswordPolicy, type PasswordPolicy } from './password-policy.ts'

const policy = createPasswordPolicy()

/** The message of the refusal, or `undefined` when the password passes. */
async function refusal(password: string, of: PasswordPolicy = policy, username?: string): Promise<string | undefined> {
  try {
    await of.check(password, username === undefined ? undefined : { username })
    return undefined
  } catch (error) {
    expect(error).toBeInstanceOf(PasswordRefusedError)
    return (error as Error).message
  }
}

describe('length', () => {
  test('eight characters are the least', async () => {
    expect(await refusal('zq4kv8p')).toBe('The password must have at least 8 characters.')
    expect(await refusal('zq4kv8pw')).toBeUndefined()
  })

  test('a character is a code point after NFKC, whatever it takes to write it', async () => {
    expect(await refusal('🦔'.repeat(7))).toMatch(/at least 8/)
    expect(await refusal('🦔'.repeat(8))).toBeUndefined()
    expect(await refusal('ü'.repeat(7).normalize('NFD'))).toMatch(/at least 8/)
    expect(await refusal('ü'.repeat(8).normalize('NFD'))).toBeUndefined()
  })

  test('the least length can be configured from 1 to 64', async () => {
    expect(await refusal('zq4kv8pw', createPasswordPolicy({ minLength: 15 }))).toMatch(/at least 15 characters/)
    expect(await refusal('', createPasswordPolicy({ minLength: 1 }))).toMatch(/at least 1 character\./)
    expect(await refusal('ß', createPasswordPolicy({ minLength: 1 }))).toBeUndefined()
    for (const minLength of [0, -1, 7.5, 65, Number.NaN]) {
      expect(() => createPasswordPolicy({ minLength })).toThrow(ConfigurationError)
    }
  })

  test('1,024 bytes are the most', async () => {
    expect(await refusal('zq4kv8pw'.repeat(128))).toBeUndefined()
    expect(await refusal(`${'zq4kv8pw'.repeat(128)}z`)).toMatch(/longer than 1024 bytes/)
    expect(await refusal('🦔'.repeat(257))).toMatch(/longer than 1024 bytes/)
  })
})

test('a NUL and half a surrogate pair are refused', async () => {
  expect(await refusal('zq4kv8pw\0')).toMatch(/NUL/)
  expect(await refusal('zq4kv8pw\ud83e')).toMatch(/not valid text/)
})

describe('common passwords', () => {
  test('are refused, in any case and any spelling', async () => {
    for (const password of ['password', 'PassWord', 'password123', 'qwertyuiop', '12345678', 'ｐａｓｓｗｏｒｄ']) {
      expect(await refusal(password)).toMatch(/most common/)
    }
  })

  test('are the whole published list, far more than the 3,000 that OWASP asks for', { timeout: 60_000 }, async () => {
    const longEnough = dictionary['passwords-common'].filter((password) => password.length >= 8)
    expect(longEnough.length).toBeGreaterThan(3000)
    for (const password of longEnough) expect(await refusal(password)).toMatch(/most common/)
  })

  test('are compared as a whole: one inside a longer password is no reason', async () => {
    expect(await refusal('password and three hedgehogs')).toBeUndefined()
  })

  test('may be allowed', async () => {
    expect(await refusal('password', createPasswordPolicy({ common: 'allow' }))).toBeUndefined()
  })
})

test('the user name is refused as a password, in any case and any spelling', async () => {
  expect(await refusal('Jürgen.Müller', policy, 'jürgen.müller')).toMatch(/user name/)
  expect(await refusal('jürgen.müller'.normalize('NFD'), policy, 'JÜRGEN.MÜLLER')).toMatch(/user name/)
  expect(await refusal('jürgen.müller', policy, 'jürgen.müller'.normalize('NFD'))).toMatch(/user name/)
  expect(await refusal('jürgen.müller1', policy, 'jürgen.müller')).toBeUndefined()
  expect(await refusal('jürgen.müller')).toBeUndefined()
})

test('there are no rules about which characters: any long text passes', { timeout: 60_000 }, async () => {
  const text = fc.string({ unit: 'binary', minLength: 20, maxLength: 40 }).filter((text) => !text.includes('\0'))
  await fc.assert(
    fc.asyncProperty(text, async (password) => {
      fc.pre(Array.from(password.normalize('NFKC')).length >= 8)
      expect(await refusal(password)).toBeUndefined()
    }),
  )
  for (const password of ['        ', 'zzzzzzzzzzzzzzzzzzzz', 'онегин онегин', '4711 0815 42']) {
    expect(await refusal(password)).toBeUndefined()
  }
})

test('no message repeats the password', async () => {
  const messages = await Promise.all([
    refusal('zqk'),
    refusal('zqk'.repeat(400)),
    refusal('zqkzqkzqk\0'),
    refusal('zqkzqkzqk\ud800'),
    refusal('zqkzqkzqk', policy, 'zqkzqkzqk'),
    refusal('iloveyou'),
  ])
  for (const message of messages) expect(message).toMatch(/^(?!.*(zqk|iloveyou))The password /)
})

describe('profiles', () => {
  test.each([
    [{}, 8],
    [{ profile: 'asvs-5' }, 8],
    [{ profile: 'nist-63b-4' }, 15],
    [{ profile: 'nist-63b-4', secondFactor: true }, 8],
    [{ profile: 'nist-63b-4', secondFactor: false, minLength: 12 }, 12],
  ] as const)('%j asks for %i characters', async (options, least) => {
    const own = createPasswordPolicy(options)
    const password = 'zq4kv8pw2mx7rt9'
    expect(await refusal(password.slice(0, least - 1), own)).toBe(
      `The password must have at least ${least} characters.`,
    )
    expect(await refusal(password.slice(0, least), own)).toBeUndefined()
  })

  test('unknown ones are refused', () => {
    expect(() => createPasswordPolicy({ profile: 'nist' as 'asvs-5' })).toThrow(ConfigurationError)
    expect(() => createPasswordPolicy({ isBreached: true as never })).toThrow(ConfigurationError)
  })
})

describe('passwords from breaches', () => {
  // The SHA-1 hash of 'zq4kv8pw2mx7rt9', in its two parts.
  const [PREFIX, SUFFIX] = ['8E3D8', 'CE21812D9CD4CEFAE0D84AC1EB15CD626D2']

  test('are refused, and the function gets the hash in two parts', async () => {
    const questions: unknown[] = []
    const own = createPasswordPolicy({
      async isBreached({ prefix, suffix }) {
        questions.push({ prefix, suffix })
        return prefix === PREFIX && suffix === SUFFIX
      },
    })
    expect(await refusal('zq4kv8pw2mx7rt9', own)).toBe('The password is known from a breach of another service.')
    expect(await refusal('zq4kv8pw2mx7rt8', own)).toBeUndefined()
    expect(questions).toHaveLength(2)
    expect(questions[0]).toEqual({ prefix: PREFIX, suffix: SUFFIX })
  })

  test('are taken with a warning when the function fails', async () => {
    const warned = new Promise<Error>((resolve) => process.once('warning', resolve))
    const own = createPasswordPolicy({ isBreached: async () => Promise.reject(new Error('down')) })
    expect(await refusal('zq4kv8pw2mx7rt9', own)).toBeUndefined()
    expect(await warned).toMatchObject({ code: 'OSTIARY_BREACHES_UNKNOWN' })
  })
})
