import { writeSync } from 'node:fs'
import { createAuth, defineUserSource } from 'ostiary'
import { testRequest } from 'ostiary/testing'
import { aroundCalls } from './around-calls.ts'
import { type Address, openAt } from './open-at.ts'

// A process that starts and ends sessions, acknowledges each, and kills itself in the middle of the last one: at a given
// call of the driver. Without a plan it says how many calls there are.

export interface Plan {
  readonly during: Action
  /** The first is 0. */
  readonly call: number
  readonly moment: 'before' | 'sent' | 'answered'
}

export type Action = 'start' | 'session' | 'user' | 'all'

/** What it says, a line of JSON each. */
export type Said =
  | { readonly started: string; readonly user: string; readonly cookie: string }
  | { readonly ending: string | null; readonly by: Action }
  | { readonly ended: string | null }
  | { readonly calls: number }

const [address, secret, name, during, planned] = process.argv.slice(2) as [string, string, string, Action, string]
const plan = JSON.parse(planned) as Plan | null
const opened = openAt(JSON.parse(address) as Address)
const anybody = defineUserSource('staff', async ({ username }) => ({ name: username }))
const auth = createAuth({ roles: [], sources: [anybody], sessions: { store: opened.store, secret } })

function say(what: Said): void {
  writeSync(1, `${JSON.stringify(what)}\n`)
}

const die = () => process.kill(process.pid, 'SIGKILL')
let calls = 0
let armed = false
await aroundCalls(opened.people.dialect, JSON.parse(address).store, (call, onAnswer) => {
  if (!armed) return call()
  const now = calls++ === plan?.call ? plan.moment : undefined
  if (now === 'before') die()
  if (now === 'answered') onAnswer(die)
  // The drivers write in this turn or in the next.
  if (now === 'sent') setImmediate(() => setImmediate(die))
  return call()
})

async function start(user: string): Promise<{ id: string; userId: string }> {
  const form = { username: user, password: 'x', persistent: false, next: undefined, fields: {} }
  const request = testRequest({ clientAddress: '192.0.2.1' })
  const result = await auth.signIn(form, request, null)
  if (result.outcome !== 'signed-in') throw new Error(result.outcome)
  const { id, userId } = result.session
  say({ started: id, user: userId, cookie: result.sealed })
  return { id, userId }
}

async function end(by: Exclude<Action, 'start'>, { id, userId }: { id: string; userId: string }): Promise<void> {
  const subject = { session: id, user: userId, all: null }[by]
  say({ ending: subject, by })
  await auth.sessions.revoke(subject === null ? 'all' : by === 'user' ? { user: subject } : { session: subject })
  say({ ended: subject })
}

await auth.sessions.revoke({ session: 'nobody’s' })
for (const last of [false, true]) {
  const own = `${name}-${last}`
  if (during === 'start') armed = last
  const one = await start(own)
  if (during === 'start') continue
  await start(own)
  await start(`${own}-other`)
  armed = last
  await end(during, one)
}
armed = false
say({ calls })
await opened.close()
