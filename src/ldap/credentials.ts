import { InvalidUsernameError } from '../errors.ts'
import { canonicalUsername } from '../users/username.ts'

/** Whether anybody can have this name. Names that nobody has are not worth a question, and could be attempts at something. */
export function isPossibleName(username: string): boolean {
  try {
    canonicalUsername(username)
    return true
  } catch (error) {
    if (error instanceof InvalidUsernameError) return false
    throw error
  }
}

/** What is asked for: what was typed, composed as directories have it, without the spaces that a keyboard added. */
export function typedName(username: string): string {
  return username.normalize('NFC').trim()
}

/**
 * Whether a directory may be asked about this password. The empty one succeeds on some servers without being anybody's;
 * some end a text at a NUL; broken text would be sent as another one; and a server hangs up on what is too long.
 */
export function isPossiblePassword(password: string): boolean {
  return (
    password !== '' && !password.includes('\0') && password.isWellFormed() && Buffer.byteLength(password) <= MOST_BYTES
  )
}

const MOST_BYTES = 1024

/**
 * One name for all that any comparison of a directory takes for the same (RFC 4517, section 4.2): case, accents, blanks,
 * hyphens and all other marks do not count. Names of nothing but marks stay as they are.
 */
export function looseName(username: string): string {
  const folded = username.normalize('NFKD').toLowerCase().toUpperCase().toLowerCase().normalize('NFKD')
  return folded.replace(/[^\p{L}\p{N}]/gu, '') || folded
}
