import { describe, expect } from 'vitest'
import type { Desk } from './cli-process.ts'
import { jsonOf, test } from './other-sources.ts'

const NOTHING = { stdin: '' }

function explain(desk: Desk, username: string, password: string, env: Readonly<Record<string, string>> = {}) {
  return desk.ostiary(['login', username, '--explain', '--password-stdin'], { stdin: `${password}\n`, env })
}

function rowsOf(stdout: string): string[][] {
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.split(/ {2,}/))
}

describe('an explained login', () => {
  test('shows what every source said, how long it took, and who it would be', async ({ desk }) => {
    await desk.ostiary(['set-roles', 'ldap:bob', 'Administrator'])
    const { code, stdout, stderr } = await explain(desk, 'bob', 'pin')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const milliseconds = expect.stringMatching(/^[\d.]+$/)
    expect(rowsOf(stdout)).toEqual([
      ['source', 'outcome', 'milliseconds', 'reason'],
      ['local', 'unknown', milliseconds],
      ['ldap', 'accepted', milliseconds],
      [''],
      ['result', 'accepted'],
      ['id', 'ldap:bob'],
      ['name', 'bob'],
      ['description', 'Builder'],
      ['roles', 'Viewer, Administrator'],
      ['roles that the code does not declare', 'Ghost'],
      ['permissions', 'view, edit'],
    ])
  })

  test('signs nobody in, and leaves no home source behind', async ({ desk }) => {
    expect(await explain(desk, 'bob', 'pin')).toMatchObject({ code: 0 })
    expect(await jsonOf(desk, 'sessions', 'list')).toEqual([])
    expect(await desk.ostiary(['home', 'show', 'bob'])).toMatchObject({ code: 1 })
  })

  test('asks the home source first, and a realm alone', async ({ desk }) => {
    await desk.ostiary(['home', 'set', 'bob', 'ldap'])
    const firsts = async (name: string) => rowsOf((await explain(desk, name, 'pin')).stdout).slice(1, 3)
    expect(await firsts('bob')).toEqual([['ldap', 'accepted', expect.anything()], ['']])
    expect(await firsts('CORP\\bob')).toEqual([['ldap', 'accepted', expect.anything()], ['']])
  })

  test('tells a wrong password from a source that is down, which both are exit code 1', async ({ desk }) => {
    const wrong = await explain(desk, 'bob', 'not-the-pin')
    expect(wrong).toMatchObject({ code: 1, stderr: 'ostiary: "bob" would be refused.\n' })
    expect(wrong.stdout).toMatch(/^ldap +rejected/m)
    const down = await explain(desk, 'bob', 'not-the-pin', { DEAD: '1' })
    expect(down).toMatchObject({ code: 1, stderr: expect.stringContaining('could not be checked now') })
    expect(down.stdout).toMatch(/^dead +unavailable/m)
  })

  test('refuses whom the application lets in no more, whatever the source says', async ({ desk }) => {
    await desk.ostiary(['disable', 'ldap:bob'])
    const { code, stdout, stderr } = await explain(desk, 'bob', 'pin')
    expect(code).toBe(1)
    expect(stderr).toBe('ostiary: "bob" would be refused (disabled by the application).\n')
    expect(stdout).toMatch(/^ldap +accepted/m)
    expect(stdout).toMatch(/^result +refused$/m)
  })

  test('never shows the password, even if a source puts it into its excuse', async ({ desk }) => {
    for (const [name, password] of [
      ['bob', 'hunter-two-and-a-half'],
      ['nobody', 'hunter-two-and-a-half'],
    ] as const) {
      const { stdout, stderr } = await explain(desk, name, password, { DEAD: '1' })
      expect(stdout).toMatch(/^dead +unavailable/m)
      expect(stdout + stderr).not.toContain(password)
    }
  })

  test('asks for the password on a terminal, where it does not appear', async ({ desk }) => {
    const ended = await desk.onTerminal('NO_COLOR=1 ostiary login bob --explain', [['Password: ', 'pin\r']])
    expect(ended.code).toBe(0)
    expect(ended.stdout).toMatch(/│ ldap +│ accepted +│/)
    expect(ended.stdout).not.toContain('pin')
  })

  test('is all that login does: without --explain, or without a password, it is used wrongly', async ({ desk }) => {
    const plain = await desk.ostiary(['login', 'bob'], NOTHING)
    expect(plain).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('With --explain') })
    expect(await desk.ostiary(['login', 'bob', '--explain'], NOTHING)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--password-stdin'),
    })
  })
})
