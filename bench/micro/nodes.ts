// Nodes of one application that share a store, all of them in this process, so that one clock tells for all.
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import { generateSecret } from 'ostiary'
import { aroundCalls } from '../../test/cluster/around-calls.ts'
import { openAt } from '../../test/cluster/open-at.ts'
import { serve } from '../harness/child.ts'
import { CONNECTION, ostiaryAuth } from '../servers/ostiary-auth.ts'

const [url = '', count = '1', prefix = ''] = process.argv.slice(2)
let calls = 0
await aroundCalls(url.startsWith('postgres:') ? 'postgres' : 'sqlite', url, (call) => {
  calls += 1
  return call()
})

const secret = generateSecret()
const nodes = Array.from({ length: Number(count) }, () => {
  const { store } = openAt({ store: url, people: url.startsWith('redis:') ? 'sqlite::memory:' : url, prefix })
  return ostiaryAuth({ store, secret })
})
const [first] = nodes as [(typeof nodes)[0], ...typeof nodes]
// One after the other: the first makes the tables.
const ready = (async () => {
  for (const { auth } of nodes) await auth.ready()
})()

async function sessions(howMany: number): Promise<{ id: string; cookieHeader: string }[]> {
  await ready
  return (await first.signIn(howMany)).map((cookieHeader) => {
    const { session } = first.auth.authenticateRequestAtOnce({ headers: { cookie: cookieHeader }, ...CONNECTION })
    if (!session) throw new Error('A cookie does not count.')
    return { id: session.id, cookieHeader }
  })
}

serve({
  /** How long it takes to revoke a session until every node refuses it. */
  async revoke() {
    const [session] = (await sessions(1)) as [{ id: string; cookieHeader: string }]
    const believing = () =>
      nodes.filter(
        ({ auth }) =>
          !auth.authenticateRequestAtOnce({ headers: { cookie: session.cookieHeader }, ...CONNECTION }).user
            .isAnonymous,
      ).length
    if (believing() < nodes.length) throw new Error('A node does not believe a session that lives.')
    // At any time between two looks.
    await sleep(Math.random() * PAUSE_MS)
    const start = performance.now()
    await first.auth.sessions.revoke({ session: session.id })
    while (believing() > 0) await nextTurn()
    return { ms: performance.now() - start }
  },

  /** How often all nodes together call the store in a second, while so many sessions are revoked every second. */
  async callsASecond(seconds: number, revocations: number) {
    const revoked = await sessions(seconds * revocations)
    // What was before has no part in it.
    await sleep(SETTLE_MS)
    const before = calls
    const start = performance.now()
    const until = (at: number) => sleep(Math.max(0, start + at - performance.now()))
    for (const [index, { id }] of revoked.entries()) {
      await until((index * 1000) / revocations)
      await first.auth.sessions.revoke({ session: id })
    }
    await until(seconds * 1000)
    return ((calls - before) * 1000) / (performance.now() - start)
  },
})

const PAUSE_MS = 250
const SETTLE_MS = 1200
