import { expect, test } from 'vitest'
import { addresses, simulate } from './simulation.ts'

// Three days of guesses. Thirty of them are in `thirty-days.long.test.ts`.

const DAYS = 3

test('one address that asks every five minutes, or as often as it is let, keeps no owner out', async () => {
  for (const restSeconds of [300, 0]) {
    const { tries, calm } = await simulate({ days: DAYS, attackers: addresses(1), restSeconds })
    expect(tries).toEqual([1, 1, 1])
    expect(calm.week).toBeLessThanOrEqual(100 + 3 * DAYS)
  }
})

test('forty addresses keep no owner out', async () => {
  const { tries, calm } = await simulate({ days: DAYS, attackers: addresses(40), stepSeconds: 900 })
  expect(Math.max(...tries)).toBeLessThanOrEqual(2)
  expect(calm.week).toBeLessThanOrEqual(100 + 5 * DAYS)
})

test('a botnet makes no more guesses than the limits of the account say, in calm and in an outage', async () => {
  const botnet = { days: DAYS, attackers: addresses(1), fresh: true, stepSeconds: 900, ownerIsKnown: true }
  const calm = await simulate(botnet)
  expect(calm.calm.week).toBeLessThanOrEqual(100 + 5 * DAYS)
  expect(calm.tries).toEqual([1, 1, 1])
  const down = await simulate({ ...botnet, isDown: () => true })
  expect(down.outage.week).toBeLessThanOrEqual(calm.calm.week)
})

test('outages that come and go are good for as many guesses as calm is, once', async () => {
  const attack = { days: DAYS, attackers: addresses(1), restSeconds: 300 }
  const { calm } = await simulate(attack)
  const flapping = await simulate({ ...attack, isDown: (second) => Math.floor(second / 1800) % 2 === 1 })
  expect(flapping.outage.all).toBeLessThanOrEqual(calm.all)
  expect(flapping.outage.all).toBeGreaterThan(0)
  expect(flapping.calm.all).toBeLessThanOrEqual(calm.all)
  expect(Math.max(...flapping.tries)).toBe(1)
})
