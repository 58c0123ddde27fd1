import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect } from 'vitest'
import { type Desk, test } from '../cli/cli-process.ts'
import { BCRYPT, SSHA } from './hashes.ts'

async function listed(desk: Desk): Promise<Record<string, unknown>[]> {
  return JSON.parse((await desk.ostiary(['list-users', '--json'])).stdout)
}

const verifies = async (desk: Desk, username: string, password: string) =>
  (await desk.ostiary(['verify-password', username, password])).code === 0

describe('everybody comes in', () => {
  test('with hashes of the npm package argon2, whose parameters stand in another order', async ({ desk }) => {
    const passwordHash =
      '$argon2id$v=19$m=65536,p=4,t=3$FOlbPxrJyMszkTvPF0p5dg$sqzpSU0l6NV6aMBB0kE5hQk2XLzvUATChsBr32vKg9Q'
    const stdin = `${JSON.stringify({ username: 'anna', passwordHash })}\n`
    const added = { code: 0, stdout: '1 user: 1 added.\n', stderr: '' }
    expect(await desk.ostiary(['import', '-', '--from', 'ndjson'], { stdin })).toEqual(added)
    expect(await verifies(desk, 'anna', 'correct horse')).toBe(true)
    expect(await verifies(desk, 'anna', 'wrong')).toBe(false)
  })

  test('of a CSV file with carriage returns, rows of commas, odd columns, and two names that differ in a dot', async ({
    desk,
  }) => {
    const rows = [
      'username,password_hash,Constructor,roles,constructor',
      `kirim,${BCRYPT},Ferrari,Viewer,`,
      ',,,,',
      `kırım,${SSHA},,Administrator,`,
      ',,,,',
    ]
    await desk.write('users.csv', `${rows.join('\r')}\r`)
    expect(await desk.ostiary(['import', 'users.csv', '--from', 'csv'])).toEqual({
      code: 0,
      stdout: '2 users: 2 added.\n',
      stderr: 'Note: these columns are not imported: Constructor, constructor.\n',
    })
    expect(await listed(desk)).toMatchObject([
      { username: 'kirim', roles: ['Viewer'] },
      { username: 'kırım', roles: ['Administrator'] },
    ])
    expect(await verifies(desk, 'KIRIM', 'Grüße')).toBe(true)
  })

  test('of a directory, members of private groups included, and disabled whom the directory keeps out', async ({
    desk,
  }) => {
    const person = (name: string, ...lines: string[]) => [
      `dn: uid=${name},ou=people,dc=example,dc=org`,
      'objectClass: inetOrgPerson',
      `uid: ${name}`,
      `userPassword: ${SSHA}`,
      ...lines,
      '',
    ]
    const ldif = [
      ...person('anna', 'loginDisabled: TRUE'),
      ...person('bert', 'objectClass: posixGroup', String.raw`memberOf: cn=Back\\41slash,dc=example,dc=org`),
      ...person('carl', 'objectClass: mailGroupMember', 'shadowExpire: 1'),
    ]
    await desk.write('people.ldif', ldif.join('\n'))
    await desk.write('roles.map', 'Back\\41slash=Viewer\n')
    const args = ['import', 'people.ldif', '--from', 'ldif', '--roles-map', 'roles.map']
    expect(await desk.ostiary(args)).toEqual({
      code: 0,
      stdout: '3 users: 3 added.\n',
      stderr:
        'Note: The directory keeps some of them out, who come in disabled: 1 × disabled, 1 × the account has expired.\n',
    })
    expect(await listed(desk)).toMatchObject([
      { username: 'anna', disabled: true },
      { username: 'bert', disabled: false, roles: ['Viewer'] },
      { username: 'carl', disabled: true },
    ])
  })

  test('beside rows that are nested too deep, or have more than a user can have', async ({ desk }) => {
    const many = JSON.stringify({ username: 'many', roles: Array.from({ length: 2000 }, (_, index) => `Role${index}`) })
    const deep = `{"username":"deep","properties":{"a":${'['.repeat(5000)}${']'.repeat(5000)}}}`
    const stdin = `{"username":"anna"}\n${deep}\n${many}\n{"username":"bert"}\n`
    const { code, stdout, stderr } = await desk.ostiary(['import', '-', '--from', 'ndjson'], { stdin })
    expect({ code, stdout }).toEqual({ code: 3, stdout: '4 users: 2 added, 2 rejected.\n' })
    expect(stderr).toContain('line 2: it is nested deeper than 100 levels')
    expect(stderr).toContain('line 3 "many": it has over 1000 roles')
  })
})

