import { describe, expect } from 'vitest'
import { type Desk, test } from './cli-process.ts'

const PASSWORD = 'kräftig und lang'

async function isPassword(desk: Desk, password: string): Promise<boolean> {
  const { code } = await desk.ostiary(['verify-password', 'bob', '--password-stdin'], { stdin: password })
  return code === 0
}

describe('a password on the command line', () => {
  test('works, with one warning that never repeats it', async ({ desk }) => {
    const { code, stdout, stderr } = await desk.ostiary(['add', 'bob', PASSWORD])
    expect(code).toBe(0)
    expect(stderr.match(/other users of this machine/g)).toHaveLength(1)
    expect(stdout + stderr).not.toContain(PASSWORD)
    expect(await isPassword(desk, PASSWORD)).toBe(true)
  })

  test('is changed likewise, and the old one is over', async ({ desk }) => {
    await desk.ostiary(['add', 'bob', 'the-old-password'])
    expect(await desk.ostiary(['set-password', 'bob', PASSWORD])).toMatchObject({ code: 0 })
    expect(await isPassword(desk, PASSWORD)).toBe(true)
    expect(await isPassword(desk, 'the-old-password')).toBe(false)
  })

  test('that is wrong is exit code 1 and one line', async ({ desk }) => {
    await desk.ostiary(['add', 'bob', PASSWORD])
    const { code, stdout, stderr } = await desk.ostiary(['verify-password', 'bob', '--password-stdin'], { stdin: 'no' })
    expect({ code, stdout, stderr }).toEqual({
      code: 1,
      stdout: '',
      stderr: 'ostiary: That is not the password of "bob".\n',
    })
  })
})

describe('a password from standard input', () => {
  test.for([
    ['without a line ending', PASSWORD],
    ['with one', `${PASSWORD}\n`],
    ['with that of Windows', `${PASSWORD}\r\n`],
    ['with more lines after it', `${PASSWORD}\nnot this\n`],
  ] as const)('is the first line, %s', async ([, stdin], { desk }) => {
    expect(await desk.ostiary(['add', 'bob', '--password-stdin'], { stdin })).toEqual({
      code: 0,
      stdout: 'Added the user "bob".\n',
      stderr: '',
    })
    expect(await isPassword(desk, PASSWORD)).toBe(true)
  })

  test('keeps its spaces', async ({ desk }) => {
    await desk.ostiary(['add', 'bob', '--password-stdin'], { stdin: ' spaced out \n' })
    expect(await isPassword(desk, ' spaced out ')).toBe(true)
    expect(await isPassword(desk, 'spaced out')).toBe(false)
  })

  test.for([
    ['empty', ''],
    ['an empty first line', '\nsecond line\n'],
    ['no text', Uint8Array.of(0xff, 0xfe, 0x80, 0x0a)],
  ] as const)('is used wrongly when it is %s', async ([, stdin], { desk }) => {
    expect(await desk.ostiary(['add', 'bob', '--password-stdin'], { stdin })).toMatchObject({ code: 2, stdout: '' })
    expect(await desk.ostiary(['show', 'bob'])).toMatchObject({ code: 1 })
  })

  test('is not read unless it was asked for: without a terminal, that is an error that says so', async ({ desk }) => {
    const { code, stderr } = await desk.ostiary(['add', 'bob'], { stdin: PASSWORD })
    expect(code).toBe(2)
    expect(stderr).toContain('--password-stdin')
    expect(await desk.ostiary(['show', 'bob'])).toMatchObject({ code: 1 })
  })
})

