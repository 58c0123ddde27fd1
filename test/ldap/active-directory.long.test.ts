import fc from 'fast-check'
import { activeDirectory, type LdapSourceOptions, ldapSource } from 'ostiary/ldap'
import { userSourceContract } from 'ostiary/testing/contracts'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { findingsOf } from '../findings.ts'
import { injections, randomInjections } from '../injections/names.ts'
import { AD_BASE, AD_PEOPLE, adPasswordOf, CAN_RUN_SAMBA, replace, type SambaAd, sambaAd } from './samba-ad.ts'
import { login, lookup } from './sign-in.ts'

describe.skipIf(!CAN_RUN_SAMBA)('Active Directory', () => {
  let server: SambaAd
  beforeAll(async () => {
    server = await sambaAd()
  }, 120_000)
  afterAll(() => server?.remove())

  const optionsOf = (options: Partial<LdapSourceOptions> = {}): LdapSourceOptions => ({
    name: 'windows',
    url: server.ldaps,
    tls: { caFile: server.caFile },
    preset: activeDirectory,
    base: AD_BASE,
    bind: { dn: 'service@example.test', password: adPasswordOf('service') },
    properties: { mail: 'mail' },
    roles: { Inner: 'Inner', [`cn=outermost, ${AD_PEOPLE}`]: 'Outermost' },
    ...options,
  })
  const source = (options: Partial<LdapSourceOptions> = {}) => {
    const made = ldapSource(optionsOf(options))
    onTestFinished(() => made.close?.())
    return made
  }
  const DIRECT: Partial<LdapSourceOptions> = { bind: { template: '{username}@example.test' } }

  userSourceContract('ldapSource', () => ({
    source: ldapSource(optionsOf()),
    accepted: { username: 'alice', password: adPasswordOf('alice') },
    expectedAccount: {
      id: 'alice',
      name: 'alice',
      description: 'alice Example',
      roles: ['Inner', 'Outermost'],
      properties: { mail: 'alice@example.test' },
    },
    unknown: 'nobody',
    secrets: [adPasswordOf('service')],
    blocked: { username: 'disabled', password: adPasswordOf('disabled'), id: 'disabled' },
    breakDown: async () => {
      onTestFinished(() => server.start())
      await server.stop()
    },
  }))

  const states: [string, string, string | undefined][] = [
    ['alice', 'accepted', undefined],
    ['wörner', 'accepted', undefined],
    ['disabled', 'blocked', 'disabled'],
    ['expired', 'blocked', 'the account has expired'],
    ['must-change', 'blocked', 'must change the password first'],
  ]

  test.each(states)('%s is %s, %s', async (name, outcome, reason) => {
    const expected = reason ? { outcome, reason } : { outcome }
    expect(await login(source(), name, adPasswordOf(name))).toMatchObject(expected)
    expect(await lookup(source(), name)).toMatchObject(expected)
    expect(await login(source(DIRECT), name, adPasswordOf(name))).toMatchObject(expected)
  })

  test.each([
    ['old-password', 'the password has expired'],
    ['night-shift', 'not at this time'],
    ['one-machine', 'not from this machine'],
  ])('%s is told by the server alone, which looks at nobody who is signed in: %s', async (name, reason) => {
    const ways: Partial<LdapSourceOptions>[] = [{}, DIRECT]
    for (const way of ways) {
      expect(await login(source(way), name, adPasswordOf(name))).toMatchObject({ outcome: 'blocked', reason })
      // Windows tells only those who know the password.
      expect(await login(source(way), name, 'wrong')).toMatchObject({ outcome: 'rejected' })
    }
    expect(await lookup(source(), name)).toMatchObject({ outcome: 'accepted' })
  })

  test('a wrong password is told from an unknown name, but not where people bind by themselves', async () => {
    expect(await login(source(), 'alice', 'wrong')).toMatchObject({ outcome: 'rejected' })
    expect(await login(source(), 'nobody', 'wrong')).toEqual({ outcome: 'unknown' })
    expect(await login(source(DIRECT), 'alice', 'wrong')).toMatchObject({ outcome: 'rejected' })
    expect((await login(source(DIRECT), 'nobody', 'wrong')).outcome).toMatch(/unknown|rejected/)
  })

  test('too many wrong passwords lock; a live session goes on', async () => {
    server.lockAfter(2)
    onTestFinished(() => server.lockAfter(0))
    const windows = source()
    for (let tries = 0; tries < 3; tries++) await login(windows, 'locked', 'wrong')
    const outcome = await login(windows, 'locked', adPasswordOf('locked'))
    expect(outcome).toMatchObject({ outcome: 'blocked', reason: 'locked after too many wrong passwords' })
    expect(await lookup(windows, 'locked')).toMatchObject({ outcome: 'accepted' })
  })

  test('who is disabled while signed in is found out', async () => {
    const windows = source()
    const dn = `CN=bob,${AD_PEOPLE}`
    expect(await lookup(windows, 'bob')).toMatchObject({ outcome: 'accepted' })
    await server.administer((client) => replace(client, dn, 'userAccountControl', '514'))
    expect(await lookup(windows, 'bob')).toMatchObject({ outcome: 'blocked', reason: 'disabled' })
    await server.administer((client) => replace(client, dn, 'userAccountControl', '512'))
  })

  test.each([
    ['objectGUID', /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/],
    ['objectguid', /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/],
    ['OBJECTGUID;binary', /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/],
    ['objectSid', /^S-1-5-21(-\d+){4}$/],
    ['objectsid', /^S-1-5-21(-\d+){4}$/],
  ])('an id can be the %s, and finds its person again', async (idAttribute, form) => {
    const windows = source({ idAttribute })
    const [outcome, other] = await Promise.all(['alice', 'bob'].map((name) => login(windows, name, adPasswordOf(name))))
    if (outcome?.outcome !== 'accepted') return expect.fail(JSON.stringify(outcome))
    expect(outcome.account.id).toMatch(form)
    expect(other).not.toMatchObject({ account: { id: outcome.account.id } })
    expect(await lookup(windows, outcome.account.id)).toEqual(outcome)
    const direct = await login(source({ ...DIRECT, idAttribute }), 'alice', adPasswordOf('alice'))
    expect(direct).toMatchObject({ account: { id: outcome.account.id } })
  })

  test('nested groups are found by walking too', async () => {
    for (const by of ['memberOf', 'search'] as const) {
      const groups = by === 'memberOf' ? { by } : { by, filter: '(member={dn})' }
      const outcome = await login(source({ groups }), 'alice', adPasswordOf('alice'))
      expect(outcome).toMatchObject({ account: { roles: ['Inner', 'Outermost'] } })
    }
  })

  test('who binds by an explicit principal is who has it, not who is called like it', async () => {
    const outcome = await login(source(DIRECT), 'robert', adPasswordOf('bob'))
    expect(outcome).toMatchObject({ outcome: 'accepted', account: { id: 'bob' } })
  })

  test.each([
    ['a service account', {}],
    ['people who bind by themselves', DIRECT],
  ])('with %s, nobody signs in by an injection, and no other entry is reached', async (_, way) => {
    const windows = source(way)
    const expectNobody = async (name: string) => {
      const { outcome } = await login(windows, name, adPasswordOf('alice'))
      expect(['unknown', 'rejected'], JSON.stringify(name)).toContain(outcome)
      if (windows.lookup) expect(await lookup(windows, name), JSON.stringify(name)).toEqual({ outcome: 'unknown' })
    }
    for (const name of injections('alice')) await expectNobody(name)
    await fc.assert(fc.asyncProperty(randomInjections('alice'), expectNobody), { numRuns: 100 })
    // The test could tell: with the right name the very same password is accepted.
    expect(await login(windows, 'alice', adPasswordOf('alice'))).toMatchObject({ outcome: 'accepted' })
  })

  test('it is looked at as any directory is', async () => {
    const roles = { Inner: 'Inner', Outre: 'Inner', alice: 'Inner', [`cn=gone, ${AD_PEOPLE}`]: 'Outermost' }
    const inspection = { roleNames: ['Inner'], warnBeforeMs: 3_600_000 }
    for (const options of [{}, { url: server.ldap, tls: { caFile: server.caFile, startTls: true } }]) {
      expect(await findingsOf(source({ roles, ...options }), inspection)).toEqual([
        expect.stringMatching(/^ok: .*: the certificate of CN=localhost, .* is valid until /),
        expect.stringMatching(/^ok: .* answers, the service account signs in and finds the base$/),
        'warning: groups bring roles that the code does not declare: "Outermost"',
        expect.stringMatching(/^warning: the group "cn=gone, .*" of roles is not found: .*32 NoSuchObject/),
        expect.stringMatching(/^warning: the group "Outre" of roles is not found/),
        expect.stringMatching(/^warning: the group "alice" of roles is not found/),
      ])
    }
  })

  test('StartTLS works as LDAPS does', async () => {
    const windows = source({ url: server.ldap, tls: { caFile: server.caFile, startTls: true } })
    expect(await login(windows, 'alice', adPasswordOf('alice'))).toMatchObject({ outcome: 'accepted' })
  })
})
