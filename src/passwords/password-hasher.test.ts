import { hash as bcryptHash, verify as bcryptVerify } from '@node-rs/bcrypt'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ConfigurationError, HashingBusyError, PasswordRefusedError, UnsupportedHashError } from '../errors.ts'
import { createPasswordHasher, type PasswordHasherOptions } from './password-hasher.ts'
import type { StoredHash } from './read-stored-hash.ts'

const WEAK = { argon2: { memoryKiB: 8, iterations: 1, parallelism: 1 }, allowWeak: true } as const

/** A quick hasher that also notes every hash it computes. */
function observedHasher(options: PasswordHasherOptions = {}) {
  const hashes: StoredHash[] = []
  return { hasher: createPasswordHasher({ ...WEAK, onHash: (hash) => hashes.push(hash), ...options }), hashes }
}

const { hasher } = observedHasher()
const UNUSABLE = ['x'.repeat(1025), '\u{fdfa}'.repeat(32), 'correct\ud800horse', '\udc00'] as const
const right = { matches: true, outdated: false }
const wrong = { matches: false, outdated: false }

describe('argon2id', () => {
  test('a new hash has the parameters that OWASP asks for, 16 bytes of salt and 32 of output', async () => {
    const stored = await createPasswordHasher().hash('correct horse')
    expect(stored).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/)
    expect(await createPasswordHasher().verify('correct horse', stored)).toEqual(right)
    expect(await createPasswordHasher().verify('Correct horse', stored)).toEqual(wrong)
  })

  test('configured parameters are those of the hash', async () => {
    const argon2 = { memoryKiB: 32, iterations: 3, parallelism: 2 }
    expect(await createPasswordHasher({ argon2, allowWeak: true }).hash('x')).toContain('$m=32,t=3,p=2$')
  })

  test('the same password never has the same hash twice', async () => {
    const hashes = await Promise.all(Array.from({ length: 20 }, () => hasher.hash('correct horse')))
    expect(new Set(hashes).size).toBe(20)
  })

  test('every spelling of a password verifies, and no other password does', { timeout: 60_000 }, async () => {
    const text = fc.string({ unit: 'binary', maxLength: 20 })
    await fc.assert(
      fc.asyncProperty(text, text, async (password, other) => {
        const stored = await hasher.hash(password)
        for (const form of ['NFC', 'NFD', 'NFKC', 'NFKD'] as const) {
          expect(await hasher.verify(password.normalize(form), stored)).toEqual(right)
        }
        const isSame = password.normalize('NFKC') === other.normalize('NFKC')
        expect(await hasher.verify(other, stored)).toEqual(isSame ? right : wrong)
      }),
    )
  })

  test('nothing is trimmed, cut short or changed in case', async () => {
    const stored = await hasher.hash('Correct horse')
    for (const other of ['Correct horse ', ' Correct horse', 'correct horse', 'Correct hors', 'Correct horse\0']) {
      expect(await hasher.verify(other, stored)).toEqual(wrong)
    }
    const long = await hasher.hash('x'.repeat(1024))
    expect(await hasher.verify('x'.repeat(1024), long)).toEqual(right)
    expect(await hasher.verify('x'.repeat(1023), long)).toEqual(wrong)
    expect(await hasher.verify('x'.repeat(1025), long)).toEqual(wrong)
  })
})

