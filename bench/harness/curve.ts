import type { Measured } from './alternate.ts'
import type { Goal } from './goal.ts'
import { type JudgedGoal, judged } from './report.ts'
import { type Estimate, exactly } from './statistics.ts'

/** What something costs as something else grows. */
export interface Curve {
  readonly title: string
  /** What was measured. Markdown. */
  readonly method: string
  /** What grows, in the plural. */
  readonly by: string
  readonly unit: string
  /** Each of them an alternative, or a circumstance. */
  readonly lines: readonly Line[]
}

export interface Line {
  readonly name: string
  /** From the smallest to the largest. */
  readonly points: readonly Point[]
  /** What the largest costs, of what the smallest does. */
  readonly growth: Estimate
  /** How large that may be. Without it, nobody says whether a line is flat. */
  readonly goal?: JudgedGoal
}

export interface Point {
  /** How many there are. */
  readonly x: number
  readonly y: Estimate
}

interface MeasuredLine {
  readonly sizes: readonly number[]
  readonly measured: Measured
  /** By which name a size was measured. */
  readonly contender: (size: number) => string
  readonly figure: string
  /** How many units one of the figure is. Default: 1. */
  readonly scale?: number
  readonly goal?: Goal
}

/** A line through what was measured in alternation. */
export function measuredLine(
  name: string,
  { sizes, measured, contender, figure, scale = 1, goal }: MeasuredLine,
): Line {
  const points = sizes.map((x) => ({ x, y: scaled(measured.of(contender(x), figure), scale) }))
  const [smallest, largest] = ends(sizes)
  const growth = measured.ratio(contender(largest), contender(smallest), figure)
  return { name, points, growth, ...(goal && { goal: judged(growth, goal) }) }
}

/** A line through what was counted or weighed once, because another time would bring the same. */
export function countedLine(name: string, counted: readonly (readonly [x: number, y: number])[]): Line {
  const points = counted.map(([x, y]) => ({ x, y: exactly(y) }))
  const [smallest, largest] = ends(counted)
  return { name, points, growth: exactly(largest[1] / smallest[1]) }
}

function ends<T>(items: readonly T[]): [T, T] {
  const [first, last] = [items[0], items.at(-1)]
  if (first === undefined || last === undefined) throw new Error('A line has at least one point.')
  return [first, last]
}

function scaled({ median, low, high }: Estimate, by: number): Estimate {
  return { median: median * by, low: low * by, high: high * by }
}
