import { readFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { describe, expect } from 'vitest'
import { createProgram } from '../../src/cli/program.ts'
import { readSecrets } from '../../src/sealing/keyring.ts'
import { bareTest as test } from './cli-process.ts'

const commands = pathsOf(createProgram())

describe('help', () => {
  test('is there for every command, with an example, without any configuration', async ({ desk }) => {
    for (const path of commands) {
      const { code, stdout, stderr } = await desk.ostiary([...path, '--help'])
      expect([path, code, stderr]).toEqual([path, 0, ''])
      expect(stdout).toMatch(/^Usage: ostiary /)
      expect(stdout).toMatch(new RegExp(`^Examples?:\n( {2}\\$ .*\n)* {2}\\$ .*ostiary ${path.join(' ')}`, 'm'))
    }
  })

  test('lists every command', async ({ desk }) => {
    const { code, stdout } = await desk.ostiary(['--help'])
    expect(code).toBe(0)
    for (const [name] of commands) expect(stdout).toMatch(new RegExp(`^ {2}${name} `, 'm'))
  })
})

test('the version is that of the package', async ({ desk }) => {
  const { version } = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8'))
  expect(await desk.ostiary(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' })
})

test('what is used wrongly is exit code 2, with a hint on standard error', async ({ desk }) => {
  const wrong = [
    [],
    ['lits-users'],
    ['list-users', '--yaml'],
    ['list-users', 'bob'],
    ['add'],
    ['sessions'],
    ['sessions', 'revoke'],
    ['sessions', 'revoke', 'some-id', '--all'],
    ['sessions', 'revoke', '--user', 'bob', '--all'],
    ['home'],
    ['home', 'set', 'bob'],
    ['sources', 'chekc'],
    ['login', 'bob'],
    ['note', 'bob'],
    ['throttle'],
    ['throttle', 'clear'],
  ]
  for (const args of wrong) {
    const { code, stdout, stderr } = await desk.ostiary(args)
    expect([args, code, stdout]).toEqual([args, 2, ''])
    expect(stderr).not.toBe('')
  }
})

test('every secret that it prints is another one, and good enough', async ({ desk }) => {
  const [one, other] = await Promise.all([desk.ostiary(['secret']), desk.ostiary(['secret'])])
  expect(one).toMatchObject({ code: 0, stderr: '' })
  expect(one.stdout).not.toBe(other.stdout)
  expect(readSecrets([one.stdout, other.stdout])).toHaveLength(2)
})

function pathsOf(command: Command, path: readonly string[] = []): string[][] {
  return command.commands.flatMap((child) => {
    const own = [...path, child.name()]
    return [own, ...pathsOf(child, own)]
  })
}
