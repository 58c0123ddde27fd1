import { describe, expect, test } from 'vitest'
import { inChunks } from '../../../test/moving-in/in-chunks.ts'
import { ldifReader } from './ldif.ts'

const SSHA = '{SSHA}+YodO7XNrGrJV4fFyNNbt+uTNA8FjIHP'
const NOW = Date.UTC(2026, 0, 1)

async function read(text: string) {
  const reader = ldifReader(() => NOW)
  const all = await Array.fromAsync(reader.read(inChunks(text, text.length > 10_000 ? 65_536 : 50)))
  return { all, users: all.map((each) => ('user' in each ? each.user : each.reason)), remark: reader.remark() }
}

const users = async (text: string) => (await read(text)).users
const person = (name: string, ...lines: string[]) =>
  [`dn: uid=${name},ou=people,dc=example,dc=org`, 'objectClass: inetOrgPerson', `uid: ${name}`, ...lines, '', ''].join(
    '\n',
  )

describe('somebody whom the directory keeps out comes in disabled', () => {
  test.each([
    ['loginDisabled: TRUE', 'disabled'],
    ['LOGINDISABLED: true', 'disabled'],
    ['ds-pwp-account-disabled: true', 'disabled'],
    ['nsAccountLock: true', 'disabled'],
    ['nsRoleDN: cn=nsManagedDisabledRole,dc=example,dc=org', 'disabled'],
    ['msDS-UserAccountDisabled: TRUE', 'disabled'],
    ['userAccountControl: 514', 'disabled'],
    ['sambaAcctFlags: [UD         ]', 'disabled'],
    ['inetUserStatus: inactive', 'disabled'],
    ['accountStatus: noaccess', 'disabled'],
    ['orclIsEnabled: DISABLED', 'disabled'],
    ['krbTicketFlags: 64', 'disabled'],
    ['krb5KDCFlags: 254', 'disabled'],
    ['pwdAccountLockedTime: 000001010000Z', 'locked'],
    ['ibm-pwdAccountLocked: true', 'locked'],
    ['pwdEndTime: 20200101000000Z', 'the account has expired'],
    ['loginExpirationTime: 20200101000000Z', 'the account has expired'],
    ['krbPrincipalExpiration: 20200101000000Z', 'the account has expired'],
    ['krb5ValidEnd: 20200101000000Z', 'the account has expired'],
    ['ds-pwp-account-expiration-time: 20200101000000.000Z', 'the account has expired'],
    ['accountExpires: 132000000000000000', 'the account has expired'],
    ['accountExpires:: MTMyMDAwMDAwMDAwMDAwMDAw', 'the account has expired'],
    ['sambaKickoffTime: 1577836800', 'the account has expired'],
    ['shadowExpire: 1', 'the account has expired'],
    ['pwdEndTime: no time at all', 'the account has expired'],
    ['pwdStartTime: 20990101000000Z', 'the account is not valid yet'],
    ['loginActivationTime: 20990101000000Z', 'the account is not valid yet'],
    ['pwdReset: TRUE', 'must change the password first'],
    ['pwdLastSet: 0', 'must change the password first'],
  ])('%s', async (line, reason) => {
    const { users, remark } = await read(person('anna', line, `userPassword: ${SSHA}`))
    expect(users).toMatchObject([{ username: 'anna', disabled: true, passwordHash: SSHA }])
    expect(remark).toBe(`The directory keeps some of them out, who come in disabled: 1 × ${reason}.`)
  })

  test.each([
    'loginDisabled: FALSE',
    'ds-pwp-account-disabled: false',
    'userAccountControl: 512',
    'sambaAcctFlags: [U          ]',
    'accountExpires: 9223372036854775807',
    'accountExpires: 0',
    'shadowExpire: -1',
    'shadowExpire: 40000',
    'pwdEndTime: 20990101000000Z',
    'krbTicketFlags: 128',
    // Anybody can cause one, by typing wrong passwords.
    'pwdAccountLockedTime: 20251231235959Z',
  ])('and somebody with %s does not', async (line) => {
    const { users, remark } = await read(person('anna', line))
    expect(users).toMatchObject([{ disabled: false }])
    expect(remark).toBeUndefined()
  })

  test('and of somebody of whom the directory says nothing, the import says nothing', async () => {
    expect((await users(person('anna')))[0]).not.toHaveProperty('disabled')
  })
})

