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

/** The parts of a stored hash that tell its cost, and that a password is checked against. */
export type StoredHash = StoredArgon2 | StoredBcrypt | StoredDigest | StoredPbkdf2 | StoredScrypt | StoredApr1

/** All known formats. A text is read by at most one of them. */
const FORMATS: readonly ((text: string) => StoredHash | undefined)[] = [
  readPhc,
  readCrypt,
  readLdap,
  readZope,
  readDjango,
  readWerkzeug,
]

/** Longer than all known hashes, and quick to search. */
const MAX_CHARACTERS = 4096

/**
 * Reads a stored hash without computing anything.
 *
 * Accepts only texts that the system behind a format would have written. Figures have no leading zeros. Base64 has no
 * stray bits. The parameters of a PHC string stand in any order. An output is as long as its algorithm makes it.
 *
 * A hash that was cut short counts as damaged. Why: a shortened hash would match more passwords.
 *
 * @throws {UnsupportedHashError} when the text is anything else. The message does not repeat the hash.
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
