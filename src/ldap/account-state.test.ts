import { describe, expect, test } from 'vitest'
import { accountState } from './account-state.ts'
import { guidBytes, guidText, readEntry } from './entry.ts'
import { readGeneralizedTime } from './password-policy-state.ts'

const NOW = Date.UTC(2026, 0, 1)
const clock = () => NOW
const entry = (attributes: Record<string, string>) => readEntry({ dn: 'cn=x', ...attributes })

describe('Active Directory', () => {
  const state = accountState('activeDirectory', clock, undefined)
  const fileTime = (time: number) => String((BigInt(time) + 11_644_473_600_000n) * 10_000n)

  test.each([
    [{ userAccountControl: '512' }, undefined],
    [{ userAccountControl: '514' }, 'disabled'],
    [{ userAccountControl: '66050' }, 'disabled'],
    [{ accountExpires: '0' }, undefined],
    [{ accountExpires: '9223372036854775807' }, undefined],
    [{ accountExpires: fileTime(NOW) }, 'the account has expired'],
    [{ accountExpires: fileTime(NOW + 1000) }, undefined],
    [{ pwdLastSet: '0' }, 'must change the password first'],
    [{}, undefined],
  ])('%o: %s', (attributes, reason) => {
    expect(state.obstacle(entry({ userAccountControl: '512', ...attributes }))).toBe(reason)
  })

  test('one whose state is hidden is not taken for enabled', () => {
    expect(() => state.obstacle(entry({}))).toThrow(/cannot be read/)
  })
})

test.each([
  ['20260101000000Z', NOW],
  ['202601010000Z', NOW],
  ['2026010100Z', NOW],
  ['20260101000000.123Z', NOW],
  ['20260101013000+0130', NOW],
  ['20251231200000-04', NOW],
  ['nonsense', Number.NEGATIVE_INFINITY],
  ['20261399000000Z', Number.NEGATIVE_INFINITY],
])('the time %s', (text, time) => {
  expect(readGeneralizedTime(text)).toBe(time)
})

test('an object GUID is written as Windows writes it, and read back', () => {
  const bytes = Buffer.from('33221100554477668899aabbccddeeff', 'hex')
  expect(guidText(bytes)).toBe('00112233-4455-6677-8899-aabbccddeeff')
  expect(guidBytes(guidText(bytes))).toEqual(bytes)
  expect(guidBytes('alice')).toBeUndefined()
  expect(readEntry({ dn: 'cn=x', objectGUID: bytes }).text('objectguid')).toBe(guidText(bytes))
})
