import { setTimeout as pause } from 'node:timers/promises'
import { expect } from 'vitest'
import type { Ended } from './cli-process.ts'

/** The promise: a second after the command has ended, every process knows. The rest is for a busy machine. */
const PROMISED_MS = 1000
const BUSY_MS = 500

/** Asks until the answer is this one, or the second is over. */
export async function expectWithinASecond(
  answer: () => Promise<number>,
  expected: number,
  ended: Ended,
): Promise<void> {
  expect(ended).toMatchObject({ code: 0 })
  const deadline = performance.now() + PROMISED_MS + BUSY_MS
  while ((await answer()) !== expected && performance.now() < deadline) await pause(20)
  expect(await answer()).toBe(expected)
}