describe('hashes that others made', () => {
  // From the tests of the reference implementation of argon2.
  test.each([
    '$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4',
    '$argon2i$v=19$m=256,t=2,p=1$c29tZXNhbHQ$iekCn0Y3spW+sCcFanM2xBT63UP2sghkUoHLIUpWRS8',
    '$argon2i$v=16$m=256,t=2,p=1$c29tZXNhbHQ$/U3YPXYsSb3q9XxHvc0MLxur+GP960kN9j7emXX8zwY',
    '$argon2i$m=256,t=2,p=1$c29tZXNhbHQ$/U3YPXYsSb3q9XxHvc0MLxur+GP960kN9j7emXX8zwY',
  ])('argon2 verifies and is outdated: %s', async (stored) => {
    expect(await hasher.verify('password', stored)).toEqual({ matches: true, outdated: true })
    expect(await hasher.verify('passwort', stored)).toEqual({ matches: false, outdated: true })
  })

  // From crypt(3), and the first of crypt_blowfish's own test vectors.
  test.each([
    ['correct horse battery staple', '$2b$12$abcdefghijklmnopqrstuu0sDWleciW5uGBGYwxpcgAsh9WK4bWNy'],
    ['Grüße', '$2y$04$abcdefghijklmnopqrstuuzzfwLY11Q0O66TF2XZ7FUib2Ngtn1va'],
    ['Grüße', '$2b$04$abcdefghijklmnopqrstuuzzfwLY11Q0O66TF2XZ7FUib2Ngtn1va'],
    ['U*U', '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW'],
  ])('bcrypt verifies and is outdated: %s', async (password, stored) => {
    expect(await hasher.verify(password, stored)).toEqual({ matches: true, outdated: true })
    expect(await hasher.verify(`${password}!`, stored)).toEqual({ matches: false, outdated: true })
  })

  test('against bcrypt a password counts as it was typed', async () => {
    const decomposed = 'Grüße'.normalize('NFD')
    const stored = await bcryptHash(decomposed, { cost: 4 })
    expect(await hasher.verify(decomposed, stored)).toMatchObject({ matches: true })
    expect(await hasher.verify('Grüße', stored)).toMatchObject({ matches: false })
  })

  test('bcrypt reads 72 bytes and no more', async () => {
    const stored = '$2b$04$abcdefghijklmnopqrstuubzadhGtS2zEF.gu0yd0opP6cVzb.e0i'
    expect(await hasher.verify('x'.repeat(72), stored)).toMatchObject({ matches: true })
    expect(await hasher.verify(`${'x'.repeat(72)}y`, stored)).toMatchObject({ matches: true })
    expect(await hasher.verify('x'.repeat(71), stored)).toMatchObject({ matches: false })
  })

  test('a password with a NUL never matches a bcrypt hash, not even where bcrypt itself would say yes', async () => {
    const stored = await bcryptHash('a', { cost: 4 })
    expect(await bcryptVerify('a\0a', stored)).toBe(true)
    for (const password of ['a\0a', 'a\0b', 'a\0', '\0a']) {
      expect(await hasher.verify(password, stored)).toEqual({ matches: false, outdated: true })
    }
    const withNul = await bcryptHash('a\0b', { cost: 4 })
    expect(await hasher.verify('a\0b', withNul)).toEqual({ matches: false, outdated: true })
  })
})

describe('what cannot be checked', () => {
  test.each([
    '$argon2id$v=19$m=262145,t=2,p=1$AAECAwQFBgcICQoLDA0ODw$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4',
    '$argon2id$v=19$m=19456,t=4294967295,p=1$AAECAwQFBgcICQoLDA0ODw$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4',
    '$argon2id$v=19$m=19456,t=2,p=9$AAECAwQFBgcICQoLDA0ODw$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4',
    '$2b$15$abcdefghijklmnopqrstuu0sDWleciW5uGBGYwxpcgAsh9WK4bWNy',
  ])('a stored hash over the ceiling is refused before anything is computed: %s', async (stored) => {
    const { hasher, hashes } = observedHasher()
    await expect(hasher.verify('x', stored)).rejects.toThrow(UnsupportedHashError)
    expect(hashes).toEqual([])
    expect(hasher.stats.computed).toBe(0)
  })

  test('a damaged hash never matches and is at most refused as unsupported', { timeout: 60_000 }, async () => {
    const made = [await hasher.hash('correct horse'), await bcryptHash('correct horse', { cost: 4 })]
    const position = fc.nat(200)
    const damage = fc.record({
      original: fc.constantFrom(...made),
      at: position,
      remove: fc.nat(3),
      insert: fc.oneof(
        fc.constantFrom(...'$,=mtpv0123456789+/.'),
        fc.string({ maxLength: 3 }),
        fc.string({ unit: 'binary', maxLength: 3 }),
      ),
    })
    await fc.assert(
      fc.asyncProperty(damage, async ({ original, at, remove, insert }) => {
        const start = at % original.length
        const damaged = original.slice(0, start) + insert + original.slice(start + remove)
        // $2a$, $2b$ and $2y$ are names for one and the same computation.
        fc.pre(damaged.replace(/^\$2[aby]/, '$2b') !== original)
        await expectNoMatch(damaged)
      }),
      { numRuns: 1000 },
    )
  })

  test('whatever text is stored, it never matches and is at most refused as unsupported', async () => {
    const text = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.stringMatching(/^\$argon2id?\$v=1[69]\$.*$/))
    await fc.assert(fc.asyncProperty(text, expectNoMatch))
  })

  async function expectNoMatch(stored: string): Promise<void> {
    const { hasher } = observedHasher({ ceiling: { memoryKiB: 1024, bcryptCost: 5 } })
    const answer = await hasher.verify('correct horse', stored).catch((error: unknown) => error)
    if (answer instanceof Error) expect(answer).toBeInstanceOf(UnsupportedHashError)
    else expect(answer).toMatchObject({ matches: false })
  }

  test.each(UNUSABLE)('a password that could never be verified gets no hash', async (password) => {
    const { hasher, hashes } = observedHasher()
    await expect(hasher.hash(password)).rejects.toThrow(PasswordRefusedError)
    expect(hashes).toEqual([])
  })
})

