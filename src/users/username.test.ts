import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { InvalidUsernameError } from '../errors.ts'
import { canonicalUsername, formerUsername, storedUsername } from './username.ts'

function canonicalOrRefused(username: string): string | undefined {
  try {
    return canonicalUsername(username)
  } catch (error) {
    if (error instanceof InvalidUsernameError) return undefined
    throw error
  }
}

const text = fc.string({ unit: 'binary', maxLength: 30 })
/** Text that nearly always is a name, with the letters and marks that are known for trouble. */
const name = fc
  .array(
    fc.oneof(
      fc.constantFrom(...'ßẞſςσΣİıŉǅﬃΐᾳ\u0345\u0301\u0308\u0327'),
      fc.string({ unit: 'grapheme', maxLength: 3 }),
    ),
    {
      minLength: 1,
      maxLength: 10,
    },
  )
  .map((parts) => parts.join(''))

describe('one name', () => {
  test.each([
    ['anna', 'Anna', 'ANNA', ' anna ', '\u00a0anna\u3000', 'ａｎｎａ', 'ⓐnna'],
    ['jörg', 'JÖRG', 'Jo\u0308rg', 'JO\u0308RG'],
    ['strasse', 'straße', 'STRASSE', 'STRAẞE'],
    ['office', 'oﬃce', 'OFFICE'],
    ['ΣΊΣΥΦΟΣ', 'σίσυφος', 'σίσυφοσ'],
    ['anna.müller@example.org', 'Anna.Müller@Example.ORG'],
  ])('are %s and all its spellings', (...spellings) => {
    expect(new Set(spellings.map(canonicalUsername)).size).toBe(1)
  })

  test('is its canonical form, whatever the name: doing it twice changes nothing', () => {
    fc.assert(
      fc.property(name, (username) => {
        const canonical = canonicalOrRefused(username)
        fc.pre(canonical !== undefined)
        expect(canonicalOrRefused(canonical)).toBe(canonical)
      }),
      { numRuns: 1000 },
    )
  })

  test('every single character is folded for good', { timeout: 60_000 }, () => {
    // Further up there are but ideographs, which have no case.
    for (let code = 0; code < 0x20000; code += 1) {
      const character = String.fromCodePoint(code)
      if (/\p{C}/u.test(character)) continue
      const canonical = canonicalOrRefused(`a${character}b`)
      if (canonical !== undefined && canonicalOrRefused(canonical) !== canonical) {
        expect.fail(`U+${code.toString(16)} has no stable form`)
      }
    }
  })

  test('has one form in all four normalisations', () => {
    fc.assert(
      fc.property(name, (username) => {
        const forms = ['NFC', 'NFD', 'NFKC', 'NFKD'].map((form) => canonicalOrRefused(username.normalize(form)))
        fc.pre(!forms.includes(undefined))
        expect(new Set([...forms, canonicalOrRefused(username)]).size).toBe(1)
      }),
      { numRuns: 1000 },
    )
  })

  test('of letters has one form in upper and lower case', () => {
    const letters = fc.stringMatching(/^[\p{L}\p{N} ._@-]{1,30}$/u)
    fc.assert(
      fc.property(letters, (given) => {
        const username = given.normalize('NFC')
        const canonical = canonicalOrRefused(username)
        fc.pre(canonical !== undefined && username.toUpperCase().length <= 60)
        expect(canonicalOrRefused(username.toUpperCase())).toBe(canonical)
      }),
    )
  })
})

describe('different names', () => {
  test.each([
    ['jorg', 'jörg'],
    ['anna', 'аnna'],
    ['anna', 'anna1'],
    ['an na', 'anna'],
    ['anna', 'anna.'],
    ['0', 'o'],
    ['kirim', 'kırım'],
    ['KIRIM', 'KıRıM'],
    ['istanbul', 'İstanbul'],
  ])('are %s and %s', (one, other) => {
    expect(canonicalUsername(one)).not.toBe(canonicalUsername(other))
  })
})

describe('case folding', () => {
  test('joins no two letters that Unicode keeps apart', { timeout: 60_000 }, () => {
    for (const character of everyCharacter()) {
      const canonical = canonicalOrRefused(character)
      // The engine's own folding knows one letter for one letter (C and S of CaseFolding.txt).
      if (canonical === undefined || [...canonical].length > 1 || character.normalize('NFKC') !== character) continue
      const escaped = `\\u{${(character.codePointAt(0) as number).toString(16)}}`
      if (!new RegExp(`^${escaped}$`, 'iu').test(canonical)) expect.fail(`${escaped} became ${canonical}`)
    }
  })

  test('keeps the form that is stored already of every name without a dotless i', { timeout: 60_000 }, () => {
    // What version 0.1.0 did.
    const former = (text: string) => text.normalize('NFKC').toLowerCase().toUpperCase().toLowerCase().normalize('NFKC')
    for (const character of everyCharacter()) {
      const username = `a${character}b`
      const stored = storedOrRefused(username)
      if (stored !== undefined && (formerUsername(username) ?? stored) !== former(username)) expect.fail(username)
    }
    expect(formerUsername('Kırım')).toBe('kirim')
    expect(formerUsername('Anna')).toBeUndefined()
  })
})

