import { InvalidUsernameError } from '../errors.ts'
import { canonicalUsername } from '../users/username.ts'

/** Returns true when a user may have this name. Why: an impossible name needs no request, and could be an attack. */
export function isPossibleName(username: string): boolean {
  try {
    canonicalUsername(username)
    return true
  } catch (error) {
    if (error instanceof InvalidUsernameError) return false
    throw error
  }
}

/** Returns the typed name in NFC, as directories store it, without the spaces around it. */
export function typedName(username: string): string {
  return username.normalize('NFC').trim()
}

/**
 * Returns true when the password may be sent to a directory. An empty password succeeds as an anonymous bind on some
 * servers. Some servers end a text at a NUL. Invalid Unicode would be sent as another text. A server closes the
 * connection for a text that is too long.
 */
export function isPossiblePassword(password: string): boolean {
  return (
    password !== '' && !password.includes('\0') && password.isWellFormed() && Buffer.byteLength(password) <= MOST_BYTES
  )
}

const MOST_BYTES = 1024

/**
 * Returns one name for all spellings that some comparison of a directory treats as equal (RFC 4517, section 4.2). Case,
 * accents, blanks, hyphens and all other marks are removed. A name that consists only of marks stays as it is.
 */
export function looseName(username: string): string {
  const folded = username.normalize('NFKD').toLowerCase().toUpperCase().toLowerCase().normalize('NFKD')
  return folded.replace(/[^\p{L}\p{N}]/gu, '') || folded
}
