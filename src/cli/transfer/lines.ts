import { isUtf8 } from 'node:buffer'

/** A line without its line feed, or why it cannot be read. */
export type Line = { readonly at: number; readonly text: string } | { readonly at: number; readonly reason: string }

/** Lines of UTF-8, as they come. A line that is too long is passed over, and never held as a whole. */
export async function* readLines(bytes: AsyncIterable<Buffer>): AsyncGenerator<Line> {
  let rest: Buffer = Buffer.alloc(0)
  let tooLong = false
  let at = 1
  for await (const chunk of bytes) {
    const buffer = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk
    let start = 0
    for (let end = buffer.indexOf(LINE_FEED); end !== -1; end = buffer.indexOf(LINE_FEED, start)) {
      yield tooLong ? tooLongAt(at) : lineOf(buffer.subarray(start, end), at)
      tooLong = false
      at += 1
      start = end + 1
    }
    rest = buffer.subarray(start)
    if (rest.length > LONGEST_LINE) {
      tooLong = true
      rest = Buffer.alloc(0)
    }
  }
  if (tooLong) yield tooLongAt(at)
  else if (rest.length > 0) yield lineOf(rest, at)
}

const LINE_FEED = 0x0a
/** Longer than any user may be, and little enough to hold. */
export const LONGEST_LINE = 1_048_576

function tooLongAt(at: number): Line {
  return { at, reason: 'the line is too long' }
}

function lineOf(bytes: Buffer, at: number): Line {
  if (bytes.length > LONGEST_LINE) return tooLongAt(at)
  const text = bytes.toString()
  if (text.includes('\u{fffd}') && !isUtf8(bytes)) return { at, reason: NOT_UTF8 }
  return { at, text: at === 1 ? text.replace(/^\u{feff}/u, '') : text }
}

export const NOT_UTF8 = 'it is no UTF-8'
