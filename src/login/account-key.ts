import { createHmac, type KeyObject } from 'node:crypto'
import { canonicalUsername } from '../users/username.ts'

/**
 * The one name under which attempts at an account are counted, whatever spelling of it was typed.
 *
 * It folds more than any source does, because what a source takes for the same name must not have several counts: a
 * directory ignores accents, invisible characters or repeated spaces, a database its own collation. That different
 * people now and then share a count costs them little. The realms of all sources are taken off, so that `anna`,
 * `anna@corp` and `CORP\anna` are one; and all names that nobody can have are one.
 */
export function accountName(username: string, realms: readonly string[]): string {
  const known = new Set(realms.map(folded))
  let name = folded(username)
  for (;;) {
    const [, realm, rest] = /^([^\\]+)\\(.+)$/s.exec(name) ?? []
    const [, before, realmAfter] = /^(.+)@([^@]+)$/s.exec(name) ?? []
    if (realm !== undefined && rest !== undefined && known.has(realm)) name = rest.trim()
    else if (before !== undefined && realmAfter !== undefined && known.has(realmAfter)) name = before.trim()
    else return name
  }
}

/** What stands for a name in a store: whoever reads it there learns neither a name nor a password typed in its place. */
export function accountKey(name: string, key: KeyObject): string {
  return createHmac('sha256', key).update(name, 'utf8').digest('base64url').slice(0, 22)
}

function folded(text: string): string {
  // Long before anything expensive.
  if (text.length > MOST_CHARACTERS) return NOBODY
  try {
    // In the order in which our own users are compared: of some letters, capitals are more than one.
    const canonical = canonicalUsername(text.replace(/\p{C}/gu, ''))
    return canonical.normalize('NFKD').replace(/\p{M}/gu, '').replace(/\s+/gu, ' ').trim() || NOBODY
  } catch {
    return NOBODY
  }
}

const MOST_CHARACTERS = 1000
/** No name has a line break. */
const NOBODY = '\n'
