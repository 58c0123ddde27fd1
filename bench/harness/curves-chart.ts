import { escaped } from './chart.ts'
import type { Curve, Line } from './curve.ts'
import { shortText } from './format.ts'

const COLUMNS = 2
const PANEL = { width: 370, height: 226 }
/** The part of a panel in which the lines are. */
const PLOT = { left: 52, top: 66, width: 296, height: 110 }

/** A small chart for each curve, all in one picture: sizes go by powers of ten, and costs begin at nothing. */
export function curvesChartOf(title: string, curves: readonly Curve[]): string {
  const width = COLUMNS * PANEL.width
  const height = Math.ceil(curves.length / COLUMNS) * PANEL.height
  const panels = curves.map((curve, index) => {
    const [x, y] = [(index % COLUMNS) * PANEL.width, Math.floor(index / COLUMNS) * PANEL.height]
    return `<g transform="translate(${x} ${y})">\n${panelOf(curve)}\n</g>`
  })
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(title)}">`,
    `<style>${STYLE}</style>`,
    ...panels,
    '</svg>\n',
  ].join('\n')
}

interface Axes {
  x(size: number): number
  y(cost: number): number
}

function panelOf({ title, by, unit, lines }: Curve): string {
  const sizes = [...new Set(lines.flatMap(({ points }) => points.map(({ x }) => x)))].sort((a, b) => a - b)
  const top = roundedUp(Math.max(...lines.flatMap(({ points }) => points.map(({ y }) => y.high))))
  const axes = { x: placeOf(sizes), y: (cost: number) => PLOT.top + PLOT.height * (1 - cost / top) }
  const bottom = PLOT.top + PLOT.height
  return [
    `<text class="title" x="${PLOT.left}" y="22">${escaped(title)}, ${escaped(unit)}</text>`,
    ...legendOf(lines),
    ...[0, top / 2, top].map((cost) => gridLine(cost, axes.y(cost))),
    ...readable(sizes, axes).map((size) => tick(size, axes.x(size), bottom)),
    `<text class="axis" x="${PLOT.left + PLOT.width / 2}" y="${bottom + 36}" text-anchor="middle">${escaped(by)}</text>`,
    ...lines.map((line, index) => drawn(line, index, axes)),
  ].join('\n')
}

function legendOf(lines: readonly Line[]): string[] {
  let x = PLOT.left
  return lines.map(({ name }, index) => {
    const at = x
    x += name.length * CHARACTER + 38
    return (
      `<path class="line of-${index}" d="M${at} 40h16"/>` +
      `<text class="axis" x="${at + 20}" y="44">${escaped(name)}</text>`
    )
  })
}

function gridLine(cost: number, y: number): string {
  const end = PLOT.left + PLOT.width
  return (
    `<path class="grid" d="M${PLOT.left} ${y.toFixed(1)}H${end}"/>` +
    `<text class="axis" x="${PLOT.left - 6}" y="${(y + 4).toFixed(1)}" text-anchor="end">${shortText(cost)}</text>`
  )
}

/** Those that are told at the axis: of two that would stand in each other's way, the larger. */
function readable(sizes: readonly number[], { x }: Axes): number[] {
  let next = Number.POSITIVE_INFINITY
  return sizes.toReversed().filter((size) => {
    const fits = next - x(size) >= TICK
    if (fits) next = x(size)
    return fits
  })
}

function tick(size: number, x: number, bottom: number): string {
  return `<text class="axis" x="${x.toFixed(1)}" y="${bottom + 18}" text-anchor="middle">${shortText(size)}</text>`
}

function drawn({ points }: Line, index: number, { x, y }: Axes): string {
  const at = points.map((point) => ({ x: x(point.x).toFixed(1), ...point.y }))
  return [
    `<path class="line of-${index}" d="M${at.map((point) => `${point.x} ${y(point.median).toFixed(1)}`).join('L')}"/>`,
    ...at.map(
      (point) => `<path class="noise" d="M${point.x} ${y(point.low).toFixed(1)}V${y(point.high).toFixed(1)}"/>`,
    ),
    ...at.map((point) => `<circle class="of-${index}" cx="${point.x}" cy="${y(point.median).toFixed(1)}" r="3"/>`),
  ].join('\n')
}

/** None at all stands one power of ten before the smallest size. */
function placeOf(sizes: readonly number[]): (size: number) => number {
  const least = Math.min(...sizes.filter((size) => size > 0)) / 10
  const power = (size: number) => Math.log10(Math.max(size, least))
  const powers = sizes.map(power)
  const [first, last] = [Math.min(...powers), Math.max(...powers)]
  return (size) => PLOT.left + INSET + ((power(size) - first) / (last - first || 1)) * (PLOT.width - 2 * INSET)
}

/** The next number that begins with 1, 2, 3, 4, 6 or 8: its half is read as easily. */
function roundedUp(value: number): number {
  const unit = 10 ** Math.floor(Math.log10(value || 1))
  return unit * ([1, 2, 3, 4, 6, 8].find((step) => step * unit >= value) ?? 10)
}

const INSET = 14
/** How wide one is, about, and a size at the axis. */
const CHARACTER = 6.4
const TICK = 36

const STYLE = [
  'text{font:13px system-ui,sans-serif;fill:#57606a}',
  '.axis{font-size:12px}',
  '.title{font-weight:600}',
  '.line{stroke-width:2}',
  '.grid{stroke:#9aa4af;stroke-opacity:.4}',
  '.noise{stroke:#9aa4af;stroke-width:2}',
  '.of-0{stroke:#2f6fdf;fill:#2f6fdf}',
  '.of-1{stroke:#d0672b;fill:#d0672b}',
  '.of-2{stroke:#2f9e6e;fill:#2f9e6e}',
  'path.line{fill:none}',
  '.line.of-1{stroke-dasharray:7 3}',
  '.line.of-2{stroke-dasharray:2 3}',
  '@media(prefers-color-scheme:dark){text{fill:#c9d1d9}}',
].join('')
