import Table from 'cli-table3'
import { note, write } from './output.ts'
import { printable } from './printable.ts'

type Row = readonly string[]

/**
 * Prints rows as they come, a page at a time: as tables on a terminal, as aligned columns under one heading elsewhere.
 * No rows at all are a note that says so.
 */
export async function printTable(head: Row, rows: AsyncIterable<Row> | Iterable<Row>, ifEmpty: string): Promise<void> {
  let page: Row[] = []
  let pages = 0

  async function print(): Promise<void> {
    const isTerminal = process.stdout.isTTY === true
    await write(isTerminal ? withBorders(head, page) : aligned(pages === 0 ? [head, ...page] : page))
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

function withBorders(head: Row, rows: readonly Row[]): string {
  const table = new Table({ head: head.map(printable), style: { ...NO_COLOURS, compact: true } })
  table.push(...rows.map((row) => [...row]))
  return `${table.toString()}\n`
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
