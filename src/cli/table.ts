import Table from 'cli-table3'
import { columnWidths, textWidth } from './column-widths.ts'
import { note, write } from './output.ts'
import { paint, paintState } from './paint.ts'
import { printable } from './printable.ts'

type Row = readonly string[]

/**
 * Prints rows as they arrive, a page at a time. A terminal gets tables; other outputs get aligned columns under one
 * heading. An empty list prints the note `ifEmpty`.
 */
export async function printTable(
  heading: Row,
  rows: AsyncIterable<Row> | Iterable<Row>,
  ifEmpty: string,
): Promise<void> {
  // The heading of a person's facts is that person's id.
  const head = heading.map(printable)
  let page: Row[] = []
  let pages = 0

  async function print(): Promise<void> {
    const isTerminal = process.stdout.isTTY === true
    await write(isTerminal ? forTerminal(head, page) : aligned(pages === 0 ? [head, ...page] : page))
    pages += 1
    page = []
  }

  for await (const row of rows) {
    page.push(row.map(printable))
    if (page.length === PAGE) await print()
  }
  if (page.length > 0) await print()
  if (pages === 0) note(ifEmpty)
}

const PAGE = 500

const NO_COLOURS = { head: [], border: [] }

/** Returns a table with borders if it fits the terminal, or else one line for each value. */
function forTerminal(head: Row, rows: readonly Row[]): string {
  const table = fittedTable(head, rows, process.stdout.columns || Number.POSITIVE_INFINITY)
  if (table !== undefined) return table
  return head.length === 2 ? aligned([head, ...rows]) : `${asCards(head, rows)}\n`
}

function fittedTable(head: Row, rows: readonly Row[], width: number): string | undefined {
  const colWidths = columnWidths([head, ...rows], width)
  if (!colWidths) return undefined
  const table = new Table({
    head: head.map((name) => paint('bold', name, process.stdout)),
    style: { ...NO_COLOURS, compact: true },
    colWidths,
    wordWrap: true,
  })
  table.push(...rows.map((row) => row.map((cell) => paintState(cell, process.stdout))))
  return `${table.toString()}\n`
}

/**
 * Returns one block of lines for each row. Why: a narrow terminal would break ids in two, and they could not be copied.
 */
function asCards(head: Row, rows: readonly Row[]): string {
  const widest = Math.max(...head.map(textWidth))
  const card = (row: Row) =>
    head.map((name, column) => {
      const label = paint('bold', name.padEnd(widest), process.stdout)
      return `${label}  ${paintState(row[column] ?? '', process.stdout)}`.trimEnd()
    })
  return rows.map((row) => `${card(row).join('\n')}\n`).join('\n')
}

function aligned(rows: readonly Row[]): string {
  const table = new Table({
    chars: { ...NO_BORDERS, middle: '  ' },
    style: { ...NO_COLOURS, compact: true, 'padding-left': 0, 'padding-right': 0 },
  })
  table.push(...rows.map((row) => [...row]))
  return `${table.toString().replace(/ +$/gm, '')}\n`
}

const NO_BORDERS = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
}
