import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, globSync } from 'node:fs'
import { mkdtemp, readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** What a server of its own for one test file is made of. Nothing of it outlives the tests, however they end. */
export interface ServerHome {
  /** In the folder everything is that account's, since database servers refuse to run as root. */
  readonly folder: string
  readonly port: number
  /** Runs a program to its end. */
  run(program: string, args: readonly string[]): Promise<void>
  /** Starts the server, and waits until `isReady` does not reject. */
  start(program: string, args: readonly string[], stopSignal: string, isReady: () => Promise<unknown>): Promise<void>
  stop(): Promise<void>
}

export async function createServerHome(account: string): Promise<ServerHome> {
  // Not os.tmpdir(), which may be a folder that another account cannot enter.
  const folder = await mkdtemp('/tmp/ostiary-server-')
  const identity = process.getuid?.() === 0 ? await become(account, folder) : {}
  const port = await freePort()
  let server: ReturnType<typeof spawn> | undefined

  async function stop(): Promise<void> {
    if (!server) return
    const ended = once(server, 'exit')
    server.stdin?.end()
    await ended
  }

  return {
    folder,
    port,

    async run(program, args) {
      await run(program, args, { cwd: folder, ...identity })
    },

    async start(program, args, stopSignal, isReady) {
      // The shell ends the server when its standard input closes, as it does when this process is no more.
      const script = `"$@" < /dev/null > log 2>&1 & cat; kill -s ${stopSignal} $!; wait $!; cd /; rm -rf '${folder}'`
      server = spawn('/bin/sh', ['-c', script, 'sh', program, ...args], {
        cwd: folder,
        detached: true,
        stdio: ['pipe', 'ignore', 'ignore'],
        ...identity,
      })
      const giveUpAt = performance.now() + 30_000
      for (;;) {
        try {
          await isReady()
          return
        } catch (cause) {
          if (performance.now() < giveUpAt) await sleep(50)
          else {
            const log = await readFile(join(folder, 'log'), 'utf8')
            await stop()
            throw new Error(`${program} does not start: ${log.slice(-2000)}`, { cause })
          }
        }
      }
    },

    stop,
  }
}

/** @throws when it is not installed, with the name of the Debian package that has it. */
export function findProgram(name: string, debianPackage: string): string {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', ...globSync('/usr/lib/postgresql/*/bin')]
  const found = folders.map((folder) => join(folder, name)).find((file) => existsSync(file))
  if (found) return found
  throw new Error(`These tests need ${name}: install it (Debian: apt-get install ${debianPackage}).`)
}

async function become(account: string, folder: string): Promise<{ uid: number; gid: number }> {
  const [uid, gid] = await Promise.all(
    ['-u', '-g'].map(async (flag) => Number((await run('id', [flag, account])).stdout)),
  )
  await run('chown', [`${uid}:${gid}`, folder])
  return { uid: uid as number, gid: gid as number }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}
