import { type Line, readLines } from './lines.ts'
import type { ReadUser } from './user-stream.ts'

/**
 * Reads the files of Apache's `htpasswd`: a name, a colon and a hash. Empty lines and comments are ignored.
 *
 * A line with more behind the hash is rejected. Why: that may be an expiry, as in `/etc/shadow`, or `nologin`, as
 * Dovecot has it. A user who is locked in the other program must stay locked.
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
  const [passwordHash = '', ...more] = text.slice(colon + 1).split(':')
  if (more.some((field) => field.trim() !== '')) return { at, reason: MORE_BEHIND }
  return { at, user: { username: text.slice(0, colon), passwordHash } }
}

const MORE_BEHIND =
  'there is more behind the hash, which is not read and may keep the user out: cut -d: -f1,2 leaves it out of the file'
