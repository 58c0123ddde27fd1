import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { UserSource } from 'ostiary'
import type { LdapSourceOptions } from 'ostiary/ldap'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { findingsOf } from '../findings.ts'
import { makeCertificate } from './certificates.ts'
import { BASE, DEFAULT_POLICY, GROUPS, PEOPLE, SERVICE } from './directory.ts'
import { type OpenLdap, openLdap } from './open-ldap.ts'
import { sourceOver } from './sign-in.ts'

let server: OpenLdap
beforeAll(async () => {
  server = await openLdap()
})
afterAll(() => server?.remove())

const HOUR = 3_600_000
const MONTH = 30 * 24 * HOUR
const DECLARED = ['Staff', 'Editor', 'Admin', 'Unique', 'Posix']

function check(options: Partial<LdapSourceOptions> = {}, warnBeforeMs = HOUR, over = server): Promise<string[]> {
  return findingsOf(sourceOver(over, options), { roleNames: DECLARED, warnBeforeMs })
}

const levelsOf = (findings: readonly string[]) => findings.map((finding) => finding.replace(/:.*/s, ''))
const CERTIFICATE = 'the certificate of CN=localhost, issued by CN=Authority of server,'
const DATE = String.raw`\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ`
const STARTTLS = () => ({ url: server.ldap, tls: { caFile: server.caFile, startTls: true } })

test('a directory that is in order says so, once for each server', async () => {
  const url = [server.ldaps, server.ldaps.replace('127.0.0.1', 'localhost')]
  const findings = await check({ url, passwordPolicy: DEFAULT_POLICY })
  expect(levelsOf(findings)).toEqual(['ok', 'ok', 'ok', 'ok', 'ok'])
  for (const [index, each] of url.entries()) {
    expect(findings[2 * index]).toMatch(RegExp(`^ok: ${each}: ${CERTIFICATE} is valid until ${DATE}$`))
    expect(findings[2 * index + 1]).toBe(`ok: ${each} answers, the service account signs in and finds the base`)
  }
  expect(findings[4]).toBe('ok: all groups of roles are there (5)')
})

describe.each([
  ['LDAPS', (over: OpenLdap) => ({ url: over.ldaps, tls: { caFile: over.caFile } })],
  ['StartTLS', (over: OpenLdap) => ({ url: over.ldap, tls: { caFile: over.caFile, startTls: true } })],
])('the certificate, by %s,', (_, way) => {
  test('is worth a warning when it expires soon, and so is that of its authority', async () => {
    const findings = await check(way(server), MONTH)
    expect(findings[0]).toMatch(RegExp(`^warning: ldaps?://.*: ${CERTIFICATE} expires on ${DATE}$`))
    expect(findings[1]).toMatch(RegExp(`the certificate of CN=Authority of server, .* expires on ${DATE}$`))
    expect(levelsOf(findings)).toEqual(['warning', 'warning', 'ok', 'ok'])
  })

  test('is an error when it has expired, and nothing is asked then', async () => {
    const late = await openLdap({ certificateDays: -1 })
    onTestFinished(() => late.remove())
    expect(await check(way(late), HOUR, late)).toEqual([
      expect.stringMatching(RegExp(`^error: ldaps?://.*: ${CERTIFICATE} has expired on ${DATE}$`)),
    ])
  })

  test('is an error when another authority has signed it, or when it is for another host', async () => {
    const folder = join(server.folder, `other-${_}`)
    mkdirSync(folder)
    const { tls, url } = way(server)
    expect(await check({ url, tls: { ...tls, caFile: makeCertificate(folder, 'other').ca } })).toEqual([
      expect.stringMatching(RegExp(`^error: .*${CERTIFICATE} is not trusted: SELF_SIGNED_CERT_IN_CHAIN$`)),
      expect.stringMatching(/^ok: .* is valid until/),
    ])
    const [error] = await check({ url, tls: { ...tls, serverName: 'elsewhere.example' } })
    expect(error).toMatch(
      /^error: .* is not trusted: it is for other names \(DNS:localhost, IP Address:127\.0\.0\.1\)$/,
    )
  })
})

