/** No password may be longer, in bytes of UTF-8. Far beyond what people type, and little work for whoever sends it. */
export const MAX_PASSWORD_BYTES = 1024

/** What {@link readPassword} made of a password: the text to hash, or why there is none. */
export type ReadPassword =
  | { readonly usable: true; readonly text: string }
  | { readonly usable: false; readonly reason: 'too-long' | 'malformed' }

/**
 * The one form of a password that is hashed and compared: Unicode NFKC.
 *
 * One keyboard sends `ü` as one code point and the next as `u` with a diaeresis; both are the same password
 * (NIST SP 800-63B-3 §5.1.1.2 asks for NFKC or NFKD, revision 4 for NFC, whose equivalents NFKC joins too). Nothing
 * else is ever changed: no trimming, no change of case, no truncation (OWASP ASVS 5.0 V6.2.8).
 *
 * Longer than {@link MAX_PASSWORD_BYTES}, as sent or in this form, it is `too-long`. With half a surrogate pair it
 * is `malformed`: UTF-8 has no bytes for one, and encoders put the same replacement for each, so that different
 * passwords would become one.
 */
export function readPassword(password: string): ReadPassword {
  // A UTF-16 unit takes at least one byte, so this spares walking through what is hopelessly long.
  if (password.length > MAX_PASSWORD_BYTES) return { usable: false, reason: 'too-long' }
  if (!password.isWellFormed()) return { usable: false, reason: 'malformed' }
  const text = password.normalize('NFKC')
  const bytes = Math.max(Buffer.byteLength(password), Buffer.byteLength(text))
  return bytes > MAX_PASSWORD_BYTES ? { usable: false, reason: 'too-long' } : { usable: true, text }
}
