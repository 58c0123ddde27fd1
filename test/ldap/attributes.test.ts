import type { Outcome, UserSource } from 'ostiary'
import type { LdapSourceOptions } from 'ostiary/ldap'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findingsOf } from '../findings.ts'
import { PEOPLE, passwordOf } from './directory.ts'
import { MANY_KINDS, SCHEMA, SPECIAL_NAMES, type Texts, TWINS } from './many-kinds.ts'
import { type OpenLdap, openLdap } from './open-ldap.ts'
import { login, lookup, sourceOver } from './sign-in.ts'

let server: OpenLdap
beforeAll(async () => {
  server = await openLdap({ global: SCHEMA, ldif: MANY_KINDS })
})
afterAll(() => server?.remove())

const source = (options: Partial<LdapSourceOptions> = {}) => sourceOver(server, options)
const account = (outcome: Outcome | undefined) => (outcome?.outcome === 'accepted' ? outcome.account : outcome)
const refusal = (reason: RegExp) => ({ outcome: 'blocked', reason: expect.stringMatching(reason) })

describe('two people whose ids differ in bytes that are no text are two, and each is found again:', () => {
  test.each<[Partial<LdapSourceOptions>, keyof Texts]>([
    [{ idAttribute: 'objectGUID' }, 'guid'],
    [{ idAttribute: 'objectguid' }, 'guid'],
    [{ idAttribute: 'OBJECTGUID;binary' }, 'guid'],
    [{ idAttribute: 'objectSid' }, 'sid'],
    [{ idAttribute: 'OBJECTSID' }, 'sid'],
    [{ idAttribute: 'GUID' }, 'uuid'],
    [{ idAttribute: 'guid' }, 'uuid'],
    [{ idAttribute: 'nsUniqueId' }, 'nsUniqueId'],
    [{ idAttribute: 'ipauniqueid' }, 'nsUniqueId'],
    [{ idAttribute: 'badgeKey', octets: { badgeKey: 'hex' } }, 'hex'],
    [{ idAttribute: 'badgekey', octets: { BADGEKEY: 'uuid' } }, 'uuid'],
    [{ idAttribute: 'badgeKey', octets: { badgeKey: 'base64' } }, 'base64'],
    [{ idAttribute: 'objectGUID', octets: { objectGUID: 'uuid' } }, 'uuid'],
  ])('%o', async (options, form) => {
    const ldap = source(options)
    for (const uid of ['anna', 'bert'] as const) {
      const outcome = await login(ldap, uid)
      expect(outcome).toMatchObject({ outcome: 'accepted', account: { id: TWINS[uid][form], name: uid } })
      expect(await lookup(ldap, TWINS[uid][form])).toEqual(outcome)
      expect(await lookup(ldap, TWINS[uid][form].toUpperCase().replace('S-', 's-'))).toEqual({ outcome: 'unknown' })
    }
  })
})

describe('an id that is no text is refused, at login and in the check, rather than written with U+FFFD:', () => {
  test.each<[string, Partial<LdapSourceOptions>, string]>([
    ['as the id', { idAttribute: 'badgeKey' }, 'anna'],
    ['as the name', { userAttribute: 'badgeKey', userFilter: '(&(badgeKey=*)(uid={username}))' }, 'anna'],
    ['as the description', { description: 'badgeKey', userFilter: '(&(badgeKey=*)(uid={username}))' }, 'anna'],
    ['as a property', { properties: { key: 'badgeKey' }, userFilter: '(&(badgeKey=*)(uid={username}))' }, 'anna'],
    ['a picture', { properties: { face: 'jpegPhoto' }, userFilter: '(&(jpegPhoto=*)(uid={username}))' }, 'picture'],
  ])('%s', async (_, options, uid) => {
    const ldap = source({ userFilter: '(&(badgeKey=*)(uid={username}))', ...options })
    expect(await login(ldap, uid)).toMatchObject(refusal(/octets/))
    expect(await findingsOf(ldap)).toContainEqual(expect.stringMatching(/^error: .*octets/))
  })

  test('bytes are a property where the configuration says how to write them', async () => {
    const ldap = source({ properties: { face: 'jpegPhoto' }, octets: { jpegPhoto: 'base64' } })
    expect(account(await login(ldap, 'picture'))).toMatchObject({ properties: { face: '/9j/4AAQSkZJRg==' } })
  })
})

