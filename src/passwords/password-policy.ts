import { ConfigurationError, PasswordRefusedError } from '../errors.ts'
import { askBreached, type BreachQuestion } from './breached-passwords.ts'
import { commonPasswords } from './common-passwords.ts'
import { MAX_PASSWORD_BYTES, readPassword } from './read-password.ts'

/** Rules for new passwords, beyond the rules that always hold. */
export interface PasswordPolicyOptions {
  /**
   * The standard that sets the least length. `'asvs-5'`: 8 characters (OWASP ASVS 5.0 V6.2.1). `'nist-63b-4'`: 15
   * characters, or 8 with `secondFactor` (NIST SP 800-63B-4 §3.1.1.2). Default: `'asvs-5'`.
   */
  readonly profile?: PasswordProfile
  /** True when every login with these passwords needs a second factor. Read by `'nist-63b-4'`. Default: false. */
  readonly secondFactor?: boolean
  /** The least number of characters of a password, 1 to 64. Replaces the length of the profile. */
  readonly minLength?: number
  /**
   * Resolves to true when a new password is known from a breach. Asked last, with the parts of a hash: the password
   * stays here. When the function rejects, the password is taken. Default: nobody is asked.
   */
  readonly isBreached?: (question: BreachQuestion) => Promise<boolean>
  /** Tells whether the most common passwords are refused. Default: `'refuse'`. */
  readonly common?: 'refuse' | 'allow'
}

/** A standard for the length of new passwords. */
export type PasswordProfile = 'asvs-5' | 'nist-63b-4'

export interface PasswordPolicy {
  /**
   * Resolves when a new password keeps all rules.
   *
   * @throws {PasswordRefusedError} when the password breaks a rule. The message is for the user who chose the password,
   * and never repeats it.
   */
  check(password: string, context?: { readonly username?: string }): Promise<void>
}

/**
 * The rules for new passwords. A password is long enough, at most 1,024 bytes, and valid text without NUL. The most
 * common passwords and the user's own name are refused.
 *
 * A character is a Unicode code point after NFKC, so every spelling of a password has the same length. Names and common
 * passwords are compared as a whole, and upper and lower case count as equal.
 *
 * Rules about digits, capitals or signs are left out, and passwords do not expire (NIST SP 800-63B-4 §3.1.1.2; OWASP
 * ASVS 5.0 V6.2.5, V6.2.10). Why: such rules make passwords predictable.
 *
 * @throws {ConfigurationError} when an option is invalid: when `minLength` is anything else than a whole number from 1 to 64. Why 64: passwords of
 * 64 characters must be possible (OWASP ASVS 5.0 V6.2.9).
 */
export function createPasswordPolicy(options: PasswordPolicyOptions = {}): PasswordPolicy {
  const profile = options.profile ?? 'asvs-5'
  if (profile !== 'asvs-5' && profile !== 'nist-63b-4') {
    throw new ConfigurationError(`profile is "asvs-5" or "nist-63b-4", not ${JSON.stringify(profile)}.`)
  }
  const { isBreached } = options
  if (isBreached !== undefined && typeof isBreached !== 'function') {
    throw new ConfigurationError('isBreached is a function that resolves to true for a password from a breach.')
  }
  const minLength = options.minLength ?? (profile === 'nist-63b-4' && options.secondFactor !== true ? 15 : 8)
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
      if (isBreached && (await askBreached(isBreached, read.text))) {
        throw new PasswordRefusedError('The password is known from a breach of another service.')
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
