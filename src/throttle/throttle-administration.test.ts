import { expect, test } from 'vitest'
import { openAuth, REQUEST } from '../../test/application/open-auth.ts'
import { fixedClock } from '../testing/fixed-clock.ts'
import { rejected } from '../users/outcome.ts'
import { defineUserSource } from '../users/user-source.ts'
import type { AccountLimitOptions } from './throttle-options.ts'

const CONNECTION = { https: true, host: 'app.example.org' }

/** An Auth, and a browser at it that keeps the cookie by which it is known. */
async function openThrottled(account: AccountLimitOptions = {}) {
  const people = defineUserSource('people', async ({ username, password }) =>
    password === 'right' ? { name: username } : rejected(),
  )
  const clock = fixedClock()
  const auth = await openAuth({
    sources: [people],
    clock,
    throttle: { account, wait: async () => {} },
    audit: { record() {} },
  })
  const { throttle } = auth
  if (!throttle) return expect.fail('there is no throttle')
  let cookieHeader: string | undefined

  async function attempt(username: string, password: string, known = false): Promise<string> {
    const form = { username, password, persistent: false, next: undefined, fields: {} }
    const request = known ? { ...REQUEST, headers: { cookie: cookieHeader } } : REQUEST
    const result = await auth.signIn(form, request, null)
    if (result.outcome === 'signed-in') cookieHeader = auth.setCookies(result, CONNECTION)[1]?.split(';')[0]
    return result.outcome
  }

  return {
    clock,
    throttle,
    attempt,
    list: (query?: { username: string }) => Array.fromAsync(throttle.list(query)),
    async wrong(times: number, username: string, known = false) {
      let outcome = ''
      for (let time = 0; time < times; time += 1) outcome = await attempt(username, 'wrong', known)
      return outcome
    },
  }
}

test('clearing an account clears what strangers and all known devices did', async () => {
  const { attempt, wrong, list, throttle } = await openThrottled()
  await attempt('anna', 'right')
  expect([await wrong(11, 'anna', true), await wrong(11, 'anna'), await wrong(11, 'bert')]).toEqual(
    Array(3).fill('throttled'),
  )
  expect((await list({ username: 'ANNA' })).map(({ limit, state }) => [limit, state]).sort()).toEqual([
    ['account', 'refused'],
    ['account-network', 'refused'],
    ['device', 'refused'],
  ])
  // All strangers, their networks and the one that there is; the device, and all together; that two windows were used up;
  // and the long run, of all and of the network.
  expect(await throttle.clear({ username: 'Anna' })).toBe(9)
  expect(await list({ username: 'anna' })).toEqual([])
  expect([await wrong(1, 'anna', true), await wrong(1, 'anna'), await wrong(1, 'bert')]).toEqual([
    'refused',
    'refused',
    'throttled',
  ])
})

test('the list says who is held by the limit in the long run, and clearing the account ends that', async () => {
  const { wrong, list, clock, throttle, attempt } = await openThrottled({ longTerm: { attempts: 9 } })
  const until = clock() + 7 * 86_400_000
  await wrong(5, 'anna')
  clock.advance('15m')
  await wrong(4, 'anna')
  expect(await list()).toMatchObject([
    { limit: 'long-term', state: 'delayed', attempts: 5, until },
    { limit: 'long-term', state: 'refused', attempts: 3 },
  ])
  clock.advance('15m')
  expect(await wrong(1, 'anna')).toBe('throttled')
  await throttle.clear({ username: 'anna' })
  expect(await list()).toEqual([])
  expect(await attempt('anna', 'right')).toBe('signed-in')
})

test('the list says who is refused or delayed, until when, and nobody else', async () => {
  const { wrong, list, clock } = await openThrottled()
  await wrong(2, 'anna')
  expect(await list()).toEqual([])
  await wrong(1, 'anna')
  const subject = expect.stringMatching(/^[\w-]{22}$/)
  const until = clock() + 15 * 60_000
  expect(await list()).toEqual([{ limit: 'account', during: 'calm', subject, state: 'delayed', attempts: 3, until }])
  await wrong(7, 'anna')
  expect((await list()).map(({ limit, network, state, attempts }) => [limit, network, state, attempts]).sort()).toEqual(
    [
      ['account', undefined, 'refused', 10],
      ['account-network', '192.0.2.0/24', 'refused', 10],
    ],
  )
  clock.advance('15m')
  expect(await list()).toEqual([])
})
