import { expect, test } from 'vitest'
import { isToken, newToken } from './token-format.ts'

test('a token has its prefix, one length and a right checksum', () => {
  for (let index = 0; index < 200; index += 1) {
    const token = newToken('harbour')
    expect(token).toMatch(/^harbour_[0-9A-Za-z]{39}$/)
    expect(isToken(token, 'harbour')).toBe(true)
    expect(isToken(token, 'other')).toBe(false)
  }
})

test('a token with one other letter is none', () => {
  const token = newToken('harbour')
  for (let at = 'harbour_'.length; at < token.length; at += 1) {
    const other = token[at] === 'a' ? 'b' : 'a'
    expect(isToken(token.slice(0, at) + other + token.slice(at + 1), 'harbour')).toBe(false)
  }
})

test.each(['', 'harbour_', `harbour_${'0'.repeat(39)}`, ` ${newToken('harbour')}`, `${newToken('harbour')}\n`])(
  '%j is no token',
  (text) => expect(isToken(text, 'harbour')).toBe(false),
)
