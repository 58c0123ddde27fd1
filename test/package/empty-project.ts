import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { ROOT } from '../docs/documents.ts'

/** A folder with the packed package beside it, as the README has them: `<folder>/ostiary/ostiary-0.1.0.tgz`. */
export interface Workshop {
  readonly folder: string
  /** Runs a line of a shell in a folder below. @throws {Error} with all its output when it fails. */
  run(line: string, options?: RunOptions): Promise<string>
  /** Starts a server and returns it with its address, once a line of its log says where it listens. */
  serve(line: string, options?: RunOptions): Promise<Server>
  remove(): Promise<void>
}

export interface RunOptions {
  /** Below the workshop. */
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  /** What is typed on the terminal, each time that the screen shows the first text. */
  readonly answers?: readonly (readonly [shown: string, typed: string])[]
}

export interface Server {
  readonly origin: string
  readonly log: () => string
  stop(): Promise<void>
}

export async function openWorkshop(): Promise<Workshop> {
  const folder = await mkdtemp(join(tmpdir(), 'ostiary-project-'))
  const servers: Server[] = []

  function start(line: string, { cwd = '', env, answers }: RunOptions): ChildProcess {
    // `script`, of util-linux, gives the command a terminal to ask on.
    const [file, args] = answers ? ['script', ['-qefc', line, '/dev/null']] : ['bash', ['-c', line]]
    return spawn(file, args, {
      cwd: join(folder, cwd),
      env: { ...plainEnvironment(), ...env },
      stdio: [answers ? 'pipe' : 'ignore', 'pipe', 'pipe'],
      // A group of its own: the server may be the child of a shell.
      detached: true,
    })
  }

  async function run(line: string, options: RunOptions = {}): Promise<string> {
    const child = start(line, options)
    const output = collect(child)
    const waiting = [...(options.answers ?? [])]
    child.stdout?.on('data', () => {
      const [next] = waiting
      if (!next || !output().includes(next[0])) return
      child.stdin?.write(next[1])
      waiting.shift()
    })
    const tooLong = setTimeout(() => end(child), LONGEST_RUN_MS)
    const [code] = await once(child, 'close')
    clearTimeout(tooLong)
    if (code !== 0) throw new Error(`${line}\nended with ${code}:\n${output()}`)
    return output()
  }

  const workshop: Workshop = {
    folder,
    run,
    async serve(line, options = {}) {
      const child = start(line, options)
      const log = collect(child)
      const closed = once(child, 'close')
      const server: Server = {
        origin: await listening(child, log, line),
        log,
        async stop() {
          end(child)
          await closed
        },
      }
      servers.push(server)
      return server
    },
    async remove() {
      await Promise.all(servers.map((server) => server.stop()))
      await rm(folder, { recursive: true, force: true })
    },
  }
  await mkdir(join(folder, 'ostiary'))
  // Without scripts: `prepack` would build, and the build that is there is the one to test.
  await run(`npm pack --ignore-scripts --pack-destination '${folder}/ostiary' '${ROOT}'`)
  return workshop
}

/** With a slow network, an installation takes minutes. */
const LONGEST_RUN_MS = 400_000

/** Ends the whole group of processes, unless the first of them has ended by itself. */
function end({ pid, exitCode, signalCode }: ChildProcess): void {
  if (exitCode === null && signalCode === null && pid) process.kill(-pid)
}

/** Beside what the README installs: the packages that pages of the docs say they need, as they are tested. */
export function packagesOfDocs(): Promise<string[]> {
  const peers = ['@redis/client', 'ldapts', 'pg', 'mysql2', 'vitest']
  const neighbours = ['@fastify/jwt', '@fastify/rate-limit', '@fastify/websocket', 'hono', '@hono/node-server']
  const extensions = ['openid-client', 'otpauth', 'uqr', '@simplewebauthn/server', '@node-saml/node-saml']
  return Promise.all([...peers, ...extensions, ...neighbours].map(testedVersion))
}

/** The version with which this project tests a package of its own `devDependencies`. */
async function testedVersion(name: string): Promise<string> {
  const { devDependencies } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'))
  return `${name}@${devDependencies[name]}`
}

/** Nothing of what the tests themselves run with. `npm` and `npx` run on the Node of the tests unless a path says otherwise. */
function plainEnvironment(): Record<string, string> {
  const { PATH = '', HOME = '' } = process.env
  const quiet = { npm_config_audit: 'false', npm_config_fund: 'false', npm_config_prefer_offline: 'true' }
  return { PATH: [dirname(process.execPath), PATH].join(delimiter), HOME, SHELL: '/bin/sh', ...quiet, ...network() }
}

/** How this machine reaches the registry. */
function network(): Record<string, string> {
  const names = /^(?:NODE_EXTRA_CA_CERTS|SSL_CERT_(?:FILE|DIR)|(?:https?|no)_proxy)$/i
  const entries = Object.entries(process.env).filter(([name]) => names.test(name))
  return Object.fromEntries(entries.map(([name, value]) => [name, value ?? '']))
}

function collect({ stdout, stderr }: ChildProcess): () => string {
  let text = ''
  for (const stream of [stdout, stderr]) stream?.setEncoding('utf8').on('data', (part: string) => (text += part))
  return () => text
}

async function listening(child: ChildProcess, log: () => string, line: string): Promise<string> {
  const address = () => /Server listening at (http:\/\/127\.0\.0\.1:\d+)/.exec(log())?.[1]
  await new Promise<void>((resolve, reject) => {
    child.stdout?.on('data', () => address() && resolve())
    child.on('close', (code) => reject(new Error(`${line}\nended with ${code} before it listened:\n${log()}`)))
  })
  return String(address()).replace('127.0.0.1', 'localhost')
}
