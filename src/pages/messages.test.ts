import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { chooseLanguage, completeMessages, MESSAGES } from './messages.ts'

describe('chooseLanguage', () => {
  const choose = (header: string | undefined) => chooseLanguage(header, ['en', 'de'], 'en')

  test.each([
    ['de', 'de'],
    ['de-AT,de;q=0.9,en;q=0.8', 'de'],
    ['DE', 'de'],
    ['en-GB,en;q=0.9,de;q=0.8', 'en'],
    ['fr-FR,fr;q=0.9,de;q=0.2', 'de'],
    ['en;q=0.1,de;q=0.2', 'de'],
    ['en;q=0,*', 'de'],
  ])('the browser that sends %j reads %s', (header, language) => {
    expect(choose(header)).toBe(language)
  })

  test.each([undefined, '', '*', 'fr', 'zh-Hant-TW', ',,;;==', 'de;q=0', 'q=1', '\u0000', 'constructor', '__proto__'])(
    'the header %j gives the fallback',
    (header) => {
      expect(choose(header)).toBe('en')
    },
  )

  test('a header longer than any browser sends is not read', () => {
    expect(choose(`de${', fr'.repeat(20)}`)).toBe('de')
    expect(choose(`de${', fr'.repeat(500)}`)).toBe('en')
  })

  test('whatever the header holds, the answer is a language there is', () => {
    const pieces = fc.constantFrom(...'*-,;="\\ \té', 'de', 'en', 'q=', '0.5', '__proto__')
    const header = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(pieces).map((some) => some.join('')),
    )
    fc.assert(fc.property(header, (text) => ['en', 'de'].includes(choose(text))))
    // The first use of all of Unicode takes fast-check a few seconds.
  }, 60_000)
})

describe('the built-in texts', () => {
  test('are the same set in every language, none empty, none left untranslated', () => {
    expect(Object.keys(MESSAGES.de).sort()).toEqual(Object.keys(MESSAGES.en).sort())
    for (const name of Object.keys(MESSAGES.en) as (keyof typeof MESSAGES.en)[]) {
      expect(MESSAGES.en[name].trim()).not.toBe('')
      expect(MESSAGES.de[name].trim()).not.toBe('')
      expect(MESSAGES.de[name]).not.toBe(MESSAGES.en[name])
    }
  })

  test('an outage is not described in the words of a wrong password', () => {
    for (const messages of Object.values(MESSAGES)) expect(messages.unavailable).not.toContain(messages.refused)
  })
})

describe('completeMessages', () => {
  test('a regional form starts from its language, another language from English', () => {
    expect(completeMessages('de-AT', { password: 'Kennwort' })).toEqual({ ...MESSAGES.de, password: 'Kennwort' })
    expect(completeMessages('fr', { password: 'Mot de passe' })).toEqual({ ...MESSAGES.en, password: 'Mot de passe' })
  })

  test('a text given as undefined leaves the built-in one in place', () => {
    const own = { password: undefined } as unknown as { password: string }
    expect(completeMessages('en', own)).toEqual(MESSAGES.en)
  })

  test('a misspelt name is an error that says which, and so is a text that is none', () => {
    const misspelt = { pasword: 'Password' } as Partial<typeof MESSAGES.en>
    expect(() => completeMessages('en', misspelt)).toThrow(
      new TypeError("The pages have no text named 'pasword' (language 'en')."),
    )
    const number = { password: 7 } as unknown as { password: string }
    expect(() => completeMessages('de', number)).toThrow(/'password' \(language 'de'\) must be a string/)
    expect(MESSAGES.en.password).toBe('Password')
  })
})
