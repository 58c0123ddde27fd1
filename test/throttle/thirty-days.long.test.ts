import { describe, expect, test } from 'vitest'
import { addresses, type Findings, rowOf, type Simulation, simulate } from './simulation.ts'

// Thirty days of guesses at one account, with the table of what `docs/security.md` promises.

const DAYS = 30
const ATTACKERS: readonly [string, Partial<Simulation> & Pick<Simulation, 'attackers'>][] = [
  ['one address, every 5 minutes', { attackers: addresses(1), restSeconds: 300 }],
  ['one address, as often as it is let', { attackers: addresses(1) }],
  ['nine addresses', { attackers: addresses(9) }],
  ['40 addresses, every 5 minutes', { attackers: addresses(40), restSeconds: 300 }],
  ['40 addresses, as often as they are let', { attackers: addresses(40) }],
  ['a botnet, each guess from elsewhere', { attackers: addresses(1), fresh: true, stepSeconds: 900 }],
]
const HOUR = 3600
/** A flood makes a source unavailable: for good, in the evenings, or over and over. */
const OUTAGES: readonly [string, (second: number) => boolean][] = [
  ['no outage', () => false],
  ['one long outage', () => true],
  ['an outage each evening', (second) => second % (24 * HOUR) >= 18 * HOUR],
  ['one half hour of each', (second) => Math.floor(second / (HOUR / 2)) % 2 === 1],
  ['every other five minutes', (second) => Math.floor(second / 300) % 2 === 1],
]
const rows: ReturnType<typeof rowOf>[] = []

describe.each(ATTACKERS)('%s', (who, attack) => {
  let calm: Findings

  test.each(OUTAGES)('%s', async (what, isDown) => {
    const found = await simulate({ days: DAYS, ...attack, isDown })
    rows.push(rowOf(`${who}: ${what}`, found))
    if (what === 'no outage') calm = found
    // What docs/security.md says of a day, of seven, and of where one week meets the next.
    for (const most of [found.calm, found.outage]) {
      expect(most.day).toBeLessThanOrEqual(105)
      expect(most.week).toBeLessThanOrEqual(205)
      expect(most.all).toBeLessThanOrEqual(135 * (DAYS / 7) + 100)
    }
    // All outages together are good for as many as calm is, once.
    expect(found.outage.all).toBeLessThanOrEqual(calm.calm.all)
    for (const span of ['day', 'week', 'all'] as const)
      expect(found.together[span], span).toBeLessThanOrEqual(2 * calm.calm[span])
    // Whoever guesses in outages alone begins each of them in the counts of calm, and so gets a little further there.
    const alone = await simulate({ days: DAYS, ...attack, isDown, guessesAt: isDown })
    for (const span of ['day', 'week', 'all'] as const)
      expect(alone.together[span], span).toBeLessThanOrEqual(2 * calm.calm[span])
  })

  test('an owner with a known device is in at the first try of each day', async () => {
    for (const [what, isDown] of OUTAGES) {
      const found = await simulate({ days: DAYS, ...attack, isDown, ownerIsKnown: true })
      rows.push(rowOf(`${who}: ${what}, known device`, found))
      expect(found.tries).toEqual(Array(DAYS).fill(1))
    }
  })
})

test('an owner without a known device is in within two tries a day, against one address and against forty', async () => {
  console.table(rows)
  for (const count of [1, 9, 40])
    for (const restSeconds of [0, 300])
      for (const [what, isDown] of OUTAGES) {
        const { tries } = await simulate({ days: DAYS, attackers: addresses(count), restSeconds, isDown })
        expect(Math.max(...tries), `${count} addresses, ${what}`).toBeLessThanOrEqual(2)
      }
})
