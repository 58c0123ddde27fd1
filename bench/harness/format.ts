import type { Estimate } from './statistics.ts'

/** A median with its interval: `0.981 (0.974–0.990)`. Where the noise is larger than the difference, it says so instead. */
export function ratioText({ median, low, high }: Estimate): string {
  const digits = median < 10 ? 3 : median < 100 ? 1 : 0
  const interval = `(${low.toFixed(digits)}–${high.toFixed(digits)})`
  return low <= 1 && high >= 1 ? `no difference seen ${interval}` : `${median.toFixed(digits)} ${interval}`
}

/** A number as an axis has it: `10K`. */
export function shortText(value: number): string {
  return value.toLocaleString('en', { notation: 'compact', maximumSignificantDigits: 3 })
}

/** A median alone, with three digits that count. */
export function numberText({ median }: Pick<Estimate, 'median'>, unit = ''): string {
  const text = median >= 100 ? Math.round(median).toLocaleString('en') : Number(median.toPrecision(3)).toString()
  return unit === '' ? text : `${text} ${unit}`
}
