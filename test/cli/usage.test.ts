import { readFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { describe, expect } from 'vitest'
import { createProgram } from '../../src/cli/program.ts'
import { readSecrets } from '../../src/sealing/keyring.ts'
import { bareTest as test } from './cli-process.ts'

const commands = pathsOf(createProgram())

describe('help', () => {
  test('is there for every command, with an example, without any configuration', async ({ desk }) => {
    const answers = await inBatches(commands, (path) => desk.ostiary([...path, '--help']))
    for (const [{ code, stdout, stderr }, path] of answers) {
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
  for (const [{ code, stdout, stderr }, args] of await inBatches(wrong, (args) => desk.ostiary(args))) {
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

/** Asks for each item, four at a time. Why: most of a process's time passes while it starts. */
async function inBatches<T, R>(items: readonly T[], ask: (item: T) => Promise<R>): Promise<[R, T][]> {
  const results: [R, T][] = []
  for (let first = 0; first < items.length; first += 4) {
    const batch = items.slice(first, first + 4)
    results.push(...(await Promise.all(batch.map(async (item): Promise<[R, T]> => [await ask(item), item]))))
  }
  expect(results).toHaveLength(items.length)
  return results
}

function pathsOf(command: Command, path: readonly string[] = []): string[][] {
  return command.commands.flatMap((child) => {
    const own = [...path, child.name()]
    return [own, ...pathsOf(child, own)]
  })
}
