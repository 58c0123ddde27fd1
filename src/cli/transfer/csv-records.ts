import { type Line, readLines } from './lines.ts'

/** The fields of a record, or why they cannot be told. */
export type CsvRecord =
  | { readonly at: number; readonly fields: readonly string[] }
  | { readonly at: number; readonly reason: string }

/**
 * The records of a CSV file (RFC 4180), one at a time, with the line that each begins on. A damaged one costs no other:
 * the next line is tried as the beginning of a record, and every line belongs to a record or is told of.
 */
export async function* readCsvRecords(bytes: AsyncIterable<Buffer>): AsyncGenerator<CsvRecord> {
  let open: TextLine[] = []

  function* settle(isEnd: boolean): Generator<CsvRecord> {
    const [first] = open
    if (!first) return
    const text = open.map((line) => line.text).join('\n')
    const fields = open.length === 1 && text.trim() === '' ? 'empty' : fieldsOf(text.replace(/\r$/, ''))
    if (fields === 'open' && !isEnd && open.length < MOST_LINES) return
    const others = open.slice(1)
    open = []
    if (fields === 'empty') return
    if (typeof fields !== 'string') {
      yield { at: first.at, fields }
      return
    }
    yield { at: first.at, reason: REASONS[fields] }
    for (const line of others) {
      open.push(line)
      yield* settle(false)
    }
    if (isEnd) yield* settle(true)
  }

  for await (const line of readLines(bytes)) {
    if ('reason' in line) {
      yield* settle(true)
      yield line
    } else {
      open.push(line)
      yield* settle(false)
    }
  }
  yield* settle(true)
}

type TextLine = Extract<Line, { text: string }>

/** Of a record. One that has more has lost a quotation mark. */
const MOST_LINES = 100

const REASONS = {
  open: 'a quotation mark is never closed',
  damaged: 'a quotation mark is where none can be',
} as const

function fieldsOf(text: string): string[] | 'open' | 'damaged' {
  if (!text.includes('"')) return text.split(',')
  const fields: string[] = []
  for (let at = 0; ; at += 1) {
    const isQuoted = text.startsWith('"', at)
    const end = isQuoted ? endOfQuoted(text, at + 1) : text.indexOf(',', at)
    if (isQuoted && end === -1) return 'open'
    const field = text.slice(at, end === -1 ? undefined : end)
    if (!isQuoted && field.includes('"')) return 'damaged'
    fields.push(isQuoted ? field.slice(1, -1).replaceAll('""', '"') : field)
    at = end === -1 ? text.length : end
    if (at === text.length) return fields
    if (text[at] !== ',') return 'damaged'
  }
}

/** Behind the quotation mark that closes, or -1. */
function endOfQuoted(text: string, start: number): number {
  for (let at = text.indexOf('"', start); at !== -1; at = text.indexOf('"', at + 2)) {
    if (text[at + 1] !== '"') return at + 1
  }
  return -1
}
