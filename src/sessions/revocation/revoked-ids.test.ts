import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { RevokedIds } from './revoked-ids.ts'

/** An id such as sessions have: 32 hexadecimal digits, the same ones for the same number. */
const idOf = (number: number) => createHash('sha256').update(String(number)).digest('hex').slice(0, 32)

/** Ids that differ in one of their digits only, so that many have the same place or the same mark. */
const ALIKE = Array.from({ length: 32 }, (_, digit) =>
  ['0', '1', '7', '8', 'f'].map((value) => '0'.repeat(digit) + value + '0'.repeat(31 - digit)),
).flat()

/** No ids of ours, though some are as long, and some would be read as one if nobody looked. */
const STRANGE = [
  '',
  'one',
  '__proto__',
  'z'.repeat(32),
  'F'.repeat(32),
  '0'.repeat(31),
  '0'.repeat(33),
  `${'0'.repeat(31)}g`,
  `${'0'.repeat(31)}\u0130`,
  `${'0'.repeat(31)}\n`,
  '\u{1f600}'.repeat(16),
]

const IDS = [...new Set([...ALIKE, ...STRANGE, 'f'.repeat(32), ...Array.from({ length: 100 }, (_, n) => idOf(n))])]

type Step = { readonly set: string; readonly minute: number } | { readonly sweep: number }

test('it holds what a map would hold, whatever is put in and swept out in whatever order', () => {
  const minute = fc.integer({ min: 0, max: 50 })
  const steps = fc.array(
    fc.oneof(
      { weight: 20, arbitrary: fc.record({ set: fc.constantFrom(...IDS), minute }) },
      { weight: 1, arbitrary: fc.record({ sweep: minute }) },
    ),
    { maxLength: 400, size: 'max' },
  )
  fc.assert(
    fc.property(steps, (revision: readonly Step[]) => {
      const ids = new RevokedIds()
      const model = new Map<string, number>()
      for (const step of revision) {
        if ('set' in step) {
          ids.set(step.set, step.minute)
          model.set(step.set, step.minute)
        } else {
          ids.sweep(step.sweep)
          for (const [id, until] of model) if (until < step.sweep) model.delete(id)
        }
      }
      expect(ids.size).toBe(model.size)
      for (const id of IDS) expect(ids.has(id), id).toBe(model.has(id))
    }),
  )
})

describe('twenty thousand ids', () => {
  const COUNT = 20_000

  test('are all held, and no others; half of them are let go of, and the place is used again', () => {
    const ids = new RevokedIds()
    for (let number = 0; number < COUNT; number += 1) ids.set(idOf(number), number % 2 === 0 ? 10 : 20)
    const held = (from: number, to: number) => {
      let count = 0
      for (let number = from; number < to; number += 1) if (ids.has(idOf(number))) count += 1
      return count
    }
    expect([ids.size, held(0, COUNT), held(COUNT, 2 * COUNT)]).toEqual([COUNT, COUNT, 0])
    ids.sweep(11)
    expect([ids.size, held(0, COUNT), ids.has(idOf(0)), ids.has(idOf(1))]).toEqual([COUNT / 2, COUNT / 2, false, true])
    for (let number = COUNT; number < 2 * COUNT; number += 1) ids.set(idOf(number), 20)
    expect([ids.size, held(0, COUNT), held(COUNT, 2 * COUNT)]).toEqual([COUNT * 1.5, COUNT / 2, COUNT])
    ids.sweep(21)
    expect([ids.size, held(0, 2 * COUNT)]).toEqual([0, 0])
  })

  test('that come and go leave no place behind that is searched for ever', () => {
    const ids = new RevokedIds()
    for (let minute = 0; minute < 20; minute += 1) {
      for (let number = 0; number < 1000; number += 1) ids.set(idOf(minute * 1000 + number), minute)
      ids.sweep(minute)
      expect(ids.size).toBe(1000)
    }
    expect(ids.has(idOf(COUNT - 1))).toBe(true)
    expect(ids.has(idOf(COUNT))).toBe(false)
  })
})

test.each([Number.MAX_SAFE_INTEGER, 2 ** 32, 2 ** 32 + 1, Number.POSITIVE_INFINITY, Number.NaN])(
  'what matters until minute %d is kept, and not for an hour only',
  (minute) => {
    const ids = new RevokedIds()
    ids.set(idOf(1), minute)
    ids.sweep(50_000_000)
    expect(ids.has(idOf(1))).toBe(true)
  },
)

test.each([-1, Number.NEGATIVE_INFINITY])('what mattered until minute %d is let go of', (minute) => {
  const ids = new RevokedIds()
  ids.set(idOf(1), minute)
  ids.sweep(1)
  expect(ids.size).toBe(0)
})
