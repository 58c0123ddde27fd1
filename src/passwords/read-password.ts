/** The longest password, in bytes of UTF-8. Far beyond what users type, and cheap to process. */
export const MAX_PASSWORD_BYTES = 1024

/** The result of {@link readPassword}: the text to hash, or the reason for the refusal. */
export type ReadPassword =
  | { readonly usable: true; readonly text: string }
  | { readonly usable: false; readonly reason: 'too-long' | 'malformed' }

/**
 * Returns the form of a password that is hashed and compared: Unicode NFKC.
 *
 * Why: one keyboard sends `ü` as one code point, and the next as `u` with a diaeresis. Both are the same password. NIST
 * SP 800-63B-3 §5.1.1.2 asks for NFKC or NFKD. Revision 4 asks for NFC, and NFKC joins all texts that NFC joins.
 * Trimming, change of case and truncation are left out (OWASP ASVS 5.0 V6.2.8).
 *
 * A password longer than {@link MAX_PASSWORD_BYTES}, as sent or in this form, is `too-long`. A password with half a
 * surrogate pair is `malformed`. Why: UTF-8 has no bytes for half a pair, and encoders put the same replacement for
 * each. Different passwords would become one.
 */
export function readPassword(password: string): ReadPassword {
  // Refuses very long texts early. Why this is exact: a UTF-16 unit takes at least one byte.
  if (password.length > MAX_PASSWORD_BYTES) return { usable: false, reason: 'too-long' }
  if (!password.isWellFormed()) return { usable: false, reason: 'malformed' }
  const text = password.normalize('NFKC')
  const bytes = Math.max(Buffer.byteLength(password), Buffer.byteLength(text))
  return bytes > MAX_PASSWORD_BYTES ? { usable: false, reason: 'too-long' } : { usable: true, text }
}
