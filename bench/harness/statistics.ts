/** A median, and the interval that holds the true one with at least 95 % certainty, whatever the noise looks like. */
export interface Estimate {
  readonly median: number
  readonly low: number
  readonly high: number
}

/** With fewer than this, no interval is that certain. */
export const FEWEST_ROUNDS = 6

/** The interval is that of the sign test: it lies between two of the values, and assumes nothing of how they spread. */
export function estimate(values: readonly number[]): Estimate {
  if (values.length < FEWEST_ROUNDS) throw new Error(`A median takes at least ${FEWEST_ROUNDS} rounds.`)
  const sorted = values.toSorted((a, b) => a - b)
  const outside = valuesOutside(sorted.length)
  return { median: medianOf(sorted), low: at(sorted, outside), high: at(sorted, sorted.length - 1 - outside) }
}

/** Of what is taken once. */
export function exactly(value: number): Estimate {
  return { median: value, low: value, high: value }
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return at(sorted, Math.min(sorted.length - 1, Math.floor(sorted.length * share)))
}

function medianOf(sorted: readonly number[]): number {
  const middle = (sorted.length - 1) / 2
  return (at(sorted, Math.floor(middle)) + at(sorted, Math.ceil(middle))) / 2
}

/** How many values at each end may be left out: as many as a fair coin would show heads with 2.5 % at the most. */
function valuesOutside(count: number): number {
  let probability = 0.5 ** count
  let sum = probability
  let heads = 0
  while (sum <= 0.025) {
    heads += 1
    probability *= (count - heads + 1) / heads
    sum += probability
  }
  return heads - 1
}

function at(values: readonly number[], index: number): number {
  return values[index] ?? Number.NaN
}
