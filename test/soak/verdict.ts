import type { Memory } from './collected-heap.ts'

/** What became of the memory over a soak. */
export interface Verdict {
  /** The least that there was in the first half of the measurements, and in the second one, in bytes. */
  readonly before: number
  readonly after: number
  readonly flat: boolean
}

/**
 * Judges measurements that were made once as much ended as began. What is in use goes up and down with what has just
 * come; what is never let go of lifts the least that there is.
 */
export function judge(measured: readonly Memory[]): Verdict {
  const bytes = measured.map(({ heap, external }) => heap + external)
  const half = Math.ceil(bytes.length / 2)
  const before = Math.min(...bytes.slice(0, half))
  const after = Math.min(...bytes.slice(half))
  return { before, after, flat: bytes.length >= LEAST && after <= before * (1 + TOLERATED) }
}

/** No two collections find the same. */
const TOLERATED = 0.03
const LEAST = 6
