import { expect, test } from 'vitest'
import { openAuth, REQUEST } from '../../test/application/open-auth.ts'
import type { Auth } from '../auth.ts'
import { generateSecret } from '../sealing/keyring.ts'
import { fixedClock } from '../testing/fixed-clock.ts'
import { rejected } from '../users/outcome.ts'
import { defineUserSource } from '../users/user-source.ts'
import { memoryThrottle } from './memory-throttle.ts'

// Accounts are counted under a keyed hash of their names. To change the key must not be a way to be forgotten.

const [old, fresh] = [generateSecret(), generateSecret()]
const CONNECTION = { https: true, host: 'app.example.org' }

/** Nodes that count in one store, each with secrets of its own. */
async function openNodes(...secrets: string[]) {
  const clock = fixedClock()
  const store = { ...memoryThrottle({ clock }), name: 'shared' }
  const people = defineUserSource('people', async ({ username, password }) =>
    password === 'right' ? { name: username } : rejected(),
  )
  const nodes: Auth[] = []
  for (const secret of secrets) {
    const throttle = { store, client: false, wait: async () => {} } as const
    nodes.push(await openAuth({ sources: [people], clock, sessions: { secret }, throttle, audit: { record() {} } }))
  }

  async function attempt(node: Auth | undefined, password = 'wrong', cookieHeader?: string) {
    const form = { username: 'anna', password, persistent: false, next: undefined, fields: {} }
    const result = await node?.signIn(form, { ...REQUEST, headers: { cookie: cookieHeader } }, null)
    return result ?? expect.fail('there is no such node')
  }

  async function outcomes(count: number, node: (index: number) => Auth | undefined) {
    const ended: string[] = []
    for (let index = 0; index < count; index += 1) ended.push((await attempt(node(index))).outcome)
    return ended
  }

  return { clock, store, nodes, attempt, outcomes }
}

const TEN = [...Array(10).fill('refused'), 'throttled', 'throttled']

test('an attacker gains nothing when the secret changes, at any step', async () => {
  const { clock, nodes, outcomes } = await openNodes(old)
  const [auth] = nodes
  expect(await outcomes(12, () => auth)).toEqual(TEN)
  for (const secret of [`${old},${fresh}`, `${fresh},${old}`, fresh]) {
    await auth?.reloadKeys(secret)
    expect(await outcomes(2, () => auth)).toEqual(['throttled', 'throttled'])
  }
  clock.advance('15m')
  expect(await outcomes(12, () => auth)).toEqual(TEN)
  // It is still known that this was the second window.
  clock.advance('15m')
  expect(await outcomes(1, () => auth)).toEqual(['throttled'])
})

test('over a whole rotation, no more guesses get through than without it, wherever it comes in between', async () => {
  for (const [first, second, third] of [
    [6, 6, 6],
    [2, 4, 6],
    [3, 1, 8],
    [9, 1, 9],
    [0, 9, 9],
  ] as const) {
    const { nodes, outcomes } = await openNodes(old)
    const [auth] = nodes
    const ended = [...(await outcomes(first, () => auth))]
    await auth?.reloadKeys(`${old},${fresh}`)
    ended.push(...(await outcomes(second, () => auth)))
    await auth?.reloadKeys(`${fresh},${old}`)
    await auth?.reloadKeys(fresh)
    ended.push(...(await outcomes(third, () => auth)))
    const judged = ended.filter((outcome) => outcome === 'refused').length
    expect(judged, `${first}, ${second} and ${third}`).toBe(Math.min(10, first + second + third))
  }
})

test('the count in the long run survives the secret that it began under', async () => {
  const { clock, nodes, outcomes } = await openNodes(old)
  const [auth] = nodes
  for (let window = 0; window < 12; window += 1) {
    await outcomes(9, () => auth)
    clock.advance('15m')
  }
  await auth?.reloadKeys(`${fresh},${old}`)
  await outcomes(1, () => auth)
  await auth?.reloadKeys(fresh)
  clock.advance('1d')
  expect(await outcomes(4, () => auth)).toEqual(['refused', 'refused', 'refused', 'throttled'])
})

test.each([
  ['before the first step and after it', old, `${old},${fresh}`],
  ['before the second step and after it', `${old},${fresh}`, `${fresh},${old}`],
  ['before the third step and after it', `${fresh},${old}`, fresh],
  ['that skipped the first step', old, `${fresh},${old}`],
])('nodes %s count together', async (_, ...secrets) => {
  const { nodes, outcomes, attempt } = await openNodes(...secrets)
  expect(await outcomes(12, (index) => nodes[index % 2])).toEqual(TEN)
  for (const node of nodes) expect((await attempt(node)).outcome).toBe('throttled')
})

test('with two secrets, of many attempts at once as many get through as with one, and right ones leave nothing', async () => {
  const { nodes, attempt, store } = await openNodes(`${old},${fresh}`, `${fresh},${old}`)
  const atOnce = async (password: string) => {
    const results = await Promise.all(Array.from({ length: 30 }, (_, index) => attempt(nodes[index % 2], password)))
    return results.map(({ outcome }) => outcome)
  }
  expect((await atOnce('right')).filter((outcome) => outcome === 'signed-in').length).toBeGreaterThan(0)
  expect((await Array.fromAsync(store.list())).filter(({ key }) => key.startsWith('account:'))).toEqual([])
  expect((await atOnce('wrong')).filter((outcome) => outcome === 'refused')).toHaveLength(10)
})

test('a known device is known by either secret, and its success clears its count under both', async () => {
  const { nodes, attempt } = await openNodes(`${old},${fresh}`, `${fresh},${old}`)
  const [one, other] = nodes
  const result = await attempt(one, 'right')
  if (result.outcome !== 'signed-in') return expect.fail('not signed in')
  const cookie = one?.setCookies(result, CONNECTION)[1]?.split(';')[0]
  for (let round = 0; round < 3; round += 1) {
    for (let time = 0; time < 8; time += 1) await attempt(time % 2 ? one : other, 'wrong', cookie)
    expect((await attempt(round % 2 ? one : other, 'right', cookie)).outcome).toBe('signed-in')
  }
})

test('an administrator sees and clears what is counted under either', async () => {
  const { nodes, outcomes } = await openNodes(`${old},${fresh}`)
  const [auth] = nodes
  await outcomes(11, () => auth)
  const { throttle } = auth ?? expect.fail('there is no node')
  const listed = await Array.fromAsync(throttle?.list({ username: 'Anna' }) ?? [])
  expect(listed.map(({ limit, attempts }) => [limit, attempts]).sort()).toEqual([
    ['account', 10],
    ['account', 10],
    ['account-network', 10],
    ['account-network', 10],
  ])
  await throttle?.clear({ username: 'anna' })
  expect(await outcomes(12, () => auth)).toEqual(TEN)
})
