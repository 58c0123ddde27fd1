import { describe, expect, test } from 'vitest'
import { defineRole } from '../policy/role.ts'
import { LoginAttempt } from '../users/login-attempt.ts'
import { ldapSource } from './ldap-source.ts'
import type { LdapSourceOptions } from './options.ts'
import { readRoleMapping } from './role-mapping.ts'

const OPTIONS: LdapSourceOptions = {
  url: 'ldaps://ldap.example.org',
  base: 'dc=example,dc=org',
  bind: { dn: 'cn=service,dc=example,dc=org', password: 'x' },
}

describe('what cannot be right stops the start', () => {
  test.each<[string, object, RegExp]>([
    ['a name that no source can have', { name: 'LDAP' }, /cannot be called/],
    ['no base', { base: '' }, /needs a base/],
    ['no bind', { bind: undefined }, /needs bind/],
    ['an empty password of the service account', { bind: { dn: 'cn=x', password: '' } }, /cannot be empty/],
    ['a service account that is no DN', { bind: { dn: 'EXTERNAL', password: 'x' } }, /by its DN/],
    ['a template without a place for the name', { bind: { template: 'uid=x,dc=y' } }, /\{username\}/],
    ['a template that is only a name', { bind: { template: '{username}' } }, /\{username\}/],
    ['a filter that finds everybody', { userFilter: '(objectClass=person)' }, /\{username\}/],
    ['no time at all', { timeout: 0 }, /positive length of time/],
    ['no connections', { connections: 0 }, /from 1 up/],
    ['roles that are a list', { roles: [] }, /an object of groups/],
    ['a role that is undefined', { roles: { staff: undefined } }, /"staff".*undefined/],
  ])('%s', (_, options, message) => {
    expect(() => ldapSource({ ...OPTIONS, ...options } as LdapSourceOptions)).toThrow(message)
  })
})

test('the rules of a source are passed on, and only those', () => {
  const rules = { realm: 'corp', authoritative: true, onUnavailable: 'stop', deadline: '2s' } as const
  const source = ldapSource({ ...OPTIONS, ...rules })
  expect(source).toMatchObject({ name: 'ldap', ...rules })
  expect(JSON.stringify(source)).not.toContain('password')
})

test('groups bring roles by CN and by DN, each once, whatever the spelling', () => {
  const editor = defineRole({ name: 'Editor', description: 'Writes', permissions: [] })
  const rolesOf = readRoleMapping({
    STAFF: [editor, 'Reader'],
    'CN=Admins, DC=Example': 'Admin',
    'cn=staff,dc=example': editor,
  })
  expect(rolesOf([{ dn: 'cn=Staff,dc=example', cn: 'Staff' }])).toEqual([editor, 'Reader'])
  expect(rolesOf([{ dn: 'cn=admins,dc=example', cn: 'admins' }])).toEqual(['Admin'])
  expect(rolesOf([{ dn: 'cn=admins,dc=elsewhere', cn: 'admins' }])).toEqual([])
  expect(rolesOf([{ dn: 'cn=constructor,dc=example', cn: 'constructor' }])).toEqual([])
})

describe('while the directory cannot be reached, what it is not asked about is an outage like everything else', () => {
  const here = { url: 'ldap://127.0.0.1:1', base: 'dc=example,dc=org' }
  test.each<[string, LdapSourceOptions['bind']]>([
    ['searched for', { dn: 'cn=service,dc=example,dc=org', password: 'x' }],
    ['in a DN', { template: 'uid={username},dc=example,dc=org' }],
    ['in a principal', { template: '{username}@example.org' }],
  ])('with the name %s', async (_, bind) => {
    const source = ldapSource({ ...here, bind })
    for (const [username, password] of [
      ['anna', 'secret'],
      ['an\0na', 'secret'],
      ['', 'secret'],
      ['a/b', 'secret'],
      ['anna', ''],
      ['anna', 'x'.repeat(1025)],
    ] as const) {
      const answer = await source.authenticate(new LoginAttempt({ username, password }), AbortSignal.timeout(10_000))
      expect(answer.outcome, JSON.stringify([username, password])).toBe('unavailable')
    }
  })
})
