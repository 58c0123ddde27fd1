import { fixedClock } from 'ostiary/testing'
import { expect, test } from 'vitest'
import { SECRET, sessionNode, watched } from '../../test/sessions/session-node.ts'
import { generateSecret } from '../sealing/keyring.ts'
import { memorySessions } from './memory-sessions.ts'

/** Two processes over one store, as a cluster or a restart has them. */
async function twoNodes() {
  const clock = fixedClock()
  const store = memorySessions({ clock })
  clock.advance(1)
  return { clock, store, here: await sessionNode({ clock, store }), there: await sessionNode({ clock, store }) }
}

function idOf(node: Awaited<ReturnType<typeof sessionNode>>, sealed: string): string {
  const opened = node.sessions.open(sealed)
  return opened.state === 'ended' ? 'ended' : opened.session.id
}

test('a session that one node started lives on the other', async () => {
  const { here, there } = await twoNodes()
  expect(there.sessions.open(await here.signIn()).state).toBe('live')
})

test('a cookie that is replayed after logout is refused, here, there, and by a process that starts afterwards', async () => {
  const { clock, store, here, there } = await twoNodes()
  const sealed = await here.signIn({ persistent: true })
  await here.sessions.revoke({ session: idOf(here, sealed) })
  const fresh = await sessionNode({ clock, store })
  for (const node of [here, there, fresh]) expect(node.sessions.open(sealed).state).toBe('ended')
  clock.advance('20d')
  const later = await sessionNode({ clock, store })
  for (const node of [here, there, fresh, later]) expect(await node.visit(sealed)).toBeUndefined()
})

test('every cookie that a session ever had ends with it', async () => {
  const { clock, here, there } = await twoNodes()
  const cookies = [await here.signIn()]
  for (let round = 0; round < 5; round += 1) {
    clock.advance('1m')
    cookies.push((await here.visit(cookies.at(-1) ?? '')) ?? '')
  }
  expect(new Set(cookies).size).toBe(6)
  await there.sessions.revoke({ session: idOf(there, cookies.at(-1) ?? '') })
  for (const node of [here, there]) for (const cookie of cookies) expect(node.sessions.open(cookie).state).toBe('ended')
})

test('a change of the account on one node is seen by the next request on the other', async () => {
  const { here, there } = await twoNodes()
  const sealed = await here.signIn()
  await here.sessions.markStale('local:7')
  expect(there.sessions.open(sealed).state).toBe('lease-expired')
  await there.visit(sealed)
  expect(there.lookups).toEqual(['local:7'])
})

test('a node whose clock is behind cannot revoke too little', async () => {
  const ahead = fixedClock()
  const behind = fixedClock(ahead() - 30_000)
  const store = memorySessions({ clock: behind })
  const here = await sessionNode({ clock: ahead, store })
  const there = await sessionNode({ clock: behind, store })
  const sealed = await here.signIn()
  expect(await there.sessions.revoke({ user: 'local:7' })).toBe(1)
  for (const node of [here, there]) expect(node.sessions.open(sealed).state).toBe('ended')
})

test('when the memory of a process is gone, its cookies are worth nothing from the first request on', async () => {
  const clock = fixedClock()
  const before = await sessionNode({ clock, store: memorySessions({ clock }), secret: SECRET })
  clock.advance(1)
  const sealed = await before.signIn({ persistent: true })
  clock.advance(1)
  const store = watched(memorySessions({ clock }))
  const after = await sessionNode({ clock, store, secret: SECRET })
  expect(after.sessions.open(sealed).state).toBe('ended')
  expect(store.asked.confirm).toBe(0)
  clock.advance(1)
  expect(after.sessions.open(await after.signIn()).state).toBe('live')
})

test('a process with another secret does not know the cookie', async () => {
  const { clock, store, here } = await twoNodes()
  const other = await sessionNode({ clock, store, secret: generateSecret() })
  expect(other.sessions.open(await here.signIn()).state).toBe('ended')
})
