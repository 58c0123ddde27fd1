import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readPassword } from './read-password.ts'

const anyText = fc.string({ unit: 'binary', maxLength: 60 })

test('every spelling of a password is read as the same text', () => {
  fc.assert(
    fc.property(anyText, (password) => {
      const read = readPassword(password)
      expect(read).toEqual({ usable: true, text: password.normalize('NFKC') })
      for (const form of ['NFC', 'NFD', 'NFKD'] as const) expect(readPassword(password.normalize(form))).toEqual(read)
    }),
  )
})

test('half a surrogate pair anywhere is malformed', () => {
  const half = fc.integer({ min: 0xd800, max: 0xdfff }).map((unit) => String.fromCharCode(unit))
  fc.assert(
    fc.property(fc.string(), half, fc.string(), (before, surrogate, after) => {
      expect(readPassword(before + surrogate + after)).toEqual({ usable: false, reason: 'malformed' })
    }),
  )
})

test('1,024 bytes are the most, as sent and as normalised, and are counted in UTF-8', () => {
  const tooLong = { usable: false, reason: 'too-long' }
  expect(readPassword('x'.repeat(1024))).toMatchObject({ usable: true })
  expect(readPassword('x'.repeat(1025))).toEqual(tooLong)
  expect(readPassword('ü'.repeat(512))).toMatchObject({ usable: true })
  expect(readPassword('ü'.repeat(513))).toEqual(tooLong)
  // One code point of 3 bytes that NFKC spells out with 33 bytes.
  expect(readPassword('\u{fdfa}'.repeat(31))).toMatchObject({ usable: true })
  expect(readPassword('\u{fdfa}'.repeat(32))).toEqual(tooLong)
  // A full-width letter of 3 bytes that NFKC writes with 1.
  expect(readPassword('\u{ff41}'.repeat(342))).toEqual(tooLong)
})
