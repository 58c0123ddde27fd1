import { misused } from './cli-error.ts'

/**
 * Returns the first line of standard input, without its line ending. @throws {CliError} when the line is empty or is
 * invalid UTF-8.
 */
export async function readFirstLine(input: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of input) {
    chunks.push(chunk)
    size += chunk.length
    if (chunk.includes(LINE_FEED) || size > ENOUGH) break
  }
  const bytes = Buffer.concat(chunks)
  const end = bytes.indexOf(LINE_FEED)
  const line = decode(end === -1 ? bytes : bytes.subarray(0, end)).replace(/\r$/, '')
  if (line === '') throw misused('Standard input has no password: its first line is empty.')
  return line
}

const LINE_FEED = 0x0a
/** In bytes. More than any password; a longer one is refused for its length. */
const ENOUGH = 65_536

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw misused('The password on standard input is no UTF-8 text.')
  }
}
