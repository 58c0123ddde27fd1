import type { Chart } from './report.ts'

const ROW = 28
const LABEL = 230
const BAR = 420
const TAIL = 90
const TOP = 44

/** A bar for each alternative, with its interval. Readable on light and on dark ground. */
export function chartOf({ title, bars }: Chart): string {
  const height = TOP + bars.length * ROW + 12
  const width = LABEL + BAR + TAIL
  const longest = Math.max(1, ...bars.map(({ value }) => value.high))
  const x = (share: number) => (LABEL + (share / longest) * BAR).toFixed(1)
  const rows = bars.map(({ label, value, ours }, index) => {
    const y = TOP + index * ROW
    const middle = y + ROW / 2 - 2
    const length = ((value.median / longest) * BAR).toFixed(1)
    return [
      `<text x="${LABEL - 10}" y="${middle + 4}" text-anchor="end">${escaped(label)}</text>`,
      `<rect class="${ours ? 'ours' : 'other'}" x="${LABEL}" y="${y + 2}" width="${length}" height="${ROW - 8}" rx="2"/>`,
      `<path class="noise" d="M${x(value.low)} ${middle}H${x(value.high)}"/>`,
      `<text x="${LABEL + BAR + 12}" y="${middle + 4}">${value.median.toFixed(2)}</text>`,
    ].join('\n')
  })
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(title)}">`,
    `<style>${STYLE}</style>`,
    `<text class="title" x="${LABEL}" y="22">${escaped(title)}</text>`,
    ...rows,
    `<path class="one" d="M${x(1)} ${TOP - 8}V${height - 8}"/>`,
    '</svg>\n',
  ].join('\n')
}

const STYLE = [
  'text{font:13px system-ui,sans-serif;fill:#57606a}',
  '.title{font-weight:600}',
  '.ours{fill:#2f6fdf}',
  '.other{fill:#9aa4af}',
  '.noise{stroke:#d0672b;stroke-width:2}',
  '.one{stroke:#57606a;stroke-dasharray:3 3}',
  '@media(prefers-color-scheme:dark){text{fill:#c9d1d9}.one{stroke:#c9d1d9}}',
].join('')

export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}
