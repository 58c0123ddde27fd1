import { type Goal, goalText, judge, type Verdict } from './goal.ts'
import type { Estimate } from './statistics.ts'

/** The results of one measurement: a table. */
export interface Section {
  readonly title: string
  /** What was measured, and against what. Markdown. */
  readonly method: string
  /** The heads of the columns between the name and the goal. */
  readonly columns: readonly string[]
  readonly rows: readonly Row[]
  /** What is drawn beside the table. */
  readonly chart?: Chart
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

export function markdownOf({ title, method, columns, rows }: Section): string {
  const withGoals = rows.some(({ goal }) => goal)
  const heads = ['', ...columns, ...(withGoals ? ['goal', ''] : [])]
  const lines = rows.map(({ name, cells, goal }) => {
    const judgement = goal ? [goal.text, goal.verdict.text] : ['', '']
    return line([name, ...cells, ...(withGoals ? judgement : [])])
  })
  const rule = line(heads.map((_, index) => (index === 0 || index > columns.length ? '---' : '---:')))
  return [`## ${title}`, '', method, '', line(heads), rule, ...lines, ''].join('\n')
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`
}