describe('on a terminal', () => {
  test('a new password is asked for twice and never shown', async ({ desk }) => {
    const ended = await desk.onTerminal('ostiary add bob', [
      ['New password: ', `${PASSWORD}\r`],
      ['Once more: ', `${PASSWORD}\r`],
    ])
    expect(ended).toMatchObject({ code: 0, stdout: expect.stringContaining('Added the user "bob".') })
    expect(ended.stdout).not.toContain('lang')
    expect(await isPassword(desk, PASSWORD)).toBe(true)
  })

  test('both lines may come in one paste', async ({ desk }) => {
    const answers = [['New password: ', `${PASSWORD}\r${PASSWORD}\r`]] as const
    expect(await desk.onTerminal('ostiary add bob', answers)).toMatchObject({ code: 0 })
    expect(await isPassword(desk, PASSWORD)).toBe(true)
  })

  test('questions stay out of the result when that goes elsewhere', async ({ desk }) => {
    const answers = [
      ['New password: ', `${PASSWORD}\r`],
      ['Once more: ', `${PASSWORD}\r`],
    ] as const
    await desk.onTerminal('ostiary add bob > result.txt', answers)
    expect(await desk.shell('cat result.txt')).toMatchObject({ stdout: 'Added the user "bob".\n' })
  })

  test('two that differ change nothing', async ({ desk }) => {
    await desk.ostiary(['add', 'bob', 'the-old-password'])
    const ended = await desk.onTerminal('ostiary set-password bob', [
      ['New password: ', `${PASSWORD}\r`],
      ['Once more: ', 'something else\r'],
    ])
    expect(ended).toMatchObject({ code: 1, stdout: expect.stringContaining('differ') })
    expect(await isPassword(desk, 'the-old-password')).toBe(true)
  })

  test('one to check is asked for once', async ({ desk }) => {
    await desk.ostiary(['add', 'bob', PASSWORD])
    const right = await desk.onTerminal('ostiary verify-password bob', [['Password: ', `${PASSWORD}\r`]])
    const wrong = await desk.onTerminal('ostiary verify-password bob', [['Password: ', 'wrong\r']])
    expect([right.code, wrong.code]).toEqual([0, 1])
  })

  test('nobody is asked for the password of somebody who cannot be added', async ({ desk }) => {
    await desk.ostiary(['add', 'bob', '--no-password'])
    expect(await desk.onTerminal('ostiary add bob')).toMatchObject({ code: 1 })
    expect(await desk.onTerminal('ostiary add anna --roles Wizard')).toMatchObject({ code: 1 })
    expect(await desk.onTerminal('ostiary set-password nobody')).toMatchObject({ code: 1 })
  })

  test.for([
    ['Ctrl-C', '\u0003'],
    ['Ctrl-C in the middle of a password', 'half\u0003'],
    ['Ctrl-D', '\u0004'],
  ] as const)('%s ends it, does nothing, and leaves a terminal that echoes', async ([, keys], { desk }) => {
    const { stdout } = await desk.onTerminal('ostiary add bob; echo "code $?"; stty -a', [['New password: ', keys]])
    expect(stdout).toContain('code 130')
    expect(stdout).not.toContain('half')
    expect(stdout).toMatch(/\sicanon\s/)
    expect(stdout).toMatch(/\secho\s/)
    expect(await desk.ostiary(['show', 'bob'])).toMatchObject({ code: 1 })
  })
})

describe('what cannot be undone', () => {
  test('is asked about on a terminal', async ({ desk }) => {
    await desk.ostiary(['add', 'bob', '--no-password'])
    const question = 'Delete the user "bob"? [y/N] '
    expect(await desk.onTerminal('ostiary delete bob', [[question, '\r']])).toMatchObject({ code: 1 })
    expect(await desk.onTerminal('ostiary delete bob', [[question, '\u0004']])).toMatchObject({ code: 130 })
    expect(await desk.ostiary(['show', 'bob'])).toMatchObject({ code: 0 })
    expect(await desk.onTerminal('ostiary delete bob', [[question, 'y\r']])).toMatchObject({ code: 0 })
    expect(await desk.ostiary(['show', 'bob'])).toMatchObject({ code: 1 })

    const everybody = 'Sign everybody out? [y/N] '
    expect(await desk.onTerminal('ostiary sessions revoke --all', [[everybody, 'n\r']])).toMatchObject({ code: 1 })
    expect(await desk.onTerminal('ostiary sessions revoke --all', [[everybody, 'y\r']])).toMatchObject({ code: 0 })
  })

  test('is done without a question with --yes', async ({ desk }) => {
    await desk.ostiary(['add', 'bob', '--no-password'])
    for (const command of ['delete bob', 'sessions revoke --all']) {
      const { code, stdout } = await desk.onTerminal(`ostiary ${command} --yes`)
      expect(code).toBe(0)
      expect(stdout).not.toContain('?')
    }
  })
})
