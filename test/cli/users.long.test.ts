import { describe, expect } from 'vitest'
import { test } from './cli-process.ts'

describe('add', () => {
  test('takes name, password and roles in this order', async ({ desk }) => {
    expect(await desk.ostiary(['add', 'admin', 's3cret-enough', 'Administrator,Viewer'])).toMatchObject({
      code: 0,
      stdout: 'Added the user "admin".\n',
    })
    const { stdout } = await desk.ostiary(['show', 'admin', '--json'])
    expect(JSON.parse(stdout)).toMatchObject({
      username: 'admin',
      roles: ['Administrator', 'Viewer'],
      superuser: false,
      disabled: false,
      hasPassword: true,
    })
    expect(await desk.ostiary(['verify-password', 'admin', 's3cret-enough'])).toMatchObject({ code: 0 })
  })

  test('makes a superuser, with a description, without a password, and with roles by option', async ({ desk }) => {
    const options = ['--superuser', '--description', 'The boss', '--no-password', '--roles', 'Viewer']
    expect(await desk.ostiary(['add', 'root', ...options])).toEqual({
      code: 0,
      stdout: 'Added the user "root".\n',
      stderr: '',
    })
    const { stdout } = await desk.ostiary(['show', 'root', '--json'])
    expect(JSON.parse(stdout)).toMatchObject({
      description: 'The boss',
      superuser: true,
      hasPassword: false,
      roles: ['Viewer'],
    })
  })

  test('refuses a name that is taken, in whatever spelling', async ({ desk }) => {
    await desk.ostiary(['add', 'bob', '--no-password'])
    expect(await desk.ostiary(['add', 'BOB', '--no-password'])).toEqual({
      code: 1,
      stdout: '',
      stderr: 'ostiary: There is a user "BOB" already.\n',
    })
  })

  test('refuses a role that the code does not declare, and names those it does', async ({ desk }) => {
    const { code, stderr } = await desk.ostiary(['add', 'bob', '--no-password', '--roles', 'Viewer,Wizard'])
    expect(code).toBe(1)
    expect(stderr).toBe('ostiary: There is no role "Wizard". The roles are: Administrator, Viewer.\n')
    expect(await desk.ostiary(['show', 'bob'])).toMatchObject({ code: 1 })
  })

  test('does not take the name of a role for a password', async ({ desk }) => {
    const { code, stderr } = await desk.ostiary(['add', 'bob', 'Viewer'])
    expect(code).toBe(2)
    expect(stderr).toContain('Use --roles')
  })

  test('is used wrongly with roles given twice, and with a password that --no-password denies', async ({ desk }) => {
    const wrong = [
      ['bob', 'some-password', 'Viewer', '--roles', 'Viewer'],
      ['bob', 'some-password', '--no-password'],
      ['bob', '--password-stdin', '--no-password'],
      ['bob', 'some-password', '--password-stdin'],
    ]
    for (const args of wrong) {
      expect(await desk.ostiary(['add', ...args], { stdin: 'some-password' })).toMatchObject({ code: 2, stdout: '' })
    }
    expect(await desk.ostiary(['show', 'bob'])).toMatchObject({ code: 1 })
  })

  test('refuses a name that could play tricks on a terminal, and shows it harmless', async ({ desk }) => {
    const { code, stderr } = await desk.ostiary(['add', 'bob\u001b[2J\u202e', '--no-password'])
    expect(code).toBe(1)
    expect(stderr.trimEnd()).not.toMatch(/\p{C}/u)
  })
})

describe('an account that is there', () => {
  test('gets other roles, or none', async ({ desk }) => {
    await desk.ostiary(['add', 'bob', '--no-password', '--roles', 'Viewer'])
    expect(await desk.ostiary(['set-roles', 'bob', ' Administrator , Viewer'])).toMatchObject({
      code: 0,
      stdout: '"bob" has the roles Administrator, Viewer now.\n',
    })
    expect(await desk.ostiary(['set-roles', 'bob', ''])).toMatchObject({ stdout: '"bob" has no roles now.\n' })
    expect(await desk.ostiary(['set-roles', 'bob', 'Wizard'])).toMatchObject({ code: 1 })
    expect(JSON.parse((await desk.ostiary(['show', 'bob', '--json'])).stdout)).toMatchObject({ roles: [] })
  })

  test('is disabled and enabled, made a superuser and no longer', async ({ desk }) => {
    await desk.ostiary(['add', 'bob', '--no-password'])
    const statusAfter = async (...args: string[]) => {
      expect(await desk.ostiary(args)).toMatchObject({ code: 0, stderr: '' })
      return /^status +(.*)$/m.exec((await desk.ostiary(['show', 'bob'])).stdout)?.[1]
    }
    expect(await statusAfter('disable', 'bob')).toBe('disabled, no password')
    expect(await statusAfter('set-superuser', 'bob', 'on')).toBe('superuser, disabled, no password')
    expect(await statusAfter('enable', 'bob')).toBe('superuser, no password')
    expect(await statusAfter('set-superuser', 'bob', 'off')).toBe('no password')
    expect(await desk.ostiary(['set-superuser', 'bob', 'maybe'])).toMatchObject({ code: 2 })
  })

  test('is deleted by a script with --yes alone, as there is nobody to ask', async ({ desk }) => {
    await desk.ostiary(['add', 'bob', '--no-password'])
    expect(await desk.ostiary(['delete', 'bob'])).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/cannot be undone.* With --yes it is done\. Nothing was deleted\./),
    })
    expect(await desk.ostiary(['delete', 'bob', '--yes'])).toEqual({
      code: 0,
      stdout: 'Deleted the user "bob".\n',
      stderr: '',
    })
    expect(JSON.parse((await desk.ostiary(['list-users', '--json'])).stdout)).toEqual([])
  })
})