function* everyCharacter(): Generator<string> {
  for (let code = 0; code < 0x110000; code += 1) {
    // Ideographs in the thousands, and private use.
    if (code === 0x20000) code = 0xe0000
    if (code === 0xf0000) return
    const character = String.fromCodePoint(code)
    if (!/\p{C}/u.test(character)) yield character
  }
}

function storedOrRefused(username: string): string | undefined {
  try {
    return storedUsername(username)
  } catch {
    return undefined
  }
}

describe('nobody can be called', () => {
  test('anything with a character that Unicode says to ignore by default', () => {
    let count = 0
    for (const character of everyCharacter()) {
      if (!/\p{Default_Ignorable_Code_Point}/u.test(character)) continue
      count += 1
      for (const username of [`ad${character}min`, `admin${character}`, `${character}admin`, character]) {
        expect(canonicalOrRefused(username), (character.codePointAt(0) as number).toString(16)).toBeUndefined()
      }
    }
    expect(count).toBeGreaterThan(260)
  })

  test('anything with a blank inside that is no space, whatever the blank becomes', () => {
    for (const character of everyCharacter()) {
      if (!/\p{White_Space}/u.test(character)) continue
      expect([undefined, 'ad min']).toContain(canonicalOrRefused(`ad${character}min`))
    }
  })

  test.each([
    ['nothing', ''],
    ['blank', ' \u00a0\u3000'],
    ['a NUL in the middle', 'an\0na'],
    ['a NUL at the end', 'anna\0'],
    ['a line break', 'anna\nbert'],
    ['a line break at the end, which would be trimmed', 'anna\n'],
    ['a tab', 'anna\t'],
    ['a delete character', 'anna\x7f'],
    ['a C1 control', 'anna\x85'],
    ['a line separator', 'anna\u2028bert'],
    ['an override of the direction of writing', '\u202eanna'],
    ['an invisible joiner', 'an\u200dna'],
    ['a zero width space', 'anna\u200b'],
    ['a soft hyphen', 'an\u00adna'],
    ['a byte order mark', '\ufeffanna'],
    ['half a surrogate pair', 'anna\ud83d'],
    ['the other half', '\ude00anna'],
    ['a combining grapheme joiner', 'ad\u034fmin'],
    ['a Hangul filler', 'ad\u3164min'],
    ['a Hangul filler of half the width', 'admin\uffa0'],
    ['a Khmer vowel that is not written', 'ad\u17b4min'],
    ['a Mongolian variation selector', 'ad\u180bmin'],
    ['a variation selector', 'admin\ufe0f'],
    ['a variation selector of the supplement', 'admin\u{e0100}'],
    ['a tag', 'admin\u{e0061}'],
    ['a blank of Braille', 'ad\u2800min'],
    ['a blank of Braille at the end', 'admin\u2800'],
    ['a space of Ogham', 'ad\u1680min'],
    ['a blank of hieroglyphs', 'admin\u{13441}'],
    ['a note without a head', 'admin\u{1d159}'],
    ['a character for private use', 'anna\ue000'],
    ['a character that does not exist', 'anna\uffff'],
    ['201 characters', 'x'.repeat(201)],
    ['what becomes too long', '\ufdfa'.repeat(20)],
    ['what is far too long', 'x'.repeat(10_000_000)],
  ])('%s', (_, username) => {
    expect(() => canonicalUsername(username)).toThrow(InvalidUsernameError)
  })

  test.each([[undefined], [null], [7], [['anna']], [{ toString: () => 'anna' }]])('what is no text: %o', (username) => {
    expect(() => canonicalUsername(username as string)).toThrow(InvalidUsernameError)
  })

  test('and no form has any such character, whatever was typed', () => {
    fc.assert(
      fc.property(text, (username) => {
        const canonical = canonicalOrRefused(username)
        fc.pre(canonical !== undefined)
        expect(canonical).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]|^\s|\s$|^$/u)
        expect(canonical.length).toBeLessThanOrEqual(200)
        expect(canonical.isWellFormed()).toBe(true)
      }),
    )
  })
})

test('200 characters are a name', () => {
  expect(canonicalUsername('x'.repeat(200))).toHaveLength(200)
})
