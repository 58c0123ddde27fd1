import { verifyApr1 } from './algorithms/apr1.ts'
import { verifyArgon2 } from './algorithms/argon2.ts'
import { verifyBcrypt } from './algorithms/bcrypt.ts'
import { verifyDigest } from './algorithms/digest.ts'
import { verifyPbkdf2 } from './algorithms/pbkdf2.ts'
import { verifyScrypt } from './algorithms/scrypt.ts'
import type { StoredHash } from './read-stored-hash.ts'

/** Computes the hash of a password with the parameters of the stored one, and compares both in constant time. */
export function verifyStoredHash(stored: StoredHash, password: string): Promise<boolean> {
  switch (stored.algorithm) {
    case 'bcrypt':
      return verifyBcrypt(stored, password)
    case 'digest':
      return verifyDigest(stored, password)
    case 'pbkdf2':
      return verifyPbkdf2(stored, password)
    case 'scrypt':
      return verifyScrypt(stored, password)
    case 'apr1':
      return verifyApr1(stored, password)
    default:
      return verifyArgon2(stored, password)
  }
}

/**
 * Returns true when another system made the hash, and so hashed the password as typed. Only argon2 without another
 * system's label is ours.
 */
export function isForeign(stored: StoredHash): boolean {
  return !('version' in stored) || stored.isForeign === true
}
