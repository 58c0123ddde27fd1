import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { defineUserSource } from '../index.ts'
import { inspectSource } from './inspect-source.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const INSPECTION = { roleNames: [], warnBeforeMs: 1000 }

test.each([
  ['2s', 10_000],
  ['1m', 60_000],
] as const)(
  'what a source with the deadline %s found is kept when it does not come to an end',
  async (deadline, ms) => {
    const signals: AbortSignal[] = []
    const source = defineUserSource('slow', async () => null, {
      deadline,
      async *check({ signal }) {
        signals.push(signal)
        yield { level: 'ok', what: 'it begins' }
        await new Promise(() => {})
      },
    })
    const inspected = inspectSource(source, INSPECTION)
    await vi.advanceTimersByTimeAsync(ms - 1)
    expect(signals[0]?.aborted).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    expect(await inspected).toEqual([
      { level: 'ok', what: 'it begins' },
      { level: 'error', what: `no answer within ${ms} ms` },
    ])
    expect(signals[0]?.aborted).toBe(true)
  },
)

test('a source that does not inspect itself has nothing to say', async () => {
  expect(
    await inspectSource(
      defineUserSource('plain', async () => null),
      INSPECTION,
    ),
  ).toEqual([])
})
