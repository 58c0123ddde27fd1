import type { Estimate } from './statistics.ts'

/** A median with its interval: `0.981 (0.974–0.990)`. */
export function ratioText({ median, low, high }: Estimate): string {
  const digits = median < 10 ? 3 : median < 100 ? 1 : 0
  return `${median.toFixed(digits)} (${low.toFixed(digits)}–${high.toFixed(digits)})`
}

/** A median alone, with three digits that count. */
export function numberText({ median }: Pick<Estimate, 'median'>, unit = ''): string {
  const text = median >= 100 ? Math.round(median).toLocaleString('en') : Number(median.toPrecision(3)).toString()
  return unit === '' ? text : `${text} ${unit}`
}

/** Which of two is larger, if that can be told. */
export function differenceText({ median, low, high }: Estimate): string {
  if (low <= 1 && high >= 1) return 'no difference to be seen'
  return `${Math.abs((median - 1) * 100).toFixed(1)} % ${median < 1 ? 'less' : 'more'}`
}
