import { setTimeout as pause } from 'node:timers/promises'
import { expect } from 'vitest'
import type { NodeProcess } from './node-process.ts'

/** How long after the answer of one node the others refused what it had revoked. In milliseconds. */
export interface Delays {
  readonly p50: number
  readonly p99: number
  readonly worst: number
}

type Kind = 'session' | 'user' | 'all'
const KINDS: readonly Kind[] = ['session', 'user', 'session', 'all', 'user']
const PEOPLE = ['anna', 'bert']

/** Revokes so often, from changing nodes, sessions that were started on changing nodes; each is refused everywhere. */
export async function measureRevocations(nodes: readonly NodeProcess[], times: number): Promise<Delays> {
  const delays: number[] = []
  for (let turn = 0; turn < times; turn += 1) {
    const at = (index: number) => nodes[(turn + index) % nodes.length] as NodeProcess
    const kind = KINDS[turn % KINDS.length] as Kind
    const people = kind === 'all' ? PEOPLE : [PEOPLE[turn % PEOPLE.length] as string]
    const cookies = await Promise.all(people.map((person, index) => at(index + 1).signIn(person)))
    for (const cookie of cookies) expect(await at(2).view(cookie)).toBe(200)

    const [first = ''] = cookies
    await at(0).post('/revoke', await targetOf(kind, at(0), first))
    const since = performance.now()
    for (const cookie of cookies) expect(await at(0).view(cookie), 'where it was revoked').toBe(403)
    const refused = [at(1), at(2)].flatMap((node) => cookies.map((cookie) => untilRefused(node, cookie)))
    for (const at of await Promise.all(refused)) delays.push(Math.max(0, at - since))
  }
  delays.sort((one, other) => one - other)
  const share = (part: number) => delays[Math.ceil(delays.length * part) - 1] as number
  return { p50: share(0.5), p99: share(0.99), worst: share(1) }
}

async function targetOf(kind: Kind, node: NodeProcess, cookie: string): Promise<Record<string, string>> {
  if (kind === 'all') return {}
  const user = await (await node.get('/view', cookie)).text()
  if (kind === 'user') return { user }
  const sessions = (await (await node.get(`/sessions?${new URLSearchParams({ user })}`)).json()) as string[]
  return { session: sessions.at(-1) ?? expect.fail('no session') }
}

/** When it was. A node that never refuses does so at the end of the lease: that is too late to be waited for. */
async function untilRefused(node: NodeProcess, cookie: string): Promise<number> {
  const giveUpAt = performance.now() + 30_000
  for (;;) {
    const status = await node.view(cookie)
    if (status === 403) return performance.now()
    expect(status).toBe(200)
    if (performance.now() > giveUpAt) expect.fail('A revoked session is believed.')
    await pause(2)
  }
}
