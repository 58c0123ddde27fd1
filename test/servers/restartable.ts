import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ServerHome } from '../databases/server-process.ts'
import { eventually } from './eventually.ts'

/** A server that tests may treat badly. */
export interface Restartable {
  /** Ends it at once, and returns when it is gone. */
  end(): Promise<void>
  /** Starts it again, on the data that it left. */
  restart(): Promise<void>
  /** Stops all of its processes, as if the machine stood still: connections can be made, and nobody answers. */
  pause(): Promise<void>
  resume(): Promise<void>
}

interface Program {
  readonly file: string
  readonly args: readonly string[]
  /** What ends it at once. */
  readonly endSignal: 'KILL' | 'QUIT'
  readonly isReady: () => Promise<unknown>
}

/** Starts a server in its home, and starts it again whenever it has ended, unless it is to be down. */
export async function startRestartable(home: ServerHome, program: Program): Promise<Restartable> {
  const { file, args, endSignal, isReady } = program
  const script = `
    trap 'kill -CONT $!; kill -${endSignal} $!; wait $!; exit' TERM
    while :; do
      if [ -e down ]; then rm -f running; sleep 0.02; else "$@" & echo $! > running; wait $!; fi
    done`
  const [down, running] = ['down', 'running'].map((name) => join(home.folder, name)) as [string, string]
  await home.start('/bin/sh', ['-c', script, 'sh', file, ...args], 'TERM', isReady)

  const main = () => Number(readFileSync(running, 'utf8'))
  return {
    async end() {
      await writeFile(down, '')
      process.kill(main(), `SIG${endSignal}`)
      while (existsSync(running)) await sleep(20)
    },
    async restart() {
      await rm(down)
      await eventually(isReady, PATIENCE_MS)
    },
    async pause() {
      // One that is started meanwhile is found by the next look.
      for (let stopped = 0; stopped < family(main()).length; ) {
        const found = family(main())
        for (const pid of found) process.kill(pid, 'SIGSTOP')
        stopped = found.length
      }
    },
    async resume() {
      for (const pid of family(main())) process.kill(pid, 'SIGCONT')
      await eventually(isReady, PATIENCE_MS)
    },
  }
}

/** A process, and those that it has started. On Linux alone. */
function family(parent: number): number[] {
  const children = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && parentOf(name) === parent)
  return [parent, ...children.map(Number)]
}

function parentOf(pid: string): number | undefined {
  try {
    return Number(/\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1])
  } catch {
    // It has ended since.
    return undefined
  }
}

const PATIENCE_MS = 30_000
