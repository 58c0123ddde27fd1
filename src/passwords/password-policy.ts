import { ConfigurationError, PasswordRefusedError } from '../errors.ts'
import { commonPasswords } from './common-passwords.ts'
import { MAX_PASSWORD_BYTES, readPassword } from './read-password.ts'

/** What is asked of a new password beyond what always is. */
export interface PasswordPolicyOptions {
  /**
   * How many characters a password needs, 1 to 64. Default: 8, the least that NIST and OWASP allow. Both advise 15
   * where the password is the only factor (NIST SP 800-63B-4 §3.1.1.2; OWASP ASVS 5.0 V6.2.1).
   */
  readonly minLength?: number
  /** Whether the commonest passwords are refused. Default: `'refuse'`. */
  readonly common?: 'refuse' | 'allow'
}

export interface PasswordPolicy {
  /**
   * Passes a new password, or says which rule it breaks.
   *
   * @throws {PasswordRefusedError} with a message for the person who chose it. It never repeats the password.
   */
  check(password: string, context?: { readonly username?: string }): Promise<void>
}

/**
 * The rules for new passwords: long enough, no longer than 1,024 bytes, text without NUL, not among the commonest,
 * not the user's own name.
 *
 * A character is a Unicode code point after NFKC, so that no spelling of a password is longer than another. Names and
 * common passwords are compared as a whole and without regard to case. There are no rules about digits, capitals or
 * signs, and passwords do not expire (NIST SP 800-63B-4 §3.1.1.2; OWASP ASVS 5.0 V6.2.5, V6.2.10): such rules make
 * passwords predictable.
 *
 * @throws {ConfigurationError} when `minLength` is not a whole number from 1 to 64. Passwords of 64 characters must
 * be possible (OWASP ASVS 5.0 V6.2.9).
 */
export function createPasswordPolicy(options: PasswordPolicyOptions = {}): PasswordPolicy {
  const minLength = options.minLength ?? 8
  if (!Number.isInteger(minLength) || minLength < 1 || minLength > 64) {
    throw new ConfigurationError(`minLength must be a whole number from 1 to 64. It is ${minLength}.`)
  }

  return {
    async check(password, context = {}) {
      const read = readPassword(password)
      if (!read.usable) throw new PasswordRefusedError(UNUSABLE[read.reason])
      if (read.text.includes('\0')) throw new PasswordRefusedError('The password must not contain a NUL character.')
      if (countCharacters(read.text) < minLength) {
        throw new PasswordRefusedError(`The password must have at least ${characters(minLength)}.`)
      }
      const folded = fold(read.text)
      if (context.username !== undefined && folded === fold(context.username)) {
        throw new PasswordRefusedError('The password must not be the user name.')
      }
      if (options.common !== 'allow' && (await commonPasswords()).has(folded)) {
        throw new PasswordRefusedError('The password is one of the most common ones, which are guessed first.')
      }
    },
  }
}

const UNUSABLE = {
  'too-long': `The password must not be longer than ${MAX_PASSWORD_BYTES} bytes.`,
  malformed: 'The password is not valid text: it contains half a character.',
} as const

function countCharacters(text: string): number {
  return Array.from(text).length
}

function characters(count: number): string {
  return count === 1 ? '1 character' : `${count} characters`
}

function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase()
}
