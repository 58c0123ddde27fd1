import { misused } from '../cli-error.ts'
import type { Format } from './open-user-stream.ts'

/**
 * Yields the same bytes, after checking that their beginning looks like text of the expected format.
 *
 * Why: a file that is read as another format may bring zero users, or users with the hashes of other users.
 *
 * @throws {CliError} when the beginning looks different. The message says what the file seems to be, and what to do. It
 * repeats no text of the file.
 */
export async function* checkedText(bytes: AsyncIterable<Buffer>, format: Format): AsyncGenerator<Buffer> {
  let head: Buffer | undefined = Buffer.alloc(0)
  for await (const chunk of bytes) {
    if (head === undefined) yield chunk
    else {
      head = Buffer.concat([head, chunk])
      if (head.length < HEAD_BYTES) continue
      check(head, format)
      yield head
      head = undefined
    }
  }
  if (head === undefined || head.length === 0) return
  check(head, format)
  yield head
}

const HEAD_BYTES = 1024

function check(head: Buffer, format: Format): void {
  const other = KINDS.find(([start]) => head.indexOf(start) === 0)
  if (other) throw misused(`That is ${other[1]}.`)
  const start = head.subarray(0, HEAD_BYTES)
  // In UTF-16, every other byte is zero where letters are Latin. A single zero byte is reported with its line.
  if (start.filter((byte) => byte === 0).length > start.length / 8)
    throw misused(`That is UTF-16 or no text: it is full of zero bytes. ${CONVERT}`)
  const guess = guessFormat(start.toString())
  if (guess !== undefined && guess !== format)
    throw misused(`That looks like ${guess} rather than ${format}. Try --from ${guess}.`)
}

const CONVERT = 'Save it as UTF-8, or convert it: iconv -f UTF-16 -t UTF-8 <file>'

const KINDS: readonly (readonly [start: Buffer, what: string])[] = [
  [Buffer.from([0xff, 0xfe]), `UTF-16. ${CONVERT}`],
  [Buffer.from([0xfe, 0xff]), `UTF-16. ${CONVERT}`],
  [Buffer.from('PK\u0003\u0004'), 'a spreadsheet or an archive (zip). Save it as CSV in UTF-8, or unpack it'],
  [Buffer.from([0x1f, 0x8b]), 'packed (gzip). Unpack it: gunzip -c <file> | ostiary import - …'],
  [
    Buffer.from('SQLite format 3\0'),
    'a database of SQLite. Those of some applications are read: --from zopyx or django',
  ],
]

/** Guesses the format by the first line that is no comment. Undefined when several formats fit. */
function guessFormat(head: string): Format | undefined {
  const lines = head.replace(/^\u{feff}/u, '').split(/\r\n?|\n/)
  const line = lines.find((text) => text.trim() !== '' && !text.startsWith('#')) ?? ''
  if (/^\s*\{\s*"/.test(line)) return 'ndjson'
  if (/^(?:version: ?\d+$|dn::? ?\S+=)/i.test(line)) return 'ldif'
  if (/^[^\s:,;"]+:(?:\$(?:2[aby]|apr1|[156y])\$|\{SHA\})/.test(line)) return 'htpasswd'
  return /^[^:{]*\buser[ _-]?name\b/i.test(line) && /[,;\t]/.test(line) ? 'csv' : undefined
}