describe('what keeps everybody out is an error:', () => {
  test.each<[string, () => Partial<LdapSourceOptions>, RegExp]>([
    ['a server that is not there', () => ({ url: 'ldaps://127.0.0.1:1' }), /ldaps:\/\/127.0.0.1:1: .*ECONNREFUSED/],
    ['no StartTLS', () => ({ ...STARTTLS(), url: server.ldaps.replace('ldaps', 'ldap') }), /ldap:\/\//],
    [
      'a service account that cannot sign in',
      () => ({ bind: { ...SERVICE, password: 'outdated-corridor' } }),
      /the service account cannot sign in: .*49 InvalidCredentials/,
    ],
    ['a base that is not there', () => ({ base: `ou=nowhere,${BASE}` }), /nowhere.*32 NoSuchObject/],
  ])('%s', async (_, options, why) => {
    const findings = await check({ timeout: '1s', connectTimeout: '1s', ...options() })
    expect(findings.at(-1)).toMatch(why)
    expect(levelsOf(findings)).toContain('error')
    expect(findings.join()).not.toMatch(/corridor/)
  })

  test('one server of two: the other is looked at all the same', async () => {
    const findings = await check({ url: ['ldaps://127.0.0.1:1', server.ldaps] })
    expect(levelsOf(findings)).toEqual(['error', 'ok', 'ok', 'ok'])
  })

  test('attributes of Active Directory that nobody can read', async () => {
    const findings = await check({ accountState: 'activeDirectory' })
    expect(findings).toContainEqual(expect.stringMatching(/^error: the userAccountControl of .* cannot be read$/))
  })
})

describe('what the configuration names and the directory does not have is worth a warning:', () => {
  test('groups by their name and by their DN, and roles that are not in the code', async () => {
    const roles = {
      staff: 'Staff',
      Admisn: 'Admin',
      crowd0: 'Staff',
      [`cn=editors, ${GROUPS}`]: ['Editor', 'Edtior'],
      [`cn=ediotrs,${GROUPS}`]: 'Editor',
    }
    expect((await check({ roles })).slice(2)).toEqual([
      'warning: groups bring roles that the code does not declare: "Edtior"',
      expect.stringMatching(/^warning: the group "cn=ediotrs,.*" of roles is not found: .*32 NoSuchObject$/),
      `warning: the group "Admisn" of roles is not found: there is none below ${BASE}`,
      `warning: the group "crowd0" of roles is not found: there is none below ${BASE}`,
    ])
  })

  test.each<[string, Partial<LdapSourceOptions>, string]>([
    [
      'a group outside of the base of groups',
      { groups: { by: 'memberOf', base: PEOPLE }, roles: { [`cn=staff,${GROUPS}`]: 'Staff' } },
      `warning: the group "cn=staff,${GROUPS}" of roles is not found: it is outside of ${PEOPLE}, the base of groups`,
    ],
    [
      'a place for groups that is not there',
      { groups: { by: 'search', filter: '(member={dn})', base: `ou=nowhere,${BASE}` } },
      `warning: groups cannot be looked at: search below ou=nowhere,${BASE}: the server answers 32 NoSuchObject`,
    ],
    [
      'roles without groups',
      { groups: 'none' },
      "warning: roles are given to groups, and groups is 'none': nobody has any of them",
    ],
    [
      'a policy',
      { passwordPolicy: `cn=other,${BASE}` },
      `warning: the passwordPolicy cn=other,${BASE} is not there, or cannot be read`,
    ],
    [
      'anybody',
      { userFilter: '(&(objectClass=account)(uid={username}))' },
      `warning: the userFilter finds nobody below ${BASE}`,
    ],
  ])('%s', async (_, options, warning) => {
    expect((await check(options)).filter((finding) => !finding.startsWith('ok'))).toEqual([warning])
  })

  test('but not a group elsewhere in the directory, where memberOf is read', async () => {
    expect((await check({ base: PEOPLE, groups: { by: 'memberOf' } })).at(-1)).toBe(
      'ok: all groups of roles are there (5)',
    )
    expect(await check({ base: PEOPLE })).toContain(
      `warning: the group "staff" of roles is not found: there is none below ${PEOPLE}`,
    )
  })
})

test('what cannot be looked at is said', async () => {
  expect((await check({ roles: () => [] })).at(-1)).toBe(
    'ok: roles is a function: what it makes of groups is not checked',
  )
  const direct = await check({ bind: { template: `uid={username},${PEOPLE}` } })
  expect(levelsOf(direct)).toEqual(['ok', 'ok', 'ok'])
  expect(direct.at(-1)).toMatch(/^ok: people bind by themselves/)
})

test('a directory in which there are more people than it tells is no error', async () => {
  const crowd: UserSource = sourceOver(server, { userFilter: '(&(objectClass=person)(cn={username}))' })
  const findings = await findingsOf(crowd, { roleNames: DECLARED, warnBeforeMs: HOUR })
  expect(levelsOf(findings)).toEqual(['ok', 'ok', 'ok'])
})
