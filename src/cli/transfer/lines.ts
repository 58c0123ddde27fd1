import { isUtf8 } from 'node:buffer'

/** A line without its end, or the reason why it cannot be read. */
export type Line = { readonly at: number; readonly text: string } | { readonly at: number; readonly reason: string }

/**
 * Yields lines of UTF-8, as they arrive. Each byte is read once, however the chunks are cut. A line that is too long is
 * skipped, and only a part of it is held in memory.
 *
 * Lines end in a line feed, and `text` keeps a carriage return before it. If the first line ends in a carriage return
 * alone, as on old Macintoshes, then all lines do.
 */
export async function* readLines(bytes: AsyncIterable<Buffer>): AsyncGenerator<Line> {
  const { end, chunks } = await findLineEnd(bytes)
  let parts: Buffer[] = []
  let size = 0
  let at = 1

  function take(part: Buffer): void {
    size += part.length
    if (size > LONGEST_LINE) parts = []
    else if (part.length > 0) parts.push(part)
  }

  function finish(): Line {
    const line = size > LONGEST_LINE ? { at, reason: 'the line is too long' } : lineOf(parts, at, end)
    parts = []
    size = 0
    at += 1
    return line
  }

  for await (const chunk of chunks) {
    let start = 0
    for (let stop = chunk.indexOf(end); stop !== -1; stop = chunk.indexOf(end, start)) {
      take(chunk.subarray(start, stop))
      yield finish()
      start = stop + 1
    }
    take(chunk.subarray(start))
  }
  if (size > 0) yield finish()
}

/** In bytes. Longer than any user may be, and small enough to hold in memory. */
export const LONGEST_LINE = 1_048_576
export const NOT_UTF8 = 'it is no UTF-8'

const LINE_FEED = 0x0a
const CARRIAGE_RETURN = 0x0d

interface LineEnd {
  readonly end: typeof LINE_FEED | typeof CARRIAGE_RETURN
  /** All chunks, including those that were read to find the line end. */
  readonly chunks: AsyncIterable<Buffer>
}

/** Reads as far as the first line goes, or as the longest line may go. */
async function findLineEnd(bytes: AsyncIterable<Buffer>): Promise<LineEnd> {
  const iterator = bytes[Symbol.asyncIterator]()
  const seen: Buffer[] = []
  let size = 0
  let end: LineEnd['end'] | undefined
  let endsInReturn = false
  while (end === undefined && size <= LONGEST_LINE) {
    const next = await iterator.next()
    if (next.done) break
    const chunk = next.value
    if (chunk.length === 0) continue
    seen.push(chunk)
    size += chunk.length
    if (endsInReturn) end = chunk[0] === LINE_FEED ? LINE_FEED : CARRIAGE_RETURN
    else {
      const at = chunk.findIndex((byte) => byte === LINE_FEED || byte === CARRIAGE_RETURN)
      endsInReturn = at !== -1 && at === chunk.length - 1 && chunk[at] === CARRIAGE_RETURN
      if (at !== -1 && !endsInReturn) end = isLoneReturn(chunk, at) ? CARRIAGE_RETURN : LINE_FEED
    }
  }
  async function* all(): AsyncGenerator<Buffer> {
    try {
      yield* seen
      for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value
    } finally {
      await iterator.return?.()
    }
  }
  return { end: end ?? (endsInReturn ? CARRIAGE_RETURN : LINE_FEED), chunks: all() }
}

function isLoneReturn(chunk: Buffer, at: number): boolean {
  return chunk[at] === CARRIAGE_RETURN && chunk[at + 1] !== LINE_FEED
}

function lineOf(parts: readonly Buffer[], at: number, end: LineEnd['end']): Line {
  const bytes = parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts)
  const text = bytes.toString()
  if (text.includes('\u{fffd}') && !isUtf8(bytes))
    return { at, reason: `${NOT_UTF8}: convert the file, as with iconv -f LATIN1 -t UTF-8` }
  const whole = at === 1 ? text.replace(/^\u{feff}/u, '') : text
  // A line feed after a carriage return, in a file that began with carriage returns alone.
  return { at, text: end === CARRIAGE_RETURN ? whole.replace(/^\n/, '') : whole }
}
