import { createSecretKey, randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { chooseByRealm } from '../users/candidates.ts'
import { LoginAttempt } from '../users/login-attempt.ts'
import { defineUserSource } from '../users/user-source.ts'
import { canonicalUsername } from '../users/username.ts'
import { accountKey, accountName } from './account-key.ts'

const REALMS = ['corp', 'Staff.Example']

describe('the name that is counted', () => {
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

test('what stands for a name says nothing of it without the key, and is short', () => {
  const [key, other] = [createSecretKey(randomBytes(32)), createSecretKey(randomBytes(32))]
  expect(accountKey('anna', key)).toMatch(/^[\w-]{22}$/)
  expect(accountKey('anna', key)).toBe(accountKey('anna', key))
  expect(accountKey('anna', key)).not.toBe(accountKey('anna', other))
  expect(accountKey('anna', key)).not.toBe(accountKey('bert', key))
})
