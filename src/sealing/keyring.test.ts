import { inspect } from 'node:util'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ConfigurationError } from '../errors.ts'
import { createKeyring, generateSecret, readSecrets } from './keyring.ts'
import { seal, unseal } from './seal.ts'

const PURPOSE = { application: 'app', purpose: 'session' }
const [older, old, fresh] = [generateSecret(), generateSecret(), generateSecret()]

describe('rotation', () => {
  test('the first secret seals, all of them unseal', () => {
    const ring = createKeyring([fresh, old, older], PURPOSE)
    for (const secret of [older, old, fresh]) {
      expect(unseal(ring, seal(createKeyring([secret], PURPOSE), `by ${secret}`))).toBe(`by ${secret}`)
    }
    expect(unseal(createKeyring([fresh], PURPOSE), seal(ring, 'new'))).toBe('new')
    expect(unseal(createKeyring([old, older], PURPOSE), seal(ring, 'new'))).toBeUndefined()
  })

  test('what a removed secret sealed is refused', () => {
    const sealed = seal(createKeyring([old], PURPOSE), 'text')
    expect(unseal(createKeyring([fresh, old], PURPOSE), sealed)).toBe('text')
    expect(unseal(createKeyring([fresh], PURPOSE), sealed)).toBeUndefined()
  })

  test('nodes that put the secrets in different orders understand each other', () => {
    const [one, other] = [createKeyring([old, fresh], PURPOSE), createKeyring([fresh, old], PURPOSE)]
    expect(unseal(one, seal(other, 'text'))).toBe('text')
    expect(unseal(other, seal(one, 'text'))).toBe('text')
  })

  test('without a secret there is no ring', () => {
    expect(() => createKeyring([], PURPOSE)).toThrow(ConfigurationError)
  })
})

describe('derivation', () => {
  const keysOf = (secret: string, application: string, purpose: string) => {
    const { id, key } = createKeyring([secret], { application, purpose }).current
    return { id, key: key.export().toString('hex') }
  }

  test('one secret gives the same key in every process', () => {
    expect(keysOf(fresh, 'app', 'session')).toEqual(keysOf(fresh, 'app', 'session'))
  })

  test('key and id differ by secret, application and purpose, wherever the names are cut', () => {
    const all = [
      keysOf(fresh, 'app', 'session'),
      keysOf(old, 'app', 'session'),
      keysOf(fresh, 'barn', 'session'),
      keysOf(fresh, 'app', 'reset'),
      keysOf(fresh, 'session', 'app'),
      keysOf(fresh, 'appsession', ''),
      keysOf(fresh, '', 'sessionapp'),
      keysOf(fresh, 'app","session', ''),
    ]
    expect(new Set(all.map(({ key }) => key)).size).toBe(all.length)
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length)
  })

  test('a ring that is logged shows no secret and no key', () => {
    const ring = createKeyring([fresh], PURPOSE)
    const shown = inspect(ring, { depth: 10, showHidden: true }) + JSON.stringify(ring)
    const key = ring.current.key.export()
    for (const hidden of [fresh, key.toString('hex'), key.toString('base64'), key.toString('base64url')]) {
      expect(shown).not.toContain(hidden)
    }
  })
})

describe('secrets', () => {
  test.each([
    ['one', fresh, [fresh]],
    ['several with commas', `${fresh},${old}`, [fresh, old]],
    ['spaces and a comma too many', ` ${fresh} , ${old},`, [fresh, old]],
    ['a list', [fresh, old, older], [fresh, old, older]],
    ['exactly 32 characters', 'kJ8vQ2nR5tYwXz4bC7mLpAsDfGhE9uN1', ['kJ8vQ2nR5tYwXz4bC7mLpAsDfGhE9uN1']],
  ])('%s', (_name, given, read) => {
    expect(readSecrets(given)).toEqual(read)
  })

  test.each([
    ['none', '', 'empty'],
    ['only commas', ' , ,', 'empty'],
    ['an empty list', [], 'empty'],
    ['31 characters', 'kJ8vQ2nR5tYwXz4bC7mLpAsDfGhE9uN', 'too short'],
    ['32 only with the spaces around it', ' kJ8vQ2nR5tYwXz4bC7mLpAsDfGhE9uN', 'too short'],
    ['a good one and a short one', [fresh, 'short'], 'Session secret 2 of 2 is too short'],
    ['one character', 'x'.repeat(64), 'can be guessed'],
    ['a few characters over and over', 'abcd1234'.repeat(8), 'can be guessed'],
    ['an example', 'change-me-change-me-change-me-1234', 'can be guessed'],
    ['another example', 'please_CHANGE_ME_before_production!', 'can be guessed'],
    ['what is in the documentation', 'this-is-an-example-of-a-long-value', 'can be guessed'],
    ['what is easy to type', 'my-super-secret-session-key-2024-xyz', 'can be guessed'],
    ['a password', 'Password1-Password2-Password3-Pass', 'can be guessed'],
    ['the alphabet', 'abcdefghijklmnopqrstuvwxyzABCDEFG', 'can be guessed'],
    ['digits in a row', '0123456789abcdef0123456789abcdef', 'can be guessed'],
    ['twice the same', `${fresh},${old},${fresh}`, 'Session secret 3 of 3 stands in the list twice'],
  ])('weak: %s', (_name, given, complaint) => {
    expect(() => readSecrets(given)).toThrow(ConfigurationError)
    expect(() => readSecrets(given)).toThrow(complaint)
  })

  test('a complaint says what to do, and never shows the secret', () => {
    for (const weak of ['short-Kq7', 'x'.repeat(40), 'my-super-secret-session-key-2024-xyz']) {
      let message = ''
      try {
        readSecrets(weak)
      } catch (error) {
        message = String(error)
      }
      expect(message).toContain('npx ostiary secret')
      expect(message).not.toContain(weak)
    }
  })

  test('a generated secret is 256 random bits that no two share, and passes', () => {
    const secrets = Array.from({ length: 5000 }, generateSecret)
    expect(new Set(secrets).size).toBe(5000)
    for (const secret of secrets) {
      expect(Buffer.from(secret, 'base64url')).toHaveLength(32)
      expect(readSecrets(secret)).toEqual([secret])
    }
  })

  test('whatever is given, it is read or refused with a sentence', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (text) => {
        try {
          return readSecrets(text).every((secret) => secret.length >= 32)
        } catch (error) {
          return error instanceof ConfigurationError
        }
      }),
    )
  })
})
