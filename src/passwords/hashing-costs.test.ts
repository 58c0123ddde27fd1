import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ConfigurationError, UnsupportedHashError } from '../errors.ts'
import type { StoredArgon2 } from './algorithms/argon2.ts'
import { type HashingCostsOptions, isOutdated, readHashingCosts, refuseOverCeiling } from './hashing-costs.ts'

const stored: StoredArgon2 = {
  algorithm: 'argon2id',
  version: 19,
  memoryKiB: 19_456,
  iterations: 2,
  parallelism: 1,
  saltBytes: 16,
  outputBytes: 32,
  text: '',
}

test('the defaults are those of OWASP', () => {
  const { live, ceiling } = readHashingCosts({})
  expect(live).toEqual({ memoryKiB: 19_456, iterations: 2, parallelism: 1 })
  expect(ceiling).toEqual({
    memoryKiB: 262_144,
    iterations: 10,
    parallelism: 8,
    bcryptCost: 14,
    pbkdf2Iterations: 2_000_000,
    scryptKiB: 262_144,
  })
})

describe('new hashes below the floor of OWASP', () => {
  test.each([
    { memoryKiB: 47_103, iterations: 1 },
    { memoryKiB: 19_455, iterations: 2 },
    { memoryKiB: 12_287, iterations: 3 },
    { memoryKiB: 9_216, iterations: 4 },
  ])('are refused: %o', (argon2) => {
    expect(() => readHashingCosts({ argon2 })).toThrow(ConfigurationError)
    expect(readHashingCosts({ argon2, allowWeak: true }).live).toMatchObject(argon2)
  })

  test.each([
    { memoryKiB: 47_104, iterations: 1 },
    { memoryKiB: 19_456, iterations: 2 },
    { memoryKiB: 12_288, iterations: 3 },
    { memoryKiB: 65_536, iterations: 3, parallelism: 4 },
  ])('and those on it or above are not: %o', (argon2) => {
    expect(readHashingCosts({ argon2 }).live).toMatchObject(argon2)
  })
})

test.each<HashingCostsOptions>([
  { argon2: { memoryKiB: 262_145 } },
  { argon2: { iterations: 11 } },
  { argon2: { parallelism: 9 } },
  { ceiling: { memoryKiB: 19_455 } },
])('new hashes over the ceiling are refused, because nobody could sign in with them: %o', (options) => {
  expect(() => readHashingCosts(options)).toThrow(/over the ceiling/)
})

test.each<HashingCostsOptions>([
  { argon2: { memoryKiB: 0 } },
  { argon2: { memoryKiB: 7 } },
  { argon2: { memoryKiB: 15, parallelism: 2 } },
  { argon2: { iterations: 0 } },
  { argon2: { iterations: 1.5 } },
  { argon2: { parallelism: 0 } },
  { argon2: { parallelism: Number.NaN } },
  { ceiling: { parallelism: 256 } },
  { ceiling: { iterations: Number.POSITIVE_INFINITY } },
  { ceiling: { memoryKiB: 2 ** 32 } },
  { ceiling: { bcryptCost: 3 } },
  { ceiling: { bcryptCost: 32 } },
  { ceiling: { pbkdf2Iterations: 0 } },
  { ceiling: { pbkdf2Iterations: 2 ** 31 } },
  { ceiling: { scryptKiB: 0 } },
  { ceiling: { scryptKiB: 2 ** 32 } },
])('a figure out of its range is a configuration error, weak ones allowed or not: %o', (options) => {
  expect(() => readHashingCosts({ ...options, allowWeak: true })).toThrow(/must be a whole number/)
})

test('a stored hash may reach the ceiling and not pass it', () => {
  const { ceiling } = readHashingCosts({})
  const highest = { ...stored, ...ceiling }
  expect(() => refuseOverCeiling(highest, ceiling)).not.toThrow()
  for (const figure of ['memoryKiB', 'iterations', 'parallelism'] as const) {
    const higher = { ...highest, [figure]: highest[figure] + 1 }
    expect(() => refuseOverCeiling(higher, ceiling)).toThrow(UnsupportedHashError)
  }
  expect(() => refuseOverCeiling({ algorithm: 'bcrypt', cost: 14, text: '' }, ceiling)).not.toThrow()
  expect(() => refuseOverCeiling({ algorithm: 'bcrypt', cost: 15, text: '' }, ceiling)).toThrow(UnsupportedHashError)
  const bytes = { salt: Buffer.alloc(8), output: Buffer.alloc(32) }
  const pbkdf2 = { algorithm: 'pbkdf2', digest: 'sha256', iterations: 2_000_000, ...bytes } as const
  expect(() => refuseOverCeiling(pbkdf2, ceiling)).not.toThrow()
  expect(() => refuseOverCeiling({ ...pbkdf2, iterations: 2_000_001 }, ceiling)).toThrow(UnsupportedHashError)
  const scrypt = { algorithm: 'scrypt', cost: 2 ** 17, blockSize: 8, parallelization: 2, ...bytes } as const
  expect(() => refuseOverCeiling(scrypt, ceiling)).not.toThrow()
  expect(() => refuseOverCeiling({ ...scrypt, parallelization: 3 }, ceiling)).toThrow(UnsupportedHashError)
})

describe('outdated', () => {
  const { live } = readHashingCosts({})

  test('is bcrypt, another argon2, another version, another system, a shorter salt and a shorter output', () => {
    expect(isOutdated({ algorithm: 'bcrypt', cost: 14, text: '' }, live)).toBe(true)
    expect(isOutdated({ ...stored, algorithm: 'argon2i' }, live)).toBe(true)
    expect(isOutdated({ ...stored, algorithm: 'argon2d' }, live)).toBe(true)
    expect(isOutdated({ ...stored, version: 16 }, live)).toBe(true)
    expect(isOutdated({ ...stored, isForeign: true }, live)).toBe(true)
    expect(isOutdated({ ...stored, saltBytes: 15 }, live)).toBe(true)
    expect(isOutdated({ ...stored, outputBytes: 31 }, live)).toBe(true)
  })

  test('is any figure below the live one, and no stronger hash', () => {
    const change = fc.integer({ min: -1, max: 3 })
    fc.assert(
      fc.property(change, change, change, fc.nat(32), fc.nat(32), (memory, passes, lanes, salt, output) => {
        const other = {
          ...stored,
          memoryKiB: live.memoryKiB + memory,
          iterations: live.iterations + passes,
          parallelism: live.parallelism + lanes,
          saltBytes: 16 + salt,
          outputBytes: 32 + output,
        }
        expect(isOutdated(other, live)).toBe(Math.min(memory, passes, lanes) < 0)
      }),
    )
  })
})