describe('every call computes exactly one hash', () => {
  const live = { algorithm: 'argon2id', version: 19, memoryKiB: 16, iterations: 2, parallelism: 1 }
  const observed = () => observedHasher({ argon2: { memoryKiB: 16, iterations: 2 } })

  test('hashing', async () => {
    const { hasher, hashes } = observed()
    await hasher.hash('correct horse')
    expect(hashes).toEqual([expect.objectContaining(live)])
    expect(hasher.stats).toEqual({ computed: 1, running: 0, queued: 0 })
  })

  test.each(['correct horse', 'wrong'])('verifying, at the cost of the stored hash: %s', async (password) => {
    const { hasher, hashes } = observed()
    const stored = await createPasswordHasher({ argon2: { memoryKiB: 24 }, allowWeak: true }).hash('correct horse')
    await hasher.verify(password, stored)
    expect(hashes).toEqual([expect.objectContaining({ ...live, memoryKiB: 24, text: stored })])
    expect(hasher.stats.computed).toBe(1)
  })

  test('verifying against bcrypt', async () => {
    const { hasher, hashes } = observed()
    const text = await bcryptHash('correct horse', { cost: 4 })
    await hasher.verify('wrong', text)
    expect(hashes).toEqual([{ algorithm: 'bcrypt', cost: 4, text }])
  })

  test.each(['', 'correct horse', ...UNUSABLE])('refusing, with the parameters of new hashes', async (password) => {
    const { hasher, hashes } = observed()
    await expect(hasher.refuse(password)).resolves.toBeUndefined()
    expect(hashes).toEqual([expect.objectContaining({ ...live, saltBytes: 16, outputBytes: 32 })])
    expect(hasher.stats.computed).toBe(1)
  })

  test.each(UNUSABLE)(
    'verifying a password that cannot be right, with the parameters of new hashes',
    async (password) => {
      const { hasher, hashes } = observed()
      const argon2 = await createPasswordHasher(WEAK).hash('correct horse')
      const bcrypt = await bcryptHash('correct horse', { cost: 4 })
      expect(await hasher.verify(password, argon2)).toMatchObject({ matches: false })
      expect(await hasher.verify(password, bcrypt)).toMatchObject({ matches: false })
      expect(hashes).toEqual([expect.objectContaining(live), expect.objectContaining(live)])
    },
  )

  test('verifying a NUL against bcrypt, with the parameters of new hashes', async () => {
    const { hasher, hashes } = observed()
    await hasher.verify('a\0', await bcryptHash('a', { cost: 4 }))
    expect(hashes).toEqual([expect.objectContaining(live)])
  })

  test('the stand-in for a password that cannot be right opens no door', async () => {
    const stored = await hasher.hash('stand-in')
    for (const password of UNUSABLE) expect(await hasher.verify(password, stored)).toEqual(wrong)
  })
})

describe('the queue', () => {
  test('hash, verify and refuse share one, and what does not fit is told so', async () => {
    const { hasher } = observedHasher({ maxConcurrent: 1, maxQueued: 2 })
    const stored = await hasher.hash('x')
    const calls = [hasher.hash('x'), hasher.verify('x', stored), hasher.refuse('x')]
    expect(hasher.stats).toEqual({ computed: 1, running: 1, queued: 2 })
    await expect(hasher.hash('x')).rejects.toThrow(HashingBusyError)
    await expect(hasher.verify('x', stored)).rejects.toThrow(HashingBusyError)
    await expect(hasher.refuse('x')).rejects.toThrow(HashingBusyError)
    await Promise.all(calls)
    expect(hasher.stats).toEqual({ computed: 4, running: 0, queued: 0 })
  })

  test('an abort takes any call out of it', async () => {
    const { hasher, hashes } = observedHasher({ maxConcurrent: 1 })
    const stored = await hasher.hash('x')
    const running = hasher.refuse('x')
    const { signal } = new AbortController()
    const gone = AbortSignal.abort('gone')
    await expect(hasher.hash('x', gone)).rejects.toBe('gone')
    await expect(hasher.verify('x', stored, gone)).rejects.toBe('gone')
    await expect(hasher.refuse('x', gone)).rejects.toBe('gone')
    await expect(hasher.verify('x', stored, signal)).resolves.toEqual(right)
    await running
    expect(hashes).toHaveLength(3)
  })
})

test('parameters below the floor of OWASP, and limits that are none, do not start', () => {
  expect(() => createPasswordHasher({ argon2: WEAK.argon2 })).toThrow(ConfigurationError)
  expect(() => createPasswordHasher({ maxConcurrent: 0 })).toThrow(ConfigurationError)
})

test('no message carries the password or the hash', async () => {
  const messages = await Promise.all([
    hasher.hash(`${'secret'.repeat(200)}`).catch(String),
    hasher.hash('secret\ud800').catch(String),
    hasher.verify('secret', 'secret').catch(String),
    hasher.verify('secret', '$2b$31$secretsecretsecretsec.0sDWleciW5uGBGYwxpcgAsh9WK4bWNy').catch(String),
  ])
  for (const message of messages) expect(message).toMatch(/^\w+Error: (?!.*secret)/)
})
