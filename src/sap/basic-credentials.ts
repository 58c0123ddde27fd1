// What may be sent to SAP as a user name and a password, and how HTTP carries it.
import { InvalidUsernameError } from '../errors.ts'
import { canonicalUsername } from '../users/username.ts'

/** The longest user name, in UTF-16 units. */
const MAX_NAME_LENGTH = 200
const MAX_PASSWORD_BYTES = 1024

/**
 * Returns a user name without the spaces around it, or null for an impossible name. Impossible are names that are empty
 * or too long. Impossible, too, are control characters and half a surrogate pair, for which UTF-8 has no bytes.
 */
export function readUsername(typed: string): string | null {
  if (typed.length > MAX_NAME_LENGTH || !typed.isWellFormed() || /\p{Cc}/u.test(typed)) return null
  return typed.normalize('NFC').trim() || null
}

/**
 * Returns the typed name. Null for an impossible name, and also for a name with invisible characters. Why: some of them
 * count as blanks and would be removed here, while other code counts and compares the name with them.
 */
export function readTypedUsername(typed: string): string | null {
  try {
    canonicalUsername(typed)
  } catch (error) {
    if (error instanceof InvalidUsernameError) return null
    throw error
  }
  return readUsername(typed)
}

/**
 * The name as ABAP keeps it, or null when its capitals are other letters: `ß` would sign in as `SS` does, and `ı` as
 * `I`.
 */
export function inCapitals(username: string): string | null {
  const upper = username.toUpperCase()
  return upper.toLowerCase() === username.toLowerCase() ? upper : null
}

/**
 * Returns true for a password that may be sent. Refused are empty and too long passwords, control characters such as
 * NUL (RFC 7617, section 2), and half a surrogate pair.
 */
export function isSendablePassword(password: string): boolean {
  if (password === '' || password.length > MAX_PASSWORD_BYTES) return false
  return password.isWellFormed() && !/\p{Cc}/u.test(password) && Buffer.byteLength(password) <= MAX_PASSWORD_BYTES
}

/**
 * Returns true when HTTP Basic can carry the name. Why: the first colon ends the name. `anna:x` would sign in as
 * `anna`, with a password that begins with `x`.
 */
export function fitsBasic(username: string): boolean {
  return !username.includes(':')
}

/** Returns the value of an `Authorization` header, as UTF-8 in Unicode NFC (RFC 7617, section 2.1). */
export function basicAuthorization(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`.normalize('NFC'), 'utf8').toString('base64')}`
}
