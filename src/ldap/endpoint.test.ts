import { describe, expect, test } from 'vitest'
import { readEndpoints } from './endpoint.ts'
import type { LdapSourceOptions } from './options.ts'

const read = (url: string | string[], options: Partial<LdapSourceOptions> = {}) =>
  readEndpoints({ url, base: 'dc=x', bind: { template: 'uid={username},dc=x' }, ...options })

describe('passwords do not travel unencrypted', () => {
  test.each([
    'ldap://ldap.example.org',
    'ldap://10.0.0.1',
    'ldap://localhost.example.org',
    'ldap://127.0.0.1.example.org',
    'ldap://128.0.0.1',
    'ldap://[fe80::1]',
    'LDAP://ldap.example.org:636',
  ])('%s is refused', (url) => {
    expect(() => read(url)).toThrow(/unencrypted/)
    expect(() => read(['ldaps://ldap.example.org', url])).toThrow(/unencrypted/)
    expect(read(url, { insecure: true })).toMatchObject([{ encryption: 'none' }])
    expect(read(url, { tls: { startTls: true } })).toMatchObject([{ encryption: 'startTls' }])
  })

  test.each(['ldap://localhost', 'ldap://127.0.0.1:3890', 'ldap://127.8.8.8', 'ldap://[::1]'])(
    '%s stays on this machine',
    (url) => {
      expect(read(url)).toMatchObject([{ encryption: 'none' }])
    },
  )
})

test('ports are the usual ones', () => {
  expect(read(['ldaps://a', 'ldap://localhost', 'ldaps://[::1]:1636'])).toMatchObject([
    { host: 'a', port: 636, serverName: 'a', encryption: 'ldaps' },
    { host: 'localhost', port: 389 },
    { host: '::1', port: 1636 },
  ])
})

test.each(['', 'ldap.example.org', 'https://a', 'ldaps://', 'ldaps://a/dc=x', 'ldaps://a?x', 'ldaps://user:pass@a'])(
  '%j is no url',
  (url) => {
    expect(() => read(url)).toThrow(/A url of ldapSource/)
  },
)

test('no url, and trust that cannot be read, stop the start', () => {
  expect(() => read([])).toThrow(/needs a url/)
  expect(() => read('ldaps://a', { tls: { startTls: true } })).toThrow(/startTls is for ldap/)
  expect(() => read('ldaps://a', { tls: { ca: 'nothing' } })).toThrow(/certificates/)
  expect(() => read('ldaps://a', { tls: { caFile: '/no/such/file.pem' } })).toThrow(/no such file/)
})
