import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const repository = fileURLToPath(new URL('../..', import.meta.url))

/** How a process ended, and everything it said. */
export interface Exit {
  readonly code: number | null
  readonly output: string
  readonly errors: string
}

/** The demo as a process of its own: `node demo/server.ts`, as `npm start` runs it. */
export interface DemoProcess {
  /** Where it serves, once it says so. Rejects when it ends before that. */
  readonly address: Promise<string>
  readonly exit: Promise<Exit>
  output(): string
  signal(signal: NodeJS.Signals): void
  /** Ends it and waits until it has ended. */
  stop(signal?: NodeJS.Signals): Promise<Exit>
}

/** Starts the demo on a free port, with these environment variables and none of ours that would change it. */
export function startDemoProcess(environment: Record<string, string>): DemoProcess {
  const child = spawn(process.execPath, ['demo/server.ts'], {
    cwd: repository,
    env: { ...neutralEnvironment(), PORT: '0', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  // Should the tests themselves be cut short, nobody else would end it.
  const kill = () => void child.kill('SIGKILL')
  process.once('exit', kill)

  let output = ''
  let errors = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text
  })

  const exit = new Promise<Exit>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => {
      process.removeListener('exit', kill)
      resolve({ code, output, errors })
    })
  })
  const address = new Promise<string>((resolve, reject) => {
    child.stdout.on('data', () => {
      const announced = /^The demo is at (\S+):/m.exec(output)?.[1]
      if (announced) resolve(announced)
    })
    exit.then(({ code }) => reject(new Error(`The demo ended with ${code} before it served:\n${errors}`)), reject)
  })
  // Whoever expects it to end has no use for the address.
  address.catch(() => {})

  return {
    address,
    exit,
    output: () => output,
    signal: (signal) => void child.kill(signal),
    stop(signal = 'SIGTERM') {
      child.kill(signal)
      const patience = setTimeout(kill, 5000)
      return exit.finally(() => clearTimeout(patience))
    },
  }
}

/** A place for a database that nobody else uses. */
export async function temporaryDatabase(): Promise<{ readonly url: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'ostiary-demo-'))
  return {
    url: `sqlite:${join(folder, 'demo.db')}`,
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}

/** The environment of the tests, without what a developer or the test runner may have set for other purposes. */
export function neutralEnvironment(): NodeJS.ProcessEnv {
  const names = Object.keys(process.env).filter(
    (name) => !/^(?:OSTIARY_|VITEST)/.test(name) && !['NODE_ENV', 'NODE_OPTIONS', 'PORT', 'HOST'].includes(name),
  )
  // Node 22 calls its own SQLite an experiment, on the standard error of every process.
  const quiet = { NODE_OPTIONS: '--disable-warning=ExperimentalWarning' }
  return { ...Object.fromEntries(names.map((name) => [name, process.env[name]])), ...quiet }
}