describe('nobody signs in under a name that another person has too:', () => {
  test.each<[string, Partial<LdapSourceOptions>, string, RegExp]>([
    [
      'several values as the name',
      { userAttribute: 'mail', userFilter: '(mail={username})' },
      'malin@example.org',
      /2 values of mail/,
    ],
    ['several values as the id', { idAttribute: 'mail' }, 'malin', /2 values of mail/],
    ['one value of two entries as the name', { userAttribute: 'nickname' }, 'malin', /another entry/],
    ['one value of two entries as the id', { idAttribute: 'employeeNumber' }, 'malin', /another entry/],
    [
      'one value of two entries as the name beside an id',
      { userAttribute: 'nickname', idAttribute: 'entryUUID' },
      'malin',
      /another entry/,
    ],
    [
      'a name that differs in case alone, where case counts',
      { userAttribute: 'exactName' },
      'malin',
      /not found by its own|another entry/,
    ],
    ['several values of uid', {}, 'double', /2 values of uid/],
    ['no value', { userAttribute: 'nickname' }, 'alice', /no nickname/],
  ])('%s', async (_, options, username, reason) => {
    const ldap = source(options)
    const password = passwordOf(username.replace(/@.*/, ''))
    expect(await login(ldap, username, password)).toMatchObject(refusal(reason))
    expect(await login(ldap, username, 'wrong')).not.toMatchObject({ outcome: 'accepted' })
  })

  test('a second value is no way to another person’s groups', async () => {
    const ldap = source({
      userFilter: '(mail={username})',
      base: PEOPLE,
      groups: { by: 'search', filter: '(memberUid={username})' },
    })
    expect(await login(ldap, 'malin@example.org', passwordOf('malin'))).toMatchObject({ account: { id: 'malin' } })
  })

  test('people who bind by themselves are held to the same', async () => {
    const direct = (options: Partial<LdapSourceOptions> = {}) =>
      source({ bind: { template: `uid={username},${PEOPLE}` }, ...options })
    expect(await login(direct(), 'double')).toMatchObject(refusal(/2 values of uid/))
    expect(await login(direct({ userAttribute: 'mail' }), 'malin')).toMatchObject(refusal(/2 values of mail/))
    expect(await login(direct({ userAttribute: 'nickname' }), 'malin')).toMatchObject(refusal(/another entry/))
    expect(await login(direct({ idAttribute: 'employeeNumber' }), 'malin')).toMatchObject(refusal(/another entry/))
    expect(await login(direct({ userAttribute: 'nickname' }), 'solo')).toMatchObject({ account: { id: 'solo' } })
    expect(await login(direct({ idAttribute: 'objectguid' }), 'bert')).toMatchObject({
      account: { id: TWINS.bert.guid },
    })
  })

  test('a userFilter leaves out those who bind by themselves too', async () => {
    const bind = { template: `uid={username},${PEOPLE}` }
    const ldap = source({ bind, userFilter: '(&(uid={username})(nickname=*))' })
    expect(await login(ldap, 'solo')).toMatchObject({ outcome: 'accepted' })
    expect(await login(ldap, 'alice')).toEqual({ outcome: 'unknown' })
  })

  test('the check tells who has several values, before anybody is refused', async () => {
    const findings = await findingsOf(
      source({ userAttribute: 'mail', userFilter: '(&(mail=chief@example.org)(mail={username}))' }),
    )
    expect(findings).toContainEqual(expect.stringMatching(/^warning: .*2 values of mail/))
  })
})

