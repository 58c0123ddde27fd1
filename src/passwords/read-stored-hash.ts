import { UnsupportedHashError } from '../errors.ts'
import type { StoredApr1 } from './algorithms/apr1.ts'
import type { StoredArgon2 } from './algorithms/argon2.ts'
import type { StoredBcrypt } from './algorithms/bcrypt.ts'
import type { StoredDigest } from './algorithms/digest.ts'
import type { StoredPbkdf2 } from './algorithms/pbkdf2.ts'
import type { StoredScrypt } from './algorithms/scrypt.ts'
import { readCrypt } from './formats/crypt.ts'
import { readDjango } from './formats/django.ts'
import { readLdap } from './formats/ldap.ts'
import { readPhc } from './formats/phc.ts'
import { readWerkzeug } from './formats/werkzeug.ts'
import { readZope } from './formats/zope.ts'

/** What a stored hash says about itself: all that is needed to know its cost, and to check a password against it. */
export type StoredHash = StoredArgon2 | StoredBcrypt | StoredDigest | StoredPbkdf2 | StoredScrypt | StoredApr1

/** Every way of writing a hash that is known. No text is read by two of them. */
const FORMATS: readonly ((text: string) => StoredHash | undefined)[] = [
  readPhc,
  readCrypt,
  readLdap,
  readZope,
  readDjango,
  readWerkzeug,
]

/** Longer than any hash that is known, and little work to look through. */
const MAX_CHARACTERS = 4096

/**
 * Reads a stored hash, and computes nothing.
 *
 * Only what the system behind a format would have written is accepted: every figure without leading zeros, the
 * parameters of a PHC string in any order, base64 without stray bits, an output as long as its algorithm makes it. A hash that was cut short on its way
 * is damaged, never a hash that more passwords match.
 *
 * @throws {UnsupportedHashError} for everything else. The message does not repeat the hash.
 */
export function readStoredHash(text: string): StoredHash {
  if (text.length <= MAX_CHARACTERS) {
    for (const read of FORMATS) {
      const stored = read(text)
      if (stored) return stored
    }
  }
  if (/\$argon2(?:id|i|d)\$[^$]*(?:\$[^$]*)?\bkeyid=/.test(text.slice(0, MAX_CHARACTERS))) {
    throw new UnsupportedHashError('The stored password hash needs a secret key (keyid), which is not known here.')
  }
  throw new UnsupportedHashError(
    'The stored password hash is damaged or of a kind that is not known. Known are argon2, scrypt and PBKDF2 in the ' +
      'PHC string format, bcrypt ($2a$, $2b$, $2y$), $apr1$, and what LDAP, Zope, Django and Werkzeug write.',
  )
}
