import { expect, test } from 'vitest'
import { canonicalDn, commonNameOf, firstPairOf, isWithin } from './distinguished-name.ts'

test.each([
  ['cn=staff,ou=groups,dc=example', 'CN=Staff, OU=Groups ,DC=EXAMPLE'],
  ['cn=a\\,b,dc=x', 'cn=a\\2cb,dc=x'],
  ['cn=a+uid=b,dc=x', 'UID=b + CN=a,dc=x'],
  ['cn=jörg,dc=x', 'cn=j\\c3\\b6rg,dc=x'],
  ['cn=two  spaces,dc=x', 'cn=two spaces,dc=x'],
])('%s is %s', (one, other) => {
  expect(canonicalDn(one)).toBe(canonicalDn(other))
})

test.each([
  ['cn=a\\,dc=x', 'cn=a,dc=x'],
  ['cn=a\\,ou\\=groups,dc=x', 'cn=a,ou=groups,dc=x'],
  ['cn=a,dc=x', 'uid=a,dc=x'],
  ['cn=a\\+b,dc=x', 'cn=a+b=,dc=x'],
])('%s is not %s', (one, other) => {
  expect(canonicalDn(one)).not.toBe(canonicalDn(other))
})

test('a name lies below its own ending alone', () => {
  expect(isWithin('cn=a,OU=Groups,dc=x', 'ou=groups, dc=x')).toBe(true)
  expect(isWithin('ou=groups,dc=x', 'ou=groups,dc=x')).toBe(true)
  expect(isWithin('cn=a\\,ou=groups,dc=x', 'ou=groups,dc=x')).toBe(false)
  expect(isWithin('ou=groups,dc=x', 'cn=a,ou=groups,dc=x')).toBe(false)
  expect(isWithin('cn=a,ou=my groups,dc=x', 'ou=groups,dc=x')).toBe(false)
})

test('the common name is the first one, unescaped', () => {
  expect(commonNameOf('CN=Domain Admins,CN=Users,DC=x')).toBe('Domain Admins')
  expect(commonNameOf('cn=a\\, b\\2bc,dc=x')).toBe('a, b+c')
  expect(commonNameOf('uid=b+cn=a,dc=x')).toBe('a')
  expect(commonNameOf('ou=x,cn=admins,dc=x')).toBeUndefined()
})

test('spaces around a name are no part of it, and an escaped one at the end is', () => {
  expect(commonNameOf('cn=  a b  ,dc=x')).toBe('a b')
  expect(commonNameOf('cn=a\\   ,dc=x')).toBe('a ')
  expect(commonNameOf('cn=   ,dc=x')).toBe('')
})

test('a hundred thousand spaces within a name cost no time', () => {
  const start = performance.now()
  expect(commonNameOf(`cn=a${' '.repeat(100_000)}b`)).toHaveLength(100_002)
  expect(performance.now() - start).toBeLessThan(2000)
})

test('names that differ in bytes which are no UTF-8 are two', () => {
  expect(canonicalDn('cn=a\\ff,dc=x')).not.toBe(canonicalDn('cn=a\\fe,dc=x'))
  expect(canonicalDn('cn=a\\ff,dc=x')).not.toBe(canonicalDn('cn=a\\5cff,dc=x'))
  expect(commonNameOf('cn=a\\ff,dc=x')).toBeUndefined()
  expect(commonNameOf('cn=a\\5cff,dc=x')).toBe('a\\ff')
})

test.each([
  ['uid=anna,ou=people', { type: 'uid', value: 'anna' }],
  [' UID = anna , ou=people', { type: 'uid', value: 'anna' }],
  ['uid=anna+cn=Anna,ou=people', { type: 'uid', value: 'anna' }],
  ['uid=a\\,b\\2bc,ou=people', { type: 'uid', value: 'a,b+c' }],
  ['uid=a=b', { type: 'uid', value: 'a=b' }],
  ['uid=\\ff,ou=people', { type: 'uid', value: undefined }],
  ['anna,uid=bert', undefined],
  ['', undefined],
])('the first attribute of %j is %j', (dn, pair) => {
  expect(firstPairOf(dn)).toEqual(pair)
})

test('a value in hexadecimal digits is the text that it encodes, and no text that begins with a number sign', () => {
  for (const value of ['#04024869', '#0c024869', '#13024869', '#16024869', '#04024849', '#0481024869']) {
    expect(canonicalDn(`cn=${value},dc=x`), value).toBe(canonicalDn('cn=hi,dc=x'))
  }
  expect(canonicalDn('cn=\\#04024869,dc=x')).not.toBe(canonicalDn('cn=#04024869,dc=x'))
  expect(commonNameOf('cn=#04024869,dc=x')).toBe('Hi')
  expect(commonNameOf('cn=\\#04024869,dc=x')).toBe('#04024869')
  expect(canonicalDn('cn=#040261,dc=x')).not.toBe(canonicalDn('cn=a,dc=x'))
})

test('a value in hexadecimal digits that encodes no text is compared digit by digit', () => {
  expect(canonicalDn('cn=#0401FF,dc=x')).toBe(canonicalDn('cn=#0401ff,dc=x'))
  expect(canonicalDn('cn=#0401ff,dc=x')).not.toBe(canonicalDn('cn=#0401fe,dc=x'))
  expect(canonicalDn('cn=#020101,dc=x')).not.toBe(canonicalDn('cn=\\#020101,dc=x'))
  for (const value of ['#0401ff', '#020101', '#04', '#0405', '#04826869']) {
    expect(commonNameOf(`cn=${value},dc=x`), value).toBeUndefined()
  }
})
