import { type Line, readLines } from './lines.ts'
import type { ReadUser } from './user-stream.ts'

/**
 * Yields the users in a file of Apache's `htpasswd`: a name, a colon and a hash. Empty lines and comments are passed
 * over.
 */
export async function* readHtpasswd(bytes: AsyncIterable<Buffer>): AsyncGenerator<ReadUser> {
  for await (const line of readLines(bytes)) {
    const read = readLine(line)
    if (read) yield read
  }
}

function readLine(line: Line): ReadUser | undefined {
  if ('reason' in line) return line
  const { at } = line
  const text = line.text.trim()
  if (text === '' || text.startsWith('#')) return undefined
  const colon = text.indexOf(':')
  if (colon === -1) return { at, reason: 'there is no colon between a name and a hash' }
  // Other tools that write this kind of file append fields of their own.
  const [passwordHash = ''] = text.slice(colon + 1).split(':', 1)
  return { at, user: { username: text.slice(0, colon), passwordHash } }
}