test('whoever is not there cannot be changed, and that is one line without a stack', async ({ desk }) => {
  const commands = [
    ['delete', 'nobody'],
    ['set-password', 'nobody', 'some-password'],
    ['verify-password', 'nobody', 'some-password'],
    ['set-roles', 'nobody', 'Viewer'],
    ['set-superuser', 'nobody', 'on'],
    ['disable', 'nobody'],
    ['enable', 'nobody'],
    ['show', 'nobody'],
    ['sessions', 'list', 'nobody'],
    ['sessions', 'revoke', '--user', 'nobody'],
  ]
  for (const args of commands) {
    const { code, stdout, stderr } = await desk.ostiary(args)
    expect([args, code, stdout]).toEqual([args, 1, ''])
    const lines = stderr.split('\n').filter((line) => line && !line.startsWith('Warning: '))
    expect(lines).toEqual([expect.stringMatching(/^ostiary: There is no user "nobody"/)])
  }
})

describe('showing', () => {
  test('lists users by name with roles, status and when they were added', async ({ desk }) => {
    await desk.ostiary(['add', 'zoe', '--no-password', '--roles', 'Viewer,Administrator'])
    await desk.ostiary(['add', 'Anna', 'some-password'])
    const { stdout } = await desk.ostiary(['list-users'])
    const created = expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ$/)
    expect(stdout.trimEnd().split('\n').map(cells)).toEqual([
      ['username', 'roles', 'status', 'createdAt'],
      ['Anna', created],
      ['zoe', 'Administrator, Viewer', 'no password', created],
    ])
  })

  test('gives machines JSON with dates in ISO 8601, and nobody a hash', async ({ desk }) => {
    await desk.ostiary(['add', 'bob', 'some-password', 'Viewer'])
    const listed = await desk.ostiary(['list-users', '--json'])
    const [bob] = JSON.parse(listed.stdout)
    expect(bob).toEqual({
      id: expect.stringMatching(/^local:[0-9a-f-]{36}$/),
      username: 'bob',
      description: '',
      roles: ['Viewer'],
      superuser: false,
      disabled: false,
      hasPassword: true,
      status: '',
      properties: {},
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    })
    const shown = await desk.ostiary(['show', 'bob'])
    expect(listed.stdout + shown.stdout).not.toMatch(/argon2|some-password/)
  })

  test('says on standard error that there is nobody, and nothing on standard output', async ({ desk }) => {
    expect(await desk.ostiary(['list-users'])).toEqual({ code: 0, stdout: '', stderr: 'There are no users.\n' })
  })

  test('shows which role brings which permission', async ({ desk }) => {
    const { stdout } = await desk.ostiary(['roles'])
    expect(stdout.trimEnd().split('\n').map(cells)).toEqual([
      ['role', 'description'],
      ['Administrator', 'May do everything'],
      ['Viewer', 'Only views'],
      [''],
      ['permission', 'description', 'Administrator', 'Viewer'],
      ['view', 'See documents', 'yes', 'yes'],
      ['edit', 'Write documents', 'yes', '-'],
    ])
    expect(JSON.parse((await desk.ostiary(['roles', '--json'])).stdout)).toEqual({
      roles: [
        { name: 'Administrator', description: 'May do everything', permissions: ['view', 'edit'] },
        { name: 'Viewer', description: 'Only views', permissions: ['view'] },
      ],
      permissions: [
        { name: 'view', description: 'See documents' },
        { name: 'edit', description: 'Write documents' },
      ],
    })
  })
})

function cells(line: string): string[] {
  return line.trim().split(/ {2,}/)
}
