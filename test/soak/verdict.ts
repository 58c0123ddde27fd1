import type { Memory } from './collected-heap.ts'

/** What became of the memory over a soak. */
export interface Verdict {
  /** By how much the straight line through all measurements rises from the first to the last, in bytes. */
  readonly growth: number
  /** How much more there has been at any time than when everything had been seen once. */
  readonly more: number
  /** What either may come to: maps grow by doubling, and no two collections find the same. */
  readonly tolerance: number
  readonly flat: boolean
}

/** Judges measurements that were made at equal distances, the first when everything had been seen once. */
export function judge(measured: readonly Memory[]): Verdict {
  const bytes = measured.map(({ heap, external }) => heap + external)
  const [first = 0] = bytes
  const growth = slopeOf(bytes) * (bytes.length - 1)
  const more = Math.max(...bytes) - first
  const tolerance = first * TOLERATED
  return { growth, more, tolerance, flat: bytes.length >= LEAST && growth <= tolerance && more <= tolerance }
}

const TOLERATED = 0.03
/** Two points make a line whatever they are. */
const LEAST = 4

/** The least squares of what rises by how much from one to the next. */
function slopeOf(values: readonly number[]): number {
  const middle = (values.length - 1) / 2
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const rise = values.reduce((sum, value, index) => sum + (index - middle) * (value - mean), 0)
  const run = values.reduce((sum, _, index) => sum + (index - middle) ** 2, 0)
  return run === 0 ? 0 : rise / run
}
