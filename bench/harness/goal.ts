import type { Estimate } from './statistics.ts'

/** What a figure is to be. */
export type Goal = { readonly atLeast: number } | { readonly atMost: number }

export interface Verdict {
  readonly outcome: 'met' | 'missed' | 'undecided'
  readonly text: string
}

/** Judges by the whole interval: where the goal lies inside it, the noise is larger than the difference. */
export function judge({ median, low, high }: Estimate, goal: Goal): Verdict {
  const limit = 'atLeast' in goal ? goal.atLeast : goal.atMost
  const [worst, best] = 'atLeast' in goal ? [low, high] : [-high, -low]
  const wanted = 'atLeast' in goal ? limit : -limit
  if (worst >= wanted) return { outcome: 'met', text: 'met' }
  const off = Math.abs(median / limit - 1) * 100
  const by = `${off.toFixed(off < 10 ? 1 : 0)} %`
  if (best < wanted) return { outcome: 'missed', text: `missed by ${by}` }
  const seems = ('atLeast' in goal ? median >= limit : median <= limit) ? 'seems met' : `seems missed by ${by}`
  return { outcome: 'undecided', text: `too noisy to say (${seems})` }
}

export function goalText(goal: Goal, unit = ''): string {
  return 'atLeast' in goal ? `≥ ${format(goal.atLeast)}${unit}` : `≤ ${format(goal.atMost)}${unit}`
}

function format(value: number): string {
  return value.toLocaleString('en')
}
