import type { UserSource } from 'ostiary'
import { type LdapSourceOptions, ldapSource } from 'ostiary/ldap'
import { userSourceContract } from 'ostiary/testing/contracts'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { BASE, DEFAULT_POLICY, dnOf, GROUPS, PEOPLE, passwordOf, SERVICE } from './directory.ts'
import { type OpenLdap, openLdap } from './open-ldap.ts'
import { login, lookup, sourceOver } from './sign-in.ts'

let server: OpenLdap
beforeAll(async () => {
  server = await openLdap()
})
afterAll(() => server?.remove())

const source = (options: Partial<LdapSourceOptions> = {}) =>
  sourceOver(server, { passwordPolicy: DEFAULT_POLICY, ...options })

userSourceContract('ldapSource', async () => {
  const own = await openLdap()
  return {
    source: ldapSource({
      url: own.ldaps,
      tls: { caFile: own.caFile },
      base: BASE,
      bind: SERVICE,
      properties: { mail: 'mail' },
      roles: { staff: 'Staff', editors: 'Editor' },
    }),
    accepted: { username: 'alice', password: passwordOf('alice') },
    expectedAccount: {
      id: 'alice',
      name: 'alice',
      description: 'alice Example',
      roles: ['Staff', 'Editor'],
      properties: { mail: 'alice@example.org' },
    },
    unknown: 'nobody',
    secrets: [SERVICE.password],
    blocked: { username: 'locked', password: passwordOf('locked'), id: 'locked' },
    breakDown: () => own.stop(),
    teardown: () => own.remove(),
  }
})

describe('what OpenLDAP says of an account, though it answers every refusal with the same code', () => {
  test.each([
    ['nobody', 'unknown', undefined],
    ['no-password', 'rejected', undefined],
    ['locked', 'blocked', 'locked'],
    ['locked-out', 'blocked', 'locked after too many wrong passwords'],
    ['old-password', 'blocked', 'the password has expired'],
    ['must-change', 'blocked', 'must change the password first'],
    ['left', 'blocked', 'the account has expired'],
    ['not-yet', 'blocked', 'the account is not valid yet'],
    ['lockout-ended', 'accepted', undefined],
    ['alice', 'accepted', undefined],
  ])('%s is %s, %s', async (username, outcome, reason) => {
    expect(await login(source(), username)).toMatchObject(reason ? { outcome, reason } : { outcome })
  })

  test('too many wrong passwords lock, and what they lock is told', async () => {
    const strict = await openLdap({ mostFailures: 3 })
    onTestFinished(() => strict.remove())
    const ldap = source({ url: strict.ldaps, tls: { caFile: strict.caFile } })
    const locked = { outcome: 'blocked', reason: 'locked after too many wrong passwords' }
    for (const answer of [{ outcome: 'rejected' }, { outcome: 'rejected' }, locked]) {
      expect(await login(ldap, 'dave', 'wrong')).toMatchObject(answer)
    }
    expect(await login(ldap, 'dave')).toMatchObject(locked)
    // Anybody can type wrong passwords: live sessions go on.
    expect(await lookup(ldap, 'dave')).toMatchObject({ outcome: 'accepted' })
  })

  test.each(['locked', 'left', 'must-change'])('a live session of %s ends', async (id) => {
    expect(await lookup(source(), id)).toMatchObject({ outcome: 'blocked' })
  })
})

describe('names', () => {
  test('every spelling of a name is one account', async () => {
    const ldap = source()
    for (const username of ['alice', 'ALICE', ' Alice ']) {
      expect(await login(ldap, username, passwordOf('alice'))).toMatchObject({
        account: { id: 'alice', name: 'alice' },
      })
    }
  })

  test.each(['jörg', 'a,b+c'])('%s signs in, and is looked up', async (username) => {
    const ldap = source()
    expect(await login(ldap, username)).toMatchObject({ outcome: 'accepted', account: { id: username } })
    expect(await lookup(ldap, username)).toMatchObject({ outcome: 'accepted', account: { id: username } })
  })

  test('a refusal names the account that was found, whatever spelling of its name was typed', async () => {
    const ldap = source()
    for (const username of ['dave', 'DAVE', ' Dave ']) {
      expect(await login(ldap, username, 'wrong')).toEqual({ outcome: 'rejected', accountId: 'dave' })
    }
    expect(await login(ldap, 'LOCKED', 'wrong')).toMatchObject({ outcome: 'blocked', accountId: 'locked' })
    expect(await login(ldap, 'nobody', 'wrong')).toEqual({ outcome: 'unknown' })
  })

  test('a name is found however its letters were put together', async () => {
    const outcome = await login(source(), 'jo\u0308rg', passwordOf('jörg'))
    expect(outcome).toMatchObject({ outcome: 'accepted', account: { id: 'jörg' } })
  })

  test.each(['twin', 'crowd'])('%s, which several entries have, is nobody', async (username) => {
    const reason = 'several entries of the directory match this name'
    expect(await login(source(), username)).toMatchObject({ outcome: 'blocked', reason })
    expect(await lookup(source(), username)).toMatchObject({ outcome: 'blocked', reason })
  })

  test.each(['EXTERNAL', 'PLAIN', 'DIGEST-MD5', 'SCRAM-SHA-1'])('%s is a name like any other', async (username) => {
    expect(await login(source(), username, 'x')).toEqual({ outcome: 'unknown' })
    expect(await login(source({ bind: { template: `uid={username},${PEOPLE}` } }), username, 'x')).toMatchObject({
      outcome: 'rejected',
    })
  })

  test('an id is compared to the letter, though the directory does not', async () => {
    expect(await lookup(source(), 'alice')).toMatchObject({ outcome: 'accepted' })
    expect(await lookup(source(), 'ALICE')).toEqual({ outcome: 'unknown' })
  })

  test('an id can be an attribute that stays when the name changes', async () => {
    const ldap = source({ idAttribute: 'entryUUID' })
    const outcome = await login(ldap, 'alice')
    if (outcome.outcome !== 'accepted') return expect.fail(JSON.stringify(outcome))
    expect(outcome.account.id).toMatch(/^[0-9a-f-]{36}$/)
    expect(await lookup(ldap, outcome.account.id)).toEqual(outcome)
  })

  test('whoever the filter leaves out is unknown, at login and later', async () => {
    const ldap = source({ userFilter: '(&(uid={username})(mail=bob@example.org))' })
    expect(await login(ldap, 'alice')).toEqual({ outcome: 'unknown' })
    expect(await lookup(ldap, 'alice')).toEqual({ outcome: 'unknown' })
    expect(await lookup(ldap, 'bob')).toMatchObject({ outcome: 'accepted' })
  })
})

