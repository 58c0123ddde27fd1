import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { createAuth, defineUserSource, generateSecret, type SessionChange } from 'ostiary'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Action, Plan, Said } from './doomed.ts'
import { type Address, openAt } from './open-at.ts'
import { sharedFile, sharedMariadb, sharedPostgres, sharedRedis } from './shared-stores.ts'

/**
 * Processes that are killed at every single call that they make of their database: what they have acknowledged is not
 * lost, and of what they have not, all has happened or nothing.
 */

const program = fileURLToPath(new URL('doomed.ts', import.meta.url))
const secret = generateSecret()
const ACTIONS = ['start', 'session', 'user', 'all'] as const
/** So many at once, each with a database of its own. */
const LANES = 3
/** Each call has two moments. Of two databases that get the same calls, each is to do with one, unless all is asked for. */
const ALL = process.env.OSTIARY_TEST_KILLS === 'all'
const BOTH: readonly Moment[] = ['sent', 'answered']
type Moment = Plan['moment']

describe.each([
  ['SQLite', sharedFile, ['answered'], 1],
  ['PostgreSQL', sharedPostgres, ALL ? BOTH : (['sent'] as const), 1],
  ['MariaDB', sharedMariadb, ALL ? BOTH : (['answered'] as const), 1],
  ['Redis', sharedRedis, BOTH, ALL ? 3 : 1],
] as const)('killed at each call to %s', (name, startServer, moments, rounds) => {
  test('no process takes along what it has acknowledged, or leaves half of something behind', async () => {
    const server = await startServer()
    onTestFinished(() => server.stop())
    const plans: Plan[] = []
    const first = await server.create()
    onTestFinished(first.drop)
    for (const during of ACTIONS) {
      const said = await run(first.address, 'counting', during, null)
      const calls = said.flatMap((each) => ('calls' in each ? [each.calls] : []))[0] ?? expect.fail('it has not ended')
      // Before each of the others is after the one before it.
      plans.push({ during, call: 0, moment: 'before' })
      for (let call = 0; call < calls; call += 1) plans.push(...moments.map((moment) => ({ during, call, moment })))
    }

    const waiting = Array.from({ length: rounds }, () => plans).flat()
    const kills = waiting.length
    async function lane(): Promise<void> {
      const { address, drop } = await server.create()
      onTestFinished(drop)
      for (let plan = waiting.shift(); plan; plan = waiting.shift()) {
        const before = await latest(address)
        const said = await run(address, `${plan.during}-${waiting.length}`, plan.during, plan)
        await expectAllOrNothing(address, before, said, JSON.stringify(plan))
      }
    }
    const lanes = Array.from({ length: LANES }, lane)
    await Promise.allSettled(lanes)
    await Promise.all(lanes)
    console.info(`${name}: ${kills} processes killed`)
  }, 180_000)
})

async function run(address: Address, who: string, during: Action, plan: Plan | null): Promise<readonly Said[]> {
  const args = ['--no-warnings', program, JSON.stringify(address), secret, who, during, JSON.stringify(plan)]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const [output, [code, signal]] = await Promise.all([text(child.stdout), once(child, 'exit')])
  expect([code, signal], `${JSON.stringify(plan)} ${output}`).toEqual(plan ? [null, 'SIGKILL'] : [0, null])
  return output.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Said]))
}

async function latest(address: Address): Promise<number> {
  const { store, close } = openAt(address)
  try {
    await store.ready?.()
    return await store.revision()
  } finally {
    await close()
  }
}

/** As a process sees it that starts only now: `before` is the number of the latest change that is none of theirs. */
async function expectAllOrNothing(address: Address, before: number, said: readonly Said[], plan: string) {
  const { store, close } = openAt(address)
  const changes: SessionChange[] = []
  const stop = await store.follow((heard) => void changes.push(...heard.filter(({ revision }) => revision > before)))
  const auth = createAuth({ roles: [], sources: [ANYBODY], sessions: { store, secret } })
  await auth.ready()

  /** Whether those live that the last process was about to end. */
  const survivors = new Set<boolean>()
  for (const [index, each] of said.entries()) {
    if (!('started' in each)) continue
    const { started: id, user, cookie } = each
    const lives = (await store.confirm(id, Date.now())) !== null
    const identity = await auth.authenticateRequest({ headers: { cookie: `ostiary=${cookie}` }, ...CONNECTION })
    expect(!identity.user.isAnonymous, `${plan}: a new node believes what lives, and nothing else`).toBe(lives)
    const listed = await Array.fromAsync(store.list({ userId: user, now: Date.now() }), (session) => session.id)
    expect(listed.includes(id), `${plan}: what lives is listed`).toBe(lives)
    for (const other of listed) expect(await store.confirm(other, Date.now()), `${plan}: what is listed`).not.toBeNull()

    const end = said.slice(index).find((line) => 'ending' in line && [id, user, null].includes(line.ending))
    if (!end) expect(lives, `${plan}: an acknowledged session lives`).toBe(true)
    else if (end === said.at(-1)) survivors.add(lives)
    else expect(lives, `${plan}: an acknowledged end is one`).toBe(false)
  }
  const recorded = (end: string | null) => changes.filter(({ subject }) => subject === end).length
  const acknowledged = (end: string | null) => said.filter((line) => 'ended' in line && line.ended === end).length
  for (const line of said) {
    if (!('ended' in line)) continue
    expect(recorded(line.ended), `${plan}: an acknowledged end is heard of`).toBeGreaterThan(0)
  }
  const last = said.at(-1)
  if (last && 'ending' in last) {
    expect(survivors.size, `${plan}: all of them live, or none`).toBe(1)
    const ended = survivors.has(true) ? 0 : 1
    expect(recorded(last.ending), `${plan}: ended and recorded, or neither`).toBe(acknowledged(last.ending) + ended)
  }
  await auth.close()
  await stop()
  await close()
}

const ANYBODY = defineUserSource('staff', async ({ username }) => ({ name: username }))
const CONNECTION = { https: false, host: 'localhost' }
