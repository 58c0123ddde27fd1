import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Memory } from './collected-heap.ts'
import { type Connection, openConnection } from './connection.ts'
import { createCrowd } from './crowd.ts'
import { judge, type Verdict } from './verdict.ts'

export interface SoakOptions {
  /** How many people there are, each with a cookie of their own. */
  readonly people: number
  /** How many sessions that have been read the application remembers: fewer than there are people. */
  readonly cache: number
  /** Whether there is to be one more round, once all people have come by so many times and have been measured. */
  readonly goesOn: (rounds: number) => boolean
  readonly onMeasured?: (measured: Measured) => void
}

export interface Measured extends Memory {
  /** How often all people have come by. */
  readonly rounds: number
  /** How many requests have been answered. */
  readonly requests: number
}

export interface SoakReport extends Verdict {
  /** From when as much ends as begins. */
  readonly measured: readonly Measured[]
  readonly tally: Readonly<Record<string, number>>
}

/**
 * Lets an application serve very many people over and over, over HTTP, while hours pass on its clock: leases and sessions
 * end, people sign in and out, sessions are revoked, keys change, and others try to get in.
 *
 * Its memory is judged from when everything that began at first has ended: then as much ends as begins.
 */
export async function soak({ people, cache, goesOn, onMeasured }: SoakOptions): Promise<SoakReport> {
  const application = await startApplication(cache)
  const connections = await Promise.all(Array.from({ length: CONNECTIONS }, () => openConnection(application.port)))
  const [control] = connections as [Connection]
  const crowd = createCrowd()
  const measured: Measured[] = []

  async function tell(method: string, path: string): Promise<string> {
    const { status, body } = await control.send(method, path)
    if (status !== 200) throw new Error(`${path} was answered with ${status}: ${body}`)
    return body
  }

  async function measure(rounds: number): Promise<void> {
    const requests = Object.values(crowd.tally).reduce((sum, count) => sum + count, 0)
    measured.push({ rounds, requests, ...(JSON.parse(await tell('GET', '/memory')) as Memory) })
    onMeasured?.(measured.at(-1) as Measured)
  }

  /** All people come by once, while the clock goes on. */
  async function round(rounds: number): Promise<void> {
    const slice = Math.ceil(people / SLICES)
    // What was remembered under the keys of before is forgotten, so not so often that nothing could pile up in between.
    if (rounds % KEYS_LAST === 0) await tell('POST', '/keys')
    for (let each = 0; each < SLICES; each += 1) {
      const first = each * slice
      await crowd.comeBy(connections, first, Math.min(slice, people - first))
      await tell('POST', `/clock?seconds=${ROUND_SECONDS / SLICES}`)
      // Not before the cache of sessions that have been read is full again.
      const done = (each + 1) / SLICES
      if (MEASURED_AT.has(done)) await measure(rounds + done)
    }
  }

  try {
    // Not all at once, so that their sessions do not end at once either.
    const cohort = Math.ceil(people / COHORTS)
    for (let first = 0; first < people; first += cohort) {
      await crowd.arrive(connections, first, Math.min(cohort, people - first))
      await tell('POST', `/clock?seconds=${ROUND_SECONDS}`)
    }
    for (let rounds = 0; goesOn(rounds); rounds += 1) await round(rounds)
    const steady = measured.filter(({ rounds }) => rounds > STEADY_AFTER)
    return { ...judge(steady), measured: steady, tally: crowd.tally }
  } finally {
    for (const connection of connections) connection.close()
    await application.end()
  }
}

const CONNECTIONS = 32
/** The clock moves on that often in a round: by little, since what is kept for seconds is kept while it stands still. */
const SLICES = 200
/** Parts of a round that are over. */
const MEASURED_AT = new Set([0.5, 0.75, 1])
/** Less than a lease: of three visits, one finds it in force, one that it has ended, and one that the session has. */
const ROUND_SECONDS = 12 * 60
/** In rounds: all that began before the first has ended. */
const STEADY_AFTER = 3
/** In rounds. */
const KEYS_LAST = 5
/** As many rounds as a session lasts. */
const COHORTS = 3

async function startApplication(cache: number) {
  const program = fileURLToPath(new URL('application.ts', import.meta.url))
  const env = { ...process.env, NODE_ENV: 'production', OSTIARY_SECRET: '', OSTIARY_SECRET_FILE: '' }
  const args = ['--no-warnings', '--expose-gc', program, `${cache}`]
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'], env })
  const ended = once(child, 'exit')
  const [port] = await Promise.race([once(createInterface(child.stdout), 'line'), ended])
  if (child.exitCode !== null) throw new Error('The application has not started.')
  return {
    port: Number(port),
    async end() {
      child.stdin.end()
      await ended
    },
  }
}
