import { createSecretKey, randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { chooseByRealm } from '../users/candidates.ts'
import { LoginAttempt } from '../users/login-attempt.ts'
import { defineUserSource } from '../users/user-source.ts'
import { canonicalUsername } from '../users/username.ts'
import { accountKey, accountName, countedName } from './account-key.ts'

const REALMS = ['corp', 'Staff.Example']

describe('the name that a known device remembers', () => {
  test.each([
    ['capitals', 'ANNA'],
    ['spaces around it', '\t anna '],
    ['wide letters', 'ａｎｎａ'],
    ['accents', 'ánnà'],
    ['accents of their own', 'a\u0301nna\u0300'],
    ['invisible characters', 'an\u00ad\u200bn\u200da'],
    ['control characters', 'an\0na\x7f'],
    ['a realm after it', 'anna@corp'],
    ['a realm before it', 'CORP\\anna'],
    ['a realm with a dot', 'Anna@STAFF.example'],
    ['a realm in wide letters', 'anna＠ｃｏｒｐ'],
    ['a realm twice', 'corp\\anna@corp@staff.example'],
  ])('is one and the same with %s', (_, spelling) => {
    expect(accountName(spelling, REALMS)).toBe(accountName('anna', REALMS))
  })

  test('keeps inner spaces, however many', () => {
    expect(accountName('anna   \u00a0 maria', [])).toBe(accountName('Anna Maria', []))
    expect(accountName('annamaria', [])).not.toBe(accountName('anna maria', []))
  })

  test('keeps together what our own users keep together, such as a letter and its capitals', () => {
    for (const [one, other] of [
      ['ᾳ', 'ΑΙ'],
      ['straße', 'STRASSE'],
      ['ﬁnn', 'FINN'],
      ['ΌΔΟΣ', 'όδος'],
    ] as const)
      expect(accountName(one, [])).toBe(accountName(other, []))
  })

  test.each(['anna@other', 'other\\anna', 'ann', 'annaa', 'anna.', 'corp', '@corp', 'anna@'])(
    'of %s is another',
    (other) => {
      expect(accountName(other, REALMS)).not.toBe(accountName('anna', REALMS))
    },
  )

  test('is one for all names that nobody can have', () => {
    const impossible = ['', ' ', '\0', '\u0301', 'n'.repeat(201), 'n'.repeat(100_000), '\ufdfa'.repeat(100)]
    expect(new Set(impossible.map((name) => accountName(name, REALMS))).size).toBe(1)
    expect(accountName('', REALMS)).not.toBe(accountName('n', REALMS))
  })

  test('is the same for two names wherever our own users would be the same', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }), (name) => {
        let canonical: string
        try {
          canonical = canonicalUsername(name)
        } catch {
          return
        }
        expect(accountName(name, [])).toBe(accountName(canonical, []))
      }),
      { numRuns: 1000 },
    )
  })

  test('is the same with and without a realm wherever the sources are asked for the same', () => {
    const sources = REALMS.map((realm, index) => ({
      source: defineUserSource(`source-${index}`, async () => null, { realm }),
    }))
    const name = fc.constantFrom('anna', 'bert@x', 'x\\cleo', 'Dörte')
    const realm = fc.constantFrom('corp', 'CORP', 'staff.example', 'nowhere')
    fc.assert(
      fc.property(name, realm, fc.boolean(), (username, where, before) => {
        const typed = before ? `${where}\\${username}` : `${username}@${where}`
        const { attempt } = chooseByRealm(new LoginAttempt({ username: typed, password: '' }), sources)
        expect(accountName(typed, REALMS)).toBe(accountName(attempt.username, REALMS))
      }),
    )
  })
})

describe('the name that is counted', () => {
  test.each([
    ['blanks, hyphens and brackets of a telephone number', '+49 (0)89-12 34', '4908912\u201034'],
    ['blanks within a name', 'anna maria', 'annamaria'],
    ['punctuation, which some collations ignore', 'anna.berg', 'Anna_Berg'],
    ['letters that Unicode does not decompose', 'Sørensen', 'sorensen'],
    ['ligatures', 'Ægir Œuvre', 'aegir oeuvre'],
    ['an i without its dot', 'kırım', 'kirim'],
    ['the two kinds of kana', 'アンナ', 'あんな'],
    ['characters that older collations take for one', 'anna😀', 'anna😎'],
    ['a realm', 'an-na@corp', 'anna'],
    ['what the device has as one', 'ＡＮＮＡ\u00ad', 'ánna'],
  ])('is the same whatever its %s', (_, one, other) => {
    expect(countedName(one, REALMS)).toBe(countedName(other, REALMS))
  })

  test('is another for another name, and one for all that nobody can have', () => {
    for (const other of ['anna@other', 'other\\anna', 'ann', 'annaa', 'corp', '+', '***', '7'])
      expect(countedName(other, REALMS), other).not.toBe(countedName('anna', REALMS))
    expect(countedName('***', [])).not.toBe(countedName('', []))
    expect(new Set(['', ' ', '\0', 'n'.repeat(201)].map((name) => countedName(name, []))).size).toBe(1)
  })

  test('is one wherever a collation of ICU finds no difference in letters and digits', () => {
    const { compare } = new Intl.Collator('und', { sensitivity: 'base', ignorePunctuation: true })
    const letters = Array.from({ length: 0x250 - 0xc0 }, (_, index) => String.fromCodePoint(0xc0 + index))
    for (const letter of letters)
      for (const plain of [
        'a',
        'c',
        'd',
        'e',
        'g',
        'h',
        'i',
        'l',
        'n',
        'o',
        'r',
        's',
        't',
        'u',
        'y',
        'z',
        'ae',
        'oe',
        'ss',
      ])
        if (compare(letter, plain) === 0) expect(countedName(letter, []), letter).toBe(countedName(plain, []))
  })
})

test('what stands for a name says nothing of it without the key, and is short', () => {
  const [key, other] = [createSecretKey(randomBytes(32)), createSecretKey(randomBytes(32))]
  expect(accountKey('anna', key)).toMatch(/^[\w-]{22}$/)
  expect(accountKey('anna', key)).toBe(accountKey('anna', key))
  expect(accountKey('anna', key)).not.toBe(accountKey('anna', other))
  expect(accountKey('anna', key)).not.toBe(accountKey('bert', key))
})
