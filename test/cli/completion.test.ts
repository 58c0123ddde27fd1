import { spawnSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { type Desk, bareTest as test } from './cli-process.ts'

const has = (shell: string) => spawnSync(shell, ['--version']).status === 0

async function script(desk: Desk, shell: string): Promise<string> {
  const { code, stdout, stderr } = await desk.ostiary(['completion', shell])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const file = join(desk.folder, `completion.${shell}`)
  await writeFile(file, stdout)
  return file
}

describe('Tab completes commands and options', () => {
  test('in bash', async ({ desk }) => {
    await desk.write('my.env', '')
    const file = await script(desk, 'bash')
    const complete = (...words: string[]) => {
      const typed = words.map((word) => `'${word}'`).join(' ')
      const ask = `source '${file}'; COMP_WORDS=(${typed}); COMP_CWORD=${words.length - 1}; _ostiary; echo "\${COMPREPLY[@]}"`
      return spawnSync('bash', ['-c', ask], { cwd: desk.folder, encoding: 'utf8' }).stdout.trim()
    }
    expect(complete('ostiary', 'us')).toBe('users')
    expect(complete('ostiary', 'users', 'ed')).toBe('edit')
    expect(complete('ostiary', 'users', 'add', 'bob', '--pass')).toBe('--password-stdin')
    expect(complete('ostiary', 'sessions', 'revoke', '--y')).toBe('--yes')
    expect(complete('ostiary', 'list-users', '--env-file', 'my')).toBe('my.env')
  })

  test.skipIf(!process.env.CI && !has('zsh'))('in zsh', async ({ desk }) => {
    const file = await script(desk, 'zsh')
    const complete = (...words: string[]) => {
      const typed = words.map((word) => `'${word}'`).join(' ')
      // What zsh would offer is handed to a function of its own.
      const ask = `compdef() { : }; _describe() { print -l -- \${(P)2} }; source '${file}'; words=(${typed}); CURRENT=${words.length}; _ostiary`
      return spawnSync('zsh', ['-fc', ask], { encoding: 'utf8' }).stdout
    }
    expect(complete('ostiary', '')).toMatch(/^users:add, list, show/m)
    expect(complete('ostiary', 'users', 'edit', '')).toMatch(/^--remove-property:/m)
  })

  test.skipIf(!process.env.CI && !has('fish'))('in fish', async ({ desk }) => {
    const file = await script(desk, 'fish')
    const complete = (line: string) =>
      spawnSync('fish', ['--no-config', '-c', `source '${file}'; complete -C '${line}'`], { encoding: 'utf8' }).stdout
    expect(complete('ostiary us')).toMatch(/^users\t/m)
    expect(complete('ostiary users edit --rem')).toMatch(/^--remove-property\t/m)
    expect(complete('ostiary users e')).not.toMatch(/^users\t/m)
  })

  test('in no other shell', async ({ desk }) => {
    expect(await desk.ostiary(['completion', 'tcsh'])).toMatchObject({ code: 2, stdout: '' })
  })
})