describe('who is a person', () => {
  const entry = (classes: readonly string[], ...lines: string[]) =>
    ['dn: cn=x,dc=example', ...classes.map((name) => `objectClass: ${name}`), ...lines, ''].join('\n')

  test.each([
    [['inetOrgPerson', 'posixAccount', 'posixGroup'], ['uid: x']],
    [['inetOrgPerson', 'mailGroupMember'], ['uid: x']],
    [['top', 'person', 'organizationalPerson', 'user'], ['sAMAccountName: x']],
    [['account', 'simpleSecurityObject'], ['uid: x']],
    [['ourOwnGroupware'], ['uid: x']],
    [[], ['uid: x']],
    [
      ['simpleSecurityObject', 'organizationalRole'],
      ['cn: x', `userPassword: ${SSHA}`],
    ],
    [['INETORGPERSON', 'groupWiseUser'], ['uid: x']],
  ])('an entry of %j is one', async (classes, lines) => {
    expect(await users(entry(classes, ...lines))).toMatchObject([{ username: 'x' }])
  })

  test.each([
    [['posixGroup'], ['cn: x', `userPassword: ${SSHA}`]],
    [
      ['top', 'group'],
      ['sAMAccountName: x', 'cn: x'],
    ],
    [['groupOfNames'], ['cn: x', 'uid: x']],
    [['groupOfUniqueNames'], ['cn: x']],
    [['top', 'person', 'organizationalPerson', 'user', 'computer'], ['sAMAccountName: x$']],
    [['user', 'computer', 'msDS-GroupManagedServiceAccount'], ['sAMAccountName: x$']],
    [['organizationalUnit'], ['ou: x']],
    [['inetOrgPerson'], ['cn: x']],
  ])('an entry of %j is none', async (classes, lines) => {
    const { users, remark } = await read(entry(classes, ...lines))
    expect(users).toEqual([])
    expect(remark).toContain('1 entries are no accounts')
  })
})

describe('the roles', () => {
  const rolesOf = async (...dns: string[]) =>
    (await users(person('anna', ...dns.map((dn) => `memberOf: ${dn}`)))).map((user) =>
      typeof user === 'string' ? user : user.roles,
    )

  test('are the common names of groups, with what is escaped in them', async () => {
    expect(
      await rolesOf(
        String.raw`cn=Sales\2C North,ou=groups,dc=example,dc=org`,
        String.raw`cn=Back\\41slash,ou=groups,dc=example,dc=org`,
        String.raw`cn=Hash\23One\20,ou=groups,dc=example,dc=org`,
        String.raw`CN=A\5CB,ou=groups,dc=example,dc=org`,
        String.raw`cn=Gr\C3\BC\C3\9Fe\, \"all\",dc=example`,
        'ou=Editors,dc=example',
        'ou=x+cn=Both,dc=example',
        'ipaUniqueID=6a1b,cn=hbac,dc=example',
      ),
    ).toEqual([['Sales, North', 'Back\\41slash', 'Hash#One ', 'A\\B', 'Grüße, "all"', 'Editors', 'Both']])
  })

  test('that are no text are no roles: the user is rejected', async () => {
    expect(await rolesOf(String.raw`cn=Chief\FF,dc=example`)).toEqual(['memberof: a name in it is no UTF-8'])
  })
})

describe('an attribute with an option', () => {
  test('stands behind the same one without, whatever their order', async () => {
    const lines = [
      'cn;lang-de: Anna Müller',
      'cn: Anna Miller',
      'mail;x-old: old@example.org',
      'mail: anna@example.org',
    ]
    expect(await users(person('anna', ...lines))).toMatchObject([
      { description: 'Anna Miller', properties: { email: 'anna@example.org' } },
    ])
  })

  test('counts where there is no other', async () => {
    expect(await users(person('anna', 'cn;lang-de: Anna Müller', `userPassword;x-new: ${SSHA}`))).toMatchObject([
      { description: 'Anna Müller', passwordHash: SSHA },
    ])
  })

  test('makes no second password of an old one', async () => {
    expect(await users(person('anna', `userPassword;x-old: {SHA}x`, `userPassword: ${SSHA}`))).toMatchObject([
      { passwordHash: SSHA },
    ])
  })
})

