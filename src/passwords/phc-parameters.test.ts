import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createPasswordHasher } from './password-hasher.ts'
import { readStoredHash } from './read-stored-hash.ts'

const hasher = createPasswordHasher({ ceiling: { memoryKiB: 65_536 } })
const verifies = async (stored: string, password = 'correct horse') => (await hasher.verify(password, stored)).matches

/** Of other programs, each with its parameters in the usual order. */
const HASHES = [
  {
    by: 'argon2 (node:crypto)',
    of: ['m=64', 't=2', 'p=1'],
    stored: '$argon2id$v=19$PARAMETERS$c29tZXNhbHRzb21lc2FsdA$uL2hQzJmxaz0Tfm2KK6uNjA0+UvbrHBEBwVmJYrNXCE',
    password: 'correct horse',
  },
  {
    by: 'argon2 with associated data (node:crypto)',
    of: ['m=64', 't=2', 'p=1', 'data=dGVuYW50LTc'],
    stored: '$argon2id$v=19$PARAMETERS$c29tZXNhbHRzb21lc2FsdA$LYLA6DPtkK+DBW2e9kzaPr1sun7GoNgWgkFeaPAlviw',
    password: 'correct horse',
  },
  {
    by: 'argon2 in braces (slappasswd)',
    of: ['m=64', 't=2', 'p=1'],
    stored: '{ARGON2}$argon2i$v=19$PARAMETERS$gf0tYZMx38gFWgPNPX3e7A$L/ZCorgo9SqVVFiTBtLC8OS844FbXetPBOZ3t/yuZfo',
    password: 'Grüße',
  },
  {
    by: 'scrypt (passlib)',
    of: ['ln=10', 'r=1', 'p=1'],
    stored: '$scrypt$PARAMETERS$TmFDbA$OURlcuoCvOsc9VMFib8l/6/qrNyKYjwm6XQeLQf6CNU',
    password: 'Grüße',
  },
  {
    by: 'PBKDF2 (passlib, written as the format has it)',
    of: ['i=1000', 'l=32'],
    stored: '$pbkdf2-sha256$PARAMETERS$j3FuTemd01rLWWuNMYbQeg$JgA7xJnjYMmj4115L0KeI0fCq4+kPdXVwb5b12GdsW4',
    password: 'Grüße',
  },
  {
    by: 'bcrypt of an HMAC (passlib)',
    of: ['v=2', 't=2b', 'r=4'],
    stored: '$bcrypt-sha256$PARAMETERS$EF/UrG8.8L.BFDVrtZ0jge$6N6Rndz1WZcYAumueQXom/0HAeS2xOa',
    password: 'Grüße',
  },
] as const

test('a hash of the npm package argon2, which writes m, p and t since its version 0.45, verifies', async () => {
  const stored = '$argon2id$v=19$m=65536,p=4,t=3$FOlbPxrJyMszkTvPF0p5dg$sqzpSU0l6NV6aMBB0kE5hQk2XLzvUATChsBr32vKg9Q'
  expect(await verifies(stored)).toBe(true)
  expect(await verifies(stored, 'wrong')).toBe(false)
})

test.each(HASHES)('$by verifies with its parameters in every order', async ({ of, stored, password }) => {
  for (const order of ordersOf(of)) {
    const written = stored.replace('PARAMETERS', order.join())
    expect(await verifies(written, password), written).toBe(true)
    expect(await verifies(written, `${password}!`), written).toBe(false)
  }
})

describe('base64 in a PHC string', () => {
  const padded = (stored: string) =>
    stored.replace(/[A-Za-z0-9+/]+(?=\$[^$]+$)|[^$]+$/g, (text) => text.padEnd(Math.ceil(text.length / 4) * 4, '='))

  test.each(HASHES.slice(0, 5))('may be padded: $by', async ({ of, stored, password }) => {
    const written = padded(stored).replace('PARAMETERS', of.join())
    expect(written).toContain('=$')
    expect(await verifies(written, password), written).toBe(true)
  })

  test('may be padded in what 389 Directory Server and OpenLDAP write', async () => {
    for (const [salt, output] of [
      ['qo5/Z9jimm9SUcZFoEGM8w', '.W.N4e5A1l8IhfN5WHhLVI0IPA0gMs2XHp90yS.Ls7E'],
      ['qo5/Z9jimm9SUcZFoEGM8w==', '+W+N4e5A1l8IhfN5WHhLVI0IPA0gMs2XHp90yS+Ls7E='],
    ])
      expect(await verifies(`{pbkdf2-sha256}10000$${salt}$${output}`, 'Grüße')).toBe(true)
  })
})

test('schemes in braces are read in any case', async () => {
  const bcrypt = '$2b$04$OQHXN9PjPr/OlRH35/rHJun4ZskIhYs6Ik9VxKpLQywrV.LVxZrku'
  const argon2 = '$argon2i$v=19$m=64,t=2,p=1$gf0tYZMx38gFWgPNPX3e7A$L/ZCorgo9SqVVFiTBtLC8OS844FbXetPBOZ3t/yuZfo'
  const digest = 'f83e039796c6453a10f5519e39fd113901572316a1a8ea07cb525d2801dfd074'
  const schemes = [
    ...['BCRYPT', 'CRYPT', 'BLF-CRYPT'].map((scheme) => [scheme, bcrypt] as const),
    ...['ARGON2', 'ARGON2I', 'ARGON2ID'].map((scheme) => [scheme, argon2] as const),
    ['SHA256', digest],
    ['SSHA', '+YodO7XNrGrJV4fFyNNbt+uTNA8FjIHP'],
  ] as const
  for (const [scheme, rest] of schemes) {
    for (const spelt of [scheme, scheme.toLowerCase(), `${scheme[0]}${scheme.slice(1).toLowerCase()}`])
      expect(await verifies(`{${spelt}}${rest}`, 'Grüße'), spelt).toBe(true)
  }
})

test('a hash that was made with a secret key is refused, with that as the reason', () => {
  const stored = HASHES[0].stored.replace('PARAMETERS', 'm=64,t=2,p=1,keyid=YWJj')
  expect(() => readStoredHash(stored)).toThrow(/secret key \(keyid\)/)
})

test('whatever the order of its parameters, an argon2 hash is the same hash', () => {
  const { of, stored } = HASHES[1]
  fc.assert(
    fc.property(fc.shuffledSubarray([...of], { minLength: of.length }), (order) => {
      expect(readStoredHash(stored.replace('PARAMETERS', order.join()))).toEqual(
        readStoredHash(stored.replace('PARAMETERS', of.join())),
      )
    }),
  )
})

function ordersOf(list: readonly string[]): string[][] {
  if (list.length <= 1) return [[...list]]
  return list.flatMap((first) => ordersOf(list.filter((each) => each !== first)).map((rest) => [first, ...rest]))
}
