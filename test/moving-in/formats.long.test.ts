import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { type Desk, test } from '../cli/cli-process.ts'
import { APR1, BCRYPT, BCRYPT_2Y, SHA, SSHA } from './hashes.ts'

async function listed(desk: Desk): Promise<Record<string, unknown>[]> {
  return JSON.parse((await desk.ostiary(['list-users', '--json'])).stdout)
}

async function signsIn(desk: Desk, username: string): Promise<boolean> {
  return (await desk.ostiary(['verify-password', username, 'Grüße'])).code === 0
}

async function rejectsOf(desk: Desk): Promise<unknown[]> {
  const lines = (await readFile(join(desk.folder, 'rejects.ndjson'), 'utf8')).split('\n').filter(Boolean)
  return lines.map((line) => JSON.parse(line))
}

describe('csv', () => {
  test('brings all that its columns say, and lists who does not come in, without a password', async ({ desk }) => {
    const csv = [
      '\ufeffUsername,Password,Roles,Superuser,Disabled,Description,Created,Properties,Phone',
      `anna,${BCRYPT},"Viewer, Administrator",yes,no,"Front ""desk"", first floor",2020-02-29 12:00:00,"{""a"":1}",1`,
      `bob,${APR1},,,1,"two\r\nlines",,,2`,
      'plain,correct horse battery,Viewer,,,,,,3',
      'wizard,,Wizard,,,,,,4',
      '"dam"aged,,,,,,,,5',
      'short,x',
      'flag,,,maybe,,,,,6',
      '',
      'last,,,,,,,,7',
    ].join('\r\n')
    await desk.write('users.csv', csv)
    const args = ['import', 'users.csv', '--from', 'csv', '--rejects', 'rejects.ndjson']
    const first = await desk.ostiary(args)
    expect(first).toMatchObject({ code: 3, stdout: '8 users: 3 added, 5 rejected.\n' })
    expect(first.stderr).toContain('Note: these columns are not imported: Phone.')
    expect(first.stderr).toContain('ostiary: 5 of 8 users did not come in.')
    expect(await listed(desk)).toMatchObject([
      {
        username: 'anna',
        roles: ['Administrator', 'Viewer'],
        superuser: true,
        disabled: false,
        description: 'Front "desk", first floor',
        properties: { a: 1 },
        createdAt: '2020-02-29T12:00:00.000Z',
      },
      { username: 'bob', roles: [], superuser: false, disabled: true, description: 'two\r\nlines', hasPassword: true },
      { username: 'last', hasPassword: false },
    ])
    expect(await signsIn(desk, 'anna')).toBe(true)
    expect(await rejectsOf(desk)).toEqual([
      { line: 5, username: 'plain', reason: expect.stringContaining('not known') },
      { line: 6, username: 'wizard', reason: expect.stringContaining('There is no role "Wizard"') },
      { line: 7, reason: 'a quotation mark is where none can be' },
      { line: 8, reason: 'it has 2 fields instead of 9' },
      { line: 9, reason: 'superuser is not true or false' },
    ])
    const written = await readFile(join(desk.folder, 'rejects.ndjson'), 'utf8')
    for (const said of [first.stdout, first.stderr, written]) {
      expect(said).not.toContain('correct horse')
      expect(said).not.toContain('OQHXN9PjPr')
      expect(said).not.toContain('F7aeBTeQ')
    }
  })

  test('without a column of user names is refused before anything is read', async ({ desk }) => {
    await desk.write('users.csv', 'username;roles\nanna;Viewer\n')
    const refused = await desk.ostiary(['import', 'users.csv', '--from', 'csv'])
    expect(refused).toMatchObject({ code: 2, stdout: '' })
    expect(refused.stderr).toContain('column "username"')
  })
})

describe('htpasswd', () => {
  test('brings names and hashes, from standard input, too', async ({ desk }) => {
    const stdin = `# people\nanna:${APR1}\nbob:${BCRYPT_2Y}\n\ncarl:${SHA}\nold:rqXexS6ZhobKA\nnothing\n`
    const { code, stdout, stderr } = await desk.ostiary(['import', '-', '--from', 'htpasswd'], { stdin })
    expect({ code, stdout }).toEqual({ code: 3, stdout: '5 users: 3 added, 2 rejected.\n' })
    expect(stderr).toMatch(/line 6 "old": .*not known/)
    expect(stderr).toContain('line 7: there is no colon')
    expect(stderr).not.toContain('rqXex')
    for (const username of ['anna', 'bob', 'carl']) expect(await signsIn(desk, username), username).toBe(true)
  })
})

