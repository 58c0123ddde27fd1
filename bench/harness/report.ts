import type { Curve, Line } from './curve.ts'
import { numberText, ratioText } from './format.ts'
import { type Goal, goalText, judge, type Verdict } from './goal.ts'
import type { Estimate } from './statistics.ts'

/** The results of one measurement. */
export type Section = TableSection | CurvesSection

interface Heading {
  readonly title: string
  /** What was measured, and against what. Markdown. */
  readonly method: string
}

export interface TableSection extends Heading {
  /** The heads of the columns between the name and the goal. */
  readonly columns: readonly string[]
  readonly rows: readonly Row[]
  /** What is drawn beside the table. */
  readonly chart?: Chart
}

/** What grows with something, and what does not: a table for each curve. */
export interface CurvesSection extends Heading {
  readonly curves: readonly Curve[]
}

export interface Row {
  readonly name: string
  readonly cells: readonly string[]
  readonly goal?: JudgedGoal
}

export interface Chart {
  readonly title: string
  readonly bars: readonly { readonly label: string; readonly value: Estimate; readonly ours: boolean }[]
}

export interface JudgedGoal {
  readonly text: string
  readonly verdict: Verdict
}

export function judged(value: Estimate, goal: Goal, unit = ''): JudgedGoal {
  return { text: goalText(goal, unit), verdict: judge(value, goal) }
}

/** `picture` stands beside the table, or before the tables where there are several. */
export function markdownOf(section: Section, picture?: string): string {
  const { title, method } = section
  const pictures = picture === undefined ? [] : [picture]
  const parts =
    'curves' in section
      ? [...pictures, ...section.curves.map(curveText)]
      : [tableOf('', section.columns, section.rows), ...pictures]
  return `${[`## ${title}`, method, ...parts].join('\n\n')}\n`
}

function curveText({ title, method, by, unit, lines }: Curve): string {
  const sizes = [...new Set(lines.flatMap(({ points }) => points.map(({ x }) => x)))].sort((a, b) => a - b)
  const columns = [...sizes.map((size) => size.toLocaleString('en')), 'the last, of the first']
  const rows = lines.map(({ name, points, growth, goal }: Line): Row => {
    const found = sizes.map((size) => points.find(({ x }) => x === size))
    const cells = [...found.map((point) => (point ? numberText(point.y) : '')), growthText(growth)]
    return goal ? { name, cells, goal } : { name, cells }
  })
  return [`### ${title}, by ${by}, in ${unit}`, method, tableOf(by, columns, rows)].join('\n\n')
}

function growthText(growth: Estimate): string {
  if (!Number.isFinite(growth.median)) return ''
  return growth.low === growth.high ? numberText(growth) : ratioText(growth)
}

function tableOf(first: string, columns: readonly string[], rows: readonly Row[]): string {
  const withGoals = rows.some(({ goal }) => goal)
  const heads = [first, ...columns, ...(withGoals ? ['goal', ''] : [])]
  const lines = rows.map(({ name, cells, goal }) => {
    const judgement = goal ? [goal.text, goal.verdict.text] : ['', '']
    return line([name, ...cells, ...(withGoals ? judgement : [])])
  })
  const rule = line(heads.map((_, index) => (index === 0 || index > columns.length ? '---' : '---:')))
  return [line(heads), rule, ...lines].join('\n')
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`
}