test('an empty or broken password is refused even by a server that takes it for a success', async () => {
  const lax = await openLdap({ global: ['allow bind_anon_dn'] })
  onTestFinished(() => lax.remove())
  for (const options of [{}, { bind: { template: `uid={username},${PEOPLE}` } }]) {
    const ldap = source({ url: lax.ldap, ...options })
    for (const password of ['', '\0', '\ud800', 'x'.repeat(1025)]) {
      expect(await login(ldap, 'alice', password)).toMatchObject({ outcome: 'rejected' })
    }
    expect(await login(ldap, 'alice')).toMatchObject({ outcome: 'accepted' })
  }
})

describe('groups bring roles', () => {
  const rolesOf = async (ldap: UserSource, username: string) => {
    const outcome = await login(ldap, username)
    return outcome.outcome === 'accepted' ? [...outcome.account.roles].sort() : outcome
  }

  test('groups of names, of unique names, of user names, and groups of groups', async () => {
    expect(await rolesOf(source(), 'alice')).toEqual(['Editor', 'Staff'])
    expect(await rolesOf(source(), 'bob')).toEqual(['Admin', 'Editor', 'Staff'])
    expect(await rolesOf(source(), 'carol')).toEqual(['Posix', 'Unique'])
    expect(await rolesOf(source(), 'a,b+c')).toEqual(['Editor', 'Staff'])
  })

  test('memberOf brings the same, and without nesting only what is direct', async () => {
    expect(await rolesOf(source({ groups: { by: 'memberOf' } }), 'bob')).toEqual(['Admin', 'Editor', 'Staff'])
    expect(await rolesOf(source({ groups: { by: 'memberOf', nested: false } }), 'bob')).toEqual(['Admin', 'Staff'])
    expect(await rolesOf(source({ groups: 'none' }), 'bob')).toEqual([])
  })

  test('a group of the same name elsewhere does not count where a base or a DN says so', async () => {
    const group = `CN=Admins, ${GROUPS.toUpperCase()}`
    const filter = '(member={dn})'
    for (const [options, roles] of [
      [{}, ['Admin']],
      [{ groups: { by: 'search', filter, base: GROUPS } }, []],
      [{ groups: { by: 'memberOf', base: GROUPS } }, []],
      [{ roles: { [group]: 'Admin' } }, []],
    ] as [Partial<LdapSourceOptions>, string[]][]) {
      const outcome = await lookup(source(options), 'dave')
      expect(outcome).toMatchObject({ outcome: 'accepted', account: { roles } })
    }
    expect(await rolesOf(source({ roles: { [group]: 'Admin' } }), 'bob')).toEqual(['Admin'])
  })

  test('a function may say what groups bring', async () => {
    const roles: LdapSourceOptions['roles'] = (groups) => groups.map(({ cn }) => `group ${cn}`)
    expect(await rolesOf(source({ roles }), 'alice')).toEqual(['group circle', 'group editors', 'group staff'])
  })

  test('a change of groups is seen when the person is looked up', async () => {
    const ldap = source()
    await server.administer((client) =>
      client.add(`cn=fresh,${GROUPS}`, { objectClass: 'groupOfNames', cn: 'fresh', member: dnOf('jörg') }),
    )
    const fresh = source({ roles: { fresh: 'Fresh' } })
    expect(await lookup(fresh, 'jörg')).toMatchObject({ account: { roles: ['Fresh'] } })
    await server.administer((client) => client.del(`cn=fresh,${GROUPS}`))
    expect(await lookup(fresh, 'jörg')).toMatchObject({ account: { roles: [] } })
    expect(await lookup(ldap, 'gone')).toEqual({ outcome: 'unknown' })
  })
})

describe('people who bind by themselves', () => {
  const direct = () => source({ bind: { template: `uid={username},${PEOPLE}` } })

  test('they sign in with their roles, and nobody is looked up', async () => {
    expect(direct().lookup).toBeUndefined()
    expect(await login(direct(), 'bob')).toMatchObject({
      outcome: 'accepted',
      account: { id: 'bob', roles: ['Staff', 'Editor', 'Admin'] },
    })
    expect(await login(direct(), 'a,b+c')).toMatchObject({ outcome: 'accepted', account: { id: 'a,b+c' } })
    expect(await login(direct(), 'bob', 'wrong')).toMatchObject({ outcome: 'rejected' })
    expect(await login(direct(), 'nobody')).toMatchObject({ outcome: 'rejected' })
  })

  test('what they type stays within its place', async () => {
    expect(await login(direct(), `bob,${PEOPLE}`, passwordOf('bob'))).toMatchObject({ outcome: 'rejected' })
    expect(await login(direct(), 'x+uid=bob', passwordOf('bob'))).toMatchObject({ outcome: 'rejected' })
  })
})
