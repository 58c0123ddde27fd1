import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { test as base } from 'vitest'

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))
const source = new URL('../../src/', import.meta.url).href

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  /** What standard input holds. Default: nothing. Never a terminal. */
  readonly stdin?: string | Uint8Array
  readonly env?: Readonly<Record<string, string>>
  /** For the process that runs the command line. */
  readonly nodeOptions?: readonly string[]
}

/** A folder of its own, and the command line as a process that works in it. */
export interface Desk {
  readonly folder: string
  readonly databaseUrl: string
  ostiary(args: readonly string[], options?: RunOptions): Promise<Ended>
  /** Runs Node with these arguments. */
  node(args: readonly string[], options?: RunOptions): Promise<Ended>
  /** Runs a shell command in which `ostiary` is the command line. */
  shell(command: string): Promise<Ended>
  /** Types on a real terminal: each answer when the text before it has appeared. `stdout` is all that the terminal showed. */
  onTerminal(command: string, answers?: readonly Answer[]): Promise<Ended>
  write(file: string, content: string): Promise<void>
}

export type Answer = readonly [after: string, keys: string]

/** Roles, users and sessions of a small application. Hashes are quick, and any password will do. */
export const CONFIG = `
import { createAuth, definePermission, defineRole } from '${source}index.ts'
import { localUsers, openDatabase, sqlSessions } from '${source}sql/index.ts'

const VIEW = definePermission({ name: 'view', description: 'See documents' })
const EDIT = definePermission({ name: 'edit', description: 'Write documents' })
const passwords = { allowWeak: true, argon2: { memoryKiB: 8, iterations: 1, parallelism: 1 } }
const database = openDatabase('sqlite:people.db')

export default createAuth({
  roles: [
    defineRole({ name: 'Administrator', description: 'May do everything', permissions: [VIEW, EDIT] }),
    defineRole({ name: 'Viewer', description: 'Only views', permissions: [VIEW] }),
  ],
  sources: [localUsers(database, { passwords, passwordPolicy: 'none' })],
  sessions: { store: sqlSessions(database) },
})
`

/** An empty folder without any configuration. */
export const bareTest = base.extend<{ desk: Desk }>({
  // biome-ignore lint/correctness/noEmptyPattern: Vitest reads from the pattern which fixtures one needs.
  desk: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'ostiary-cli-'))
    await use(createDesk(folder))
    await rm(folder, { recursive: true, force: true })
  },
})

/** A folder with {@link CONFIG} in it. */
export const test = bareTest.extend<{ desk: Desk }>({
  desk: async ({ desk }, use) => {
    await desk.write('ostiary.config.mjs', CONFIG)
    await use(desk)
  },
})

function createDesk(folder: string): Desk {
  const withOstiary = (text: string) => `ostiary() { ${quote(process.execPath)} ${quote(main)} "$@"; }; ${text}`
  return {
    folder,
    databaseUrl: `sqlite:${join(folder, 'people.db')}`,
    write: (file, content) => writeFile(join(folder, file), content),
    ostiary: (args, { stdin, env, nodeOptions = [] } = {}) =>
      end(process.execPath, [...nodeOptions, main, ...args], folder, env, (child) => child.end(stdin ?? '')),
    node: (args, { stdin, env } = {}) => end(process.execPath, args, folder, env, (child) => child.end(stdin ?? '')),
    shell: (text) => end('bash', ['-c', withOstiary(text)], folder, {}, (child) => child.end()),
    onTerminal: (text, answers = []) => {
      // `script`, of util-linux, gives the command a pseudo-terminal.
      const args = ['-qefc', withOstiary(text), '/dev/null']
      return end('script', args, folder, { SHELL: '/bin/sh' }, (keyboard, screen) => {
        const waiting = [...answers]
        let seen = ''
        screen.on('data', (shown: Buffer) => {
          seen += shown.toString()
          for (let next = waiting[0]; next && seen.includes(next[0]); next = waiting[0]) {
            seen = seen.slice(seen.indexOf(next[0]) + next[0].length)
            keyboard.write(next[1])
            waiting.shift()
          }
        })
      })
    },
  }
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}

function end(
  file: string,
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
  start: (stdin: NodeJS.WritableStream, stdout: NodeJS.ReadableStream) => void,
): Promise<Ended> {
  const { PATH, HOME, NODE_COMPILE_CACHE } = process.env
  const child = spawn(file, args, { cwd, env: { PATH, HOME, NODE_COMPILE_CACHE, TERM: 'xterm', ...env } })
  const said = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      said[name] += text
    })
  }
  // A process that ends without reading what it was given is not a failure of ours.
  child.stdin.on('error', () => {})
  start(child.stdin, child.stdout)
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, ...said }))
  })
}