describe('what the person writes in another spelling, or not at all, is the value or a clear refusal:', () => {
  const shown = async (options: Partial<LdapSourceOptions>, uid: string) => account(await login(source(options), uid))

  test('the name of an attribute in any spelling, by another name, and by its object identifier', async () => {
    for (const userAttribute of ['uid', 'UID', 'userid', '0.9.2342.19200300.100.1.1', 'uid;binary']) {
      const ldap = source({ userAttribute })
      expect(account(await login(ldap, 'solo')), userAttribute).toMatchObject({ id: 'solo', name: 'solo' })
      expect(account(await lookup(ldap, 'solo')), userAttribute).toMatchObject({ id: 'solo' })
    }
    expect(await shown({ userAttribute: 'petName' }, 'solo')).toMatchObject(refusal(/no petName that could be read/))
    expect(await shown({ userAttribute: 'nosuch' }, 'solo')).toMatchObject(refusal(/no nosuch that could be read/))
  })

  test('a filter that compares in its own way finds people again', async () => {
    const ldap = source({ userFilter: '(uid:caseExactMatch:={username})' })
    expect(account(await login(ldap, 'solo'))).toMatchObject({ id: 'solo' })
    expect(account(await lookup(ldap, 'solo'))).toMatchObject({ id: 'solo' })
    expect(await login(ldap, 'SOLO', passwordOf('solo'))).toEqual({ outcome: 'unknown' })
  })

  test('options of an attribute', async () => {
    expect(await shown({}, 'solo')).toMatchObject({ description: 'solo Example' })
    expect(await shown({ description: 'cn;lang-de' }, 'solo')).toMatchObject({ description: 'Solo auf Deutsch' })
    expect(await shown({ description: 'CN;LANG-DE' }, 'solo')).toMatchObject({ description: 'Solo auf Deutsch' })
    expect(await shown({ properties: { german: 'cn;lang-de' } }, 'anna')).toMatchObject({ properties: {} })
  })

  test('several values are one description and a list as a property', async () => {
    const options = { userAttribute: 'cn', description: 'description', properties: { all: 'description' } }
    expect(await shown(options, 'double')).toMatchObject({ description: 'one', properties: { all: ['one', 'two'] } })
  })

  test('the id is that of the entry, whatever spelling of the name was typed', async () => {
    const ldap = source({ userFilter: '(mobile={username})' })
    for (const username of ['+155501099', '+1 555 010 99', '+1-555-010-99', '+ 1 5 5 5 0 1 0 9 9']) {
      expect(account(await login(ldap, username, passwordOf('solo')))).toMatchObject({ id: 'solo' })
      expect(await login(ldap, username, 'wrong')).toEqual({ outcome: 'rejected', accountId: 'solo' })
    }
  })

  test('spellings that a directory may take for one are counted as one where people bind by themselves', async () => {
    const ldap = source({ bind: { template: `cn={username},${PEOPLE}` }, userAttribute: 'cn' })
    for (const username of ['+1 555 010 99', '+1-555-01099', '(1) 555.010.99'])
      expect(await login(ldap, username, 'wrong')).toEqual({ outcome: 'rejected', accountId: '155501099' })
  })
})

test.each(['off', 'over', 'gone'])('%s, whom another directory’s attribute keeps out, is blocked', async (uid) => {
  for (const bind of [{}, { bind: { template: `uid={username},${PEOPLE}` } }]) {
    expect(await login(source(bind), uid)).toMatchObject({ outcome: 'blocked', accountId: uid })
  }
  expect(await lookup(source(), uid)).toMatchObject({ outcome: 'blocked' })
  expect(await login(source({ accountState: 'none' }), uid)).toMatchObject({ outcome: 'accepted' })
})

test('a reference to what has no common name, such as a rule of FreeIPA, brings the roles of its DN alone', async () => {
  const ldap = (roles: LdapSourceOptions['roles']): UserSource =>
    source({ userFilter: '(&(memberOf=*)(uid={username}))', groups: { by: 'memberOf' }, roles: roles ?? {} })
  expect(account(await login(ldap({ staff: 'Staff', '1b2c-3d': 'Wrong' }), 'ipa'))).toMatchObject({ roles: ['Staff'] })
  expect(await findingsOf(ldap({ staff: 'Staff' }))).toContainEqual(
    expect.stringMatching(/^ok: memberOf lists entries without a common name, such as ipaUniqueID=/),
  )
  const rule = 'ipaUniqueID=4D5E-6F, cn=sudorules, dc=example,dc=org'
  expect(account(await login(ldap({ [rule]: 'Sudo' }), 'ipa'))).toMatchObject({ roles: ['Sudo'] })
})

test.each(SPECIAL_NAMES)(
  '%s is a name like any other, for a service account and where people bind by themselves',
  async (uid) => {
    for (const options of [{}, { bind: { template: `uid={username},${PEOPLE}` } }]) {
      const ldap = source(options)
      const outcome = await login(ldap, uid)
      expect(outcome).toMatchObject({ outcome: 'accepted', account: { id: uid, name: uid } })
      if (ldap.lookup) expect(await lookup(ldap, uid)).toEqual(outcome)
    }
  },
)
