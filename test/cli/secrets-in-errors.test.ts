import type { Command } from 'commander'
import { describe, expect } from 'vitest'
import { createProgram } from '../../src/cli/program.ts'
import { test } from './cli-process.ts'

const SECRET = 'hunter2-and-more'

/** Every command that reads a password, with what stands before it. */
const TAKE_PASSWORDS = commandsOf(createProgram()).filter(({ command }) =>
  command.options.some(({ long }) => long === '--password-stdin'),
)

describe('an error repeats no password', () => {
  test('of whatever command reads one, with one dash or two', () => {
    expect(TAKE_PASSWORDS.map(({ path }) => path.join(' '))).toEqual(
      expect.arrayContaining(['add', 'set-password', 'verify-password', 'login', 'users add', 'users set-password']),
    )
    for (const { path } of TAKE_PASSWORDS) {
      for (const given of [
        `-${SECRET}`,
        `--${SECRET}`,
        `--password-stdin=${SECRET}`,
        `-V${SECRET}`,
        `--no-${SECRET}`,
      ]) {
        expectSilence([...path, 'bob', given])
      }
      // A pass phrase without quotation marks is several arguments.
      expectSilence([...path, 'bob', 'one', 'two', 'three', SECRET])
    }
    expectSilence(['secret', SECRET])
    expectSilence(['secret', 'rotate', SECRET])
    expectSilence(['import', 'users.csv', `postgres://anna:${SECRET}@db/people`, '--from', 'django'])
  })

  test('on the terminal, where it says how such a password is given', async ({ desk }) => {
    const { code, stdout, stderr } = await desk.ostiary(['add', 'bob', `-${SECRET}`])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain('--password-stdin, or stands behind "--"')
    expect(stderr).not.toContain('hunter2')
    expect(await desk.ostiary(['add', 'bob', '--', `-${SECRET}`])).toMatchObject({ code: 0 })
    expect(await desk.ostiary(['verify-password', 'bob', '--', `-${SECRET}`])).toMatchObject({ code: 0 })
  })

  test('but names the option that was meant', () => {
    expect(errorOf(['add', 'bob', '--role', 'Viewer'])).toContain('Did you mean --roles?')
    expect(errorOf(['list-users', '--yaml'])).toContain("unknown option '--yaml'")
  })
})

function expectSilence(args: readonly string[]): void {
  const error = errorOf(args)
  expect(error).toMatch(/^error: /)
  expect(error).not.toMatch(/hunter2|and-more|one|two/)
}

/** What the command line would print, without a process. */
function errorOf(args: readonly string[]): string {
  const program = createProgram()
  let printed = ''
  for (const { command } of [{ command: program }, ...commandsOf(program)]) {
    command.configureOutput({ writeErr: (text) => (printed += text), writeOut: (text) => (printed += text) })
  }
  try {
    program.parse([...args], { from: 'user' })
  } catch {}
  return printed
}

interface Found {
  readonly path: readonly string[]
  readonly command: Command
}

function commandsOf(command: Command, path: readonly string[] = []): Found[] {
  return command.commands.flatMap((child) => {
    const own = [...path, child.name()]
    return [{ path: own, command: child }, ...commandsOf(child, own)]
  })
}