describe('ldif', () => {
  test('brings people, and passes over units and groups', async ({ desk }) => {
    const ldif = [
      'version: 1',
      '',
      'dn: ou=people,dc=example,dc=org',
      'objectClass: organizationalUnit',
      'ou: people',
      '',
      '# somebody with a photograph',
      'dn: uid=anna,ou=people,dc=example,dc=org',
      'objectClass: inetOrgPerson',
      'uid: anna',
      'cn: Anna',
      'description:: R3LDvMOfZSBhdXMgS8O2bG4=',
      `userPassword:: ${Buffer.from(SSHA).toString('base64').slice(0, 20)}`,
      ` ${Buffer.from(SSHA).toString('base64').slice(20)}`,
      'memberOf: cn=Viewer,ou=groups,dc=exa',
      ' mple,dc=org',
      'memberOf: CN=Chief\\2C Clerks,ou=groups,dc=example,dc=org',
      'mail: anna@example.org',
      `jpegPhoto:: ${'A'.repeat(70)}`,
      ` ${'/w=='.repeat(10)}`,
      'createTimestamp: 20200229120000Z',
      '',
      'dn: uid=bob,ou=people,dc=example,dc=org',
      'uid: bob',
      `userPassword;x-old: ${BCRYPT}`,
      'pwdAccountLockedTime: 000001010000Z',
      '',
      'dn: uid=eve,ou=people,dc=example,dc=org',
      'uid: eve',
      'userPassword:< file:///etc/passwd',
      '',
      'dn: uid=mod,ou=people,dc=example,dc=org',
      'changetype: modify',
      'replace: uid',
      'uid: mod',
      '-',
      '',
      'dn: cn=Viewer,ou=groups,dc=example,dc=org',
      'objectClass: groupOfNames',
      'cn: Viewer',
    ].join('\r\n')
    await desk.write('people.ldif', ldif)
    const map = ['--roles-map', 'Viewer=Viewer,*=Administrator']
    const args = ['import', 'people.ldif', '--from', 'ldif', '--rejects', 'rejects.ndjson', ...map]
    const { code, stdout, stderr } = await desk.ostiary(args)
    expect({ code, stdout }).toEqual({ code: 3, stdout: '4 users: 2 added, 2 rejected.\n' })
    expect(stderr).toContain('2 entries are no accounts')
    expect(await listed(desk)).toMatchObject([
      {
        username: 'anna',
        description: 'Grüße aus Köln',
        roles: ['Administrator', 'Viewer'],
        properties: { email: 'anna@example.org' },
        createdAt: '2020-02-29T12:00:00.000Z',
      },
      { username: 'bob', disabled: true },
    ])
    for (const username of ['anna', 'bob']) expect(await signsIn(desk, username), username).toBe(true)
    expect(await rejectsOf(desk)).toEqual([
      { line: 28, reason: 'userpassword: its value is in another file' },
      { line: 32, reason: 'it is a change, and not an entry' },
    ])
  })
})

describe('ndjson', () => {
  test('what is exported comes in elsewhere as it was, and the second time nothing changes', async ({ desk }) => {
    await desk.ostiary(['add', 'Jörg', 'Grüße', 'Viewer'])
    await desk.ostiary(['add', '🦊', '--no-password', '--superuser', '--description', '\u202e"x",\\ \u0007\ty'])
    await desk.ostiary(['add', 'a b', '--no-password'])
    await desk.ostiary(['disable', 'a b'])
    await desk.ostiary(['import', '-', '--from', 'ndjson'], {
      stdin: JSON.stringify({
        username: 'old',
        passwordHash: SSHA,
        properties: { list: [1, null, { a: '\u2028' }] },
        createdAt: '2001-02-03T04:05:06.789Z',
        changedAt: '2010-01-01T00:00:00.001Z',
      }),
    })
    const before = await listed(desk)
    expect(before).toHaveLength(4)
    expect(await desk.ostiary(['export', '--to', 'ndjson', '--output', 'users.ndjson'])).toMatchObject({ code: 0 })
    const exported = await desk.ostiary(['export'])
    expect(exported.stdout).toBe(await readFile(join(desk.folder, 'users.ndjson'), 'utf8'))
    expect(exported.stdout.replaceAll('\n', '')).not.toMatch(/\p{C}/u)
    expect(exported.stdout).toContain('"changedAt":"2010-01-01T00:00:00.001Z"')

    const elsewhere = { OSTIARY_DATABASE_URL: `sqlite:${join(desk.folder, 'other.db')}` }
    const inAnother = (command: string) =>
      desk.shell(`cd / && export OSTIARY_DATABASE_URL=${elsewhere.OSTIARY_DATABASE_URL} && ${command}`)
    const users = join(desk.folder, 'users.ndjson')
    expect(await inAnother(`ostiary import ${users} --from ndjson`)).toMatchObject({
      stdout: '4 users: 4 added.\n',
      code: 0,
    })
    expect(await inAnother(`ostiary import ${users} --from ndjson`)).toMatchObject({
      stdout: 'Nothing changed. 4 users: 4 there already.\n',
      code: 0,
    })
    expect((await inAnother('ostiary export')).stdout).toBe(exported.stdout)
    expect(JSON.parse((await inAnother('ostiary list-users --json')).stdout)).toEqual(before)
  })

  test('what is no user is rejected with its line and what is wrong', async ({ desk }) => {
    const lines = [
      'not json',
      '[]',
      '{}',
      '{"username":1}',
      '{"username":"a","roles":"Viewer"}',
      '{"username":"a","createdAt":"yesterday"}',
      '{"username":"a","properties":[]}',
      '{"username":"a","password":"correct horse"}',
      `{"username":"${'x'.repeat(1_100_000)}"}`,
      '{"username":"anna"}',
    ]
    const stdin = Buffer.concat([Buffer.from(lines.join('\n')), Buffer.from('\n{"username":"J\xf6rg"}', 'latin1')])
    const args = ['import', '-', '--from', 'ndjson', '--rejects', 'rejects.ndjson', '--json']
    const { code, stdout } = await desk.ostiary(args, { stdin })
    expect(code).toBe(3)
    expect(JSON.parse(stdout)).toEqual({
      read: 11,
      added: 1,
      updated: 0,
      unchanged: 0,
      skipped: 0,
      rejected: 10,
      noted: 0,
      dryRun: false,
    })
    const reasons = (await rejectsOf(desk)).map((reject) => Object.values(reject as object).join(' '))
    expect(reasons).toEqual([
      '1 the line is no JSON',
      '2 the line is no JSON object',
      '3 there is no username',
      '4 username is not a text',
      '5 roles is not a list of texts',
      '6 createdAt is not a time in ISO 8601',
      '7 properties is not an object',
      expect.stringMatching(/^8 a .*not known/),
      '9 the line is too long',
      '11 it is no UTF-8: convert the file, as with iconv -f LATIN1 -t UTF-8',
    ])
  })
})
