import fc from 'fast-check'
import { EqualityFilter, FilterParser } from 'ldapts'
import { describe, expect, test } from 'vitest'
import { escapeDn, escapeFilter, fillIn } from './escape.ts'
import { commonNameOf } from './syntax/distinguished-name.ts'

const anyText = () => fc.string({ unit: 'binary', maxLength: 40 })

describe('filters', () => {
  test('the five characters of RFC 4515 and nothing else are written as bytes', () => {
    expect(escapeFilter('a*b(c)d\\e\0f')).toBe('a\\2ab\\28c\\29d\\5ce\\00f')
    expect(escapeFilter('jörg.müller@example.org')).toBe('jörg.müller@example.org')
  })

  test('any text at all stays one value of one comparison', () => {
    fc.assert(
      fc.property(anyText(), (text) => {
        const filter = FilterParser.parseString(fillIn('(uid={username})', { username: text }, escapeFilter))
        expect(filter).toBeInstanceOf(EqualityFilter)
        expect(filter).toMatchObject({ attribute: 'uid', value: text })
      }),
    )
  }, 30_000)
})

describe('distinguished names', () => {
  test('the characters of RFC 4514 are escaped', () => {
    expect(escapeDn('a,b+c"d\\e<f>g;h=i')).toBe('a\\,b\\+c\\"d\\\\e\\<f\\>g\\;h\\=i')
    expect(escapeDn('#1')).toBe('\\#1')
    expect(escapeDn(' x ')).toBe('\\ x\\ ')
    expect(escapeDn(' ')).toBe('\\ ')
    expect(escapeDn('a\0b')).toBe('a\\00b')
  })

  test('any text at all stays the value of its place', () => {
    fc.assert(
      fc.property(anyText(), (text) => {
        expect(commonNameOf(`cn=${escapeDn(text)},ou=people`)).toBe(text)
      }),
    )
  })
})

test('what is filled in is not looked at for further names, nor for those that every object has', () => {
  const values = { username: '{dn}', dn: 'secret' }
  expect(fillIn('{username} {dn} {constructor}', values, (text) => text)).toBe('{dn} secret {constructor}')
  expect(fillIn('{username}', { username: '$&$1' }, (text) => text)).toBe('$&$1')
})
