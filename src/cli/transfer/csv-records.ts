import { type Line, LONGEST_LINE, readLines } from './lines.ts'

/** The fields of a record, or the reason why they cannot be read. */
export type CsvRecord =
  | { readonly at: number; readonly fields: readonly string[] }
  | { readonly at: number; readonly reason: string }

/**
 * Yields the records of a CSV file (RFC 4180), one at a time, with the line that each begins on.
 *
 * A damaged record leaves the others intact: the next line is tried as the beginning of a record. Every line belongs to
 * a record or is reported.
 *
 * The time grows in proportion to the file, whatever the file holds. Why: the way a line ends a record depends only on
 * one fact, namely that the line begins within quotation marks or outside. Each line is scanned once for both cases.
 */
export async function* readCsvRecords(bytes: AsyncIterable<Buffer>): AsyncGenerator<CsvRecord> {
  const open: ScannedLine[] = []
  /** The number of lines behind the first that are known to leave its quotation marks open. */
  let passed = 0
  let size = 0

  function drop(count: number): ScannedLine[] {
    passed = 0
    size = 0
    return open.splice(0, count)
  }

  function* settle(isEnd: boolean): Generator<CsvRecord> {
    for (let [first] = open; first; [first] = open) {
      if (first.alone === 'open') {
        while (open[passed + 1]?.within === 'open') {
          passed += 1
          size += open[passed]?.text.length ?? 0
        }
        const last = open[passed + 1]
        const isTooMuch = passed + 1 >= MOST_LINES || size + first.text.length > LONGEST_LINE
        if (!last && !isEnd && !isTooMuch) return
        if (last?.within === 'done' && !isTooMuch) {
          yield recordOf(drop(passed + 2))
          continue
        }
        yield { at: first.at, reason: last && !isTooMuch ? DAMAGED : OPEN }
      } else if (first.alone === 'damaged') yield { at: first.at, reason: DAMAGED }
      else if (first.text.trim() !== '') yield recordOf([first])
      drop(1)
    }
  }

  for await (const line of readLines(bytes)) {
    if ('reason' in line) {
      yield* settle(true)
      yield line
    } else {
      open.push({ ...line, alone: stateAfter(line.text, false), within: stateAfter(line.text, true) })
      yield* settle(false)
    }
  }
  yield* settle(true)
}

/** The most lines of a record. A longer record has lost a quotation mark. */
const MOST_LINES = 100

const OPEN = 'a quotation mark is never closed'
const DAMAGED = 'a quotation mark is where none can be'

/** The state of a record at the end of a line: complete, continued, or impossible. */
type State = 'done' | 'open' | 'damaged'

interface ScannedLine extends Extract<Line, { text: string }> {
  /** The state if a record begins with the line. */
  readonly alone: State
  /** The state if the line begins within quotation marks. */
  readonly within: State
}

function stateAfter(line: string, isWithin: boolean): State {
  if (!line.includes('"')) return isWithin ? 'open' : 'done'
  return walk(line.replace(/\r$/, ''), isWithin)
}

function recordOf(lines: readonly ScannedLine[]): CsvRecord {
  const at = lines[0]?.at ?? 0
  const text = lines
    .map((line) => line.text)
    .join('\n')
    .replace(/\r$/, '')
  if (!text.includes('"')) return { at, fields: text.split(',') }
  const fields: string[] = []
  walk(text, false, (field) => fields.push(field))
  return { at, fields }
}

/** Walks from field to field. `isWithin` means that the first field was begun on an earlier line. */
function walk(text: string, isWithin: boolean, take?: (field: string) => void): State {
  for (let at = 0, isFirst = true; ; at += 1, isFirst = false) {
    const isOpen = isFirst && isWithin
    const isQuoted = isOpen || text.startsWith('"', at)
    const end = isQuoted ? endOfQuoted(text, isOpen ? at : at + 1) : text.indexOf(',', at)
    if (isQuoted && end === -1) return 'open'
    const stop = end === -1 ? text.length : end
    const field = text.slice(at, stop)
    if (!isQuoted && field.includes('"')) return 'damaged'
    take?.(isQuoted ? field.slice(1, -1).replaceAll('""', '"') : field)
    at = stop
    if (at === text.length) return 'done'
    if (text[at] !== ',') return 'damaged'
  }
}

/** Returns the index behind the closing quotation mark, or -1. */
function endOfQuoted(text: string, start: number): number {
  for (let at = text.indexOf('"', start); at !== -1; at = text.indexOf('"', at + 2)) {
    if (text[at + 1] !== '"') return at + 1
  }
  return -1
}