describe('somebody with several user names', () => {
  test('has the one of the own dn, and never the first that is written there', async () => {
    const malin = ['dn: uid=malin,dc=example', 'objectClass: inetOrgPerson', 'uid: chief', 'uid: Malin', ''].join('\n')
    expect(await users(malin)).toMatchObject([{ username: 'Malin' }])
  })

  test('is rejected where the dn names none of them', async () => {
    const malin = ['dn: cn=Malin,dc=example', 'objectClass: inetOrgPerson', 'uid: chief', 'uid: malin', ''].join('\n')
    expect(await users(malin)).toEqual(['it has several user names, and none of them is in its dn'])
  })
})

describe('the file', () => {
  test('may be folded anywhere, in comments as well, and empty values are none', async () => {
    const ldif = [
      'version: 1',
      'dn: uid=anna,ou=people,dc=example,dc=org',
      'objectClass: inetOrgPerson',
      'uid: anna',
      'cn: Anna Miller',
      'description:',
      'userPassword:: e1NTSEF9K1lvZE83WE5yR3JKVjRmRnlOTmJ0K3VUTkE4RmpJSFA=',
      '',
      '# a comment that is folded',
      '  over two lines',
      'dn:: dWlkPWrDtnJnLG91PXBlb3BsZSxkYz1leGFtcGxlLGRjPW9yZw==',
      'objectClass: inetOrgPerson',
      'uid:: asO2cmc=',
      'userPassword:: e1NTSEF9K1lvZE83WE5y',
      ' R3JKVjRmRnlOTmJ0K3VUTkE4RmpJSFA=',
      '',
      '# search result',
      'search: 2',
      'result: 0 Success',
    ]
    for (const end of ['\n', '\r\n', '\r']) {
      expect((await read(ldif.join(end))).users).toEqual([
        { username: 'anna', passwordHash: SSHA, description: 'Anna Miller' },
        { username: 'jörg', passwordHash: SSHA },
      ])
    }
  })

  test.each([
    ['a line feed, and one in a carriage return', person('anna', 'title: x\rnsAccountLock: TRUE')],
    ['a carriage return, and one in a line feed', person('anna', 'title: x\rnsAccountLock: TRUE').replace('\n', '\r')],
    [
      'a carriage return, and one in a line feed',
      'dn: uid=anna,dc=x\robjectClass: person\ruid: anna\rtitle: x\nnsAccountLock: TRUE\r',
    ],
  ])('whose lines end in %s lets nobody in who is kept out', async (_, text) => {
    for (const user of await users(text)) expect(user).toBe('its lines end in more than one way')
    expect(await users(text)).toHaveLength(1)
  })

  test('that is none has an entry without a name, and nothing of the file is said', async () => {
    const { users, remark } = await read(`username,password_hash\nanna,${SSHA}\n`)
    expect(users).toEqual(['it does not begin with its name, as in dn: uid=anna,dc=example'])
    expect(remark).toBeUndefined()
  })

  test.each([
    ['values', 'uid:\n'.repeat(200_000)],
    ['folds', `description: x\n${' y\n'.repeat(60_000)}`],
    ['groups', `${'memberOf: cn=a,dc=b\n'.repeat(20_000)}`],
    ['one group', `memberOf: cn=${'\\41'.repeat(200_000)}\n`],
    ['letters of a photograph', `jpegPhoto:: ${'A'.repeat(76)}\n${` ${'A'.repeat(76)}\n`.repeat(20_000)}`],
  ])('with an entry of very many %s is read in the time that the test has', { timeout: 60_000 }, async (_, lines) => {
    const entry = `dn: uid=anna,dc=example\nobjectClass: inetOrgPerson\nuid: anna\n${lines}\n`
    expect((await read(`${entry}${person('bert')}`)).all).toHaveLength(2)
  })
})
