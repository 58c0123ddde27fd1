import { createHmac, type KeyObject } from 'node:crypto'
import { storedUsername } from '../users/username.ts'

/**
 * The name under which attempts at an account are counted, whatever spelling of it was typed.
 *
 * Letters and digits alone make the name: capitals, accents, widths, blanks, hyphens, punctuation and invisible
 * characters make no difference. Why: what a source takes for the same name must have one count. A telephone number of
 * a directory matches with any blanks and hyphens (RFC 4518, section 2.6.3), a database has its own collation.
 * Different people who share such a name share a limit, and nothing else.
 */
export function countedName(username: string, realms: readonly string[]): string {
  const name = accountName(username, realms)
  const letters = Array.from(name.replace(/[^\p{L}\p{N}]/gu, ''), coarse).join('')
  // A name of punctuation alone.
  return letters || name.replace(/\s/gu, '') || NOBODY
}

/**
 * The name by which a known device remembers an account. Finer than {@link countedName}: blanks within it and punctuation
 * count. The realms of all sources are taken off, so that `anna`, `anna@corp` and `CORP\anna` are one; and all names that
 * nobody can have are one.
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
    const canonical = storedUsername(text.replace(INVISIBLE, ''))
    return canonical.normalize('NFKD').replace(/\p{M}/gu, '').replace(/\s+/gu, ' ').trim() || NOBODY
  } catch {
    return NOBODY
  }
}

const INVISIBLE = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/gu
const MOST_CHARACTERS = 1000
/** No name has a line break. */
const NOBODY = '\n'

/** One character for all that some collation takes for the same: those of databases, and of the directories that use ICU. */
function coarse(character: string): string {
  const code = character.codePointAt(0) ?? 0
  // MySQL's older collations take all of these for one.
  if (code > 0xffff) return '\ufffd'
  // Katakana as hiragana.
  if (code >= 0x30a1 && code <= 0x30f6) return String.fromCodePoint(code - 0x60)
  return LATIN[character] ?? character
}

/** Letters that Unicode does not decompose, and collations compare as their plain ones. */
const LATIN: Readonly<Record<string, string>> = {
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  ħ: 'h',
  ı: 'i',
  ĸ: 'k',
  ł: 'l',
  ŋ: 'n',
  ŧ: 't',
  þ: 'th',
}