describe('a source in which nobody is found is a failure with exit code 2', () => {
  test.for([
    ['csv', ''],
    ['csv', 'username,password_hash,roles\n,,\n'],
    ['ldif', 'dn: cn=Editors,dc=example\nobjectClass: groupOfNames\ncn: Editors\n'],
    ['ldif', `username,password_hash\nanna,${BCRYPT}\n`],
    ['htpasswd', `anna;${BCRYPT}\n`],
  ] as const)('as %s: %j', async ([format, stdin], { desk }) => {
    const { code, stdout, stderr } = await desk.ostiary(['import', '-', '--from', format], { stdin })
    expect(code, stdout + stderr).toBe(2)
    expect(stderr).toMatch(/^ostiary: (?:No user was found|That looks like csv)/m)
    expect(stdout + stderr).not.toContain('OQHXN9PjPr')
  })

  test('and so is an empty table', async ({ desk }) => {
    const old = new DatabaseSync(join(desk.folder, 'old.db'))
    old.exec('create table user (username varchar, password varchar, roles varchar, created datetime)')
    old.close()
    const { code, stderr } = await desk.ostiary(['import', 'old.db', '--from', 'zopyx'])
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining('No user was found') })
  })
})

test('nothing that may be a hash is printed or listed, in whatever column it stands', async ({ desk }) => {
  const csv = `username,roles,password_hash\n"anna",${BCRYPT},Viewer\n${BCRYPT},Viewer,x\nbert,"Wizard,${SSHA}",\n`
  await desk.write('users.csv', csv)
  const args = ['import', 'users.csv', '--from', 'csv']
  const shown = await desk.ostiary(args)
  expect(shown).toMatchObject({ code: 3, stdout: 'Nothing changed. 3 users: 3 rejected.\n' })
  await desk.ostiary([...args, '--rejects', 'rejects.ndjson'])
  const written = await readFile(join(desk.folder, 'rejects.ndjson'), 'utf8')
  for (const text of [shown.stderr, written]) {
    expect(text).not.toMatch(/OQHXN9PjPr|YodO7XNr/)
    expect(text).toContain('Wizard')
  }
  const map = await desk.ostiary([...args, '--roles-map', 'users.csv'])
  expect(map.code).toBe(2)
  expect(map.stderr).not.toMatch(/OQHXN9PjPr|YodO7XNr/)
})

test('a list of rejects takes the place of no other file', async ({ desk }) => {
  const text = `username,password_hash\nanna,${BCRYPT}\nbert,damaged\n`
  await desk.write('users.csv', text)
  const args = ['import', 'users.csv', '--from', 'csv', '--rejects']
  expect(await desk.ostiary([...args, './users.csv'])).toEqual({
    code: 2,
    stdout: '',
    stderr: 'ostiary: ./users.csv cannot be written: there is such a file, which is no list of rejects\n',
  })
  expect(await readFile(join(desk.folder, 'users.csv'), 'utf8')).toBe(text)
  for (const stdout of ['2 users: 1 added, 1 rejected.\n', 'Nothing changed. 2 users: 1 there already, 1 rejected.\n'])
    expect(await desk.ostiary([...args, 'rejects.ndjson'])).toMatchObject({ code: 3, stdout })
  expect(await readFile(join(desk.folder, 'rejects.ndjson'), 'utf8')).toMatch(/^\{"line":3,"username":"bert",.+\}\n$/)
})

test('names of bytes that are no text are nobody, and keep nobody else out', async ({ desk }) => {
  const old = new DatabaseSync(join(desk.folder, 'old.db'))
  old.exec(`
    create table auth_user (id integer primary key, username text, password text, first_name text, last_name text,
      email text, is_superuser int, is_active int, date_joined text);
    create table auth_group (id integer primary key, name text);
    create table auth_user_groups (user_id int, group_id int);
    insert into auth_user values
      (1, cast(x'62ff' as text), '${SSHA}', '', '', '', 1, 1, ''), (2, cast(x'62fe' as text), '${BCRYPT}', '', '', '', 0, 1, ''),
      (3, x'62fe', '${SSHA}', '', '', '', 0, 1, ''), (4, 'anna', '${SSHA}', '', '', '', 0, 1, '');
    create table user (username text primary key, password text, roles text, created text);
    insert into user values ('bert', '${SSHA}', '', ''), (x'63fe', '${SSHA}', '', '')`)
  old.close()
  const stdout = '4 users: 1 added, 3 rejected.\n'
  expect(await desk.ostiary(['import', 'old.db', '--from', 'django', '--update'])).toMatchObject({ code: 3, stdout })
  expect(await desk.ostiary(['import', 'old.db', '--from', 'zopyx'])).toMatchObject({
    code: 3,
    stdout: '2 users: 1 added, 1 rejected.\n',
    stderr: expect.stringContaining('it holds bytes that are no text in UTF-8'),
  })
  expect(await listed(desk)).toMatchObject([{ username: 'anna' }, { username: 'bert' }])
})
