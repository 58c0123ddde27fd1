import type { StoredArgon2 } from '../algorithms/argon2.ts'
import type { StoredBcrypt } from '../algorithms/bcrypt.ts'
import { DIGEST_BYTES, type DigestName } from '../algorithms/digest.ts'
import { MAX_PBKDF2_ITERATIONS, type StoredPbkdf2 } from '../algorithms/pbkdf2.ts'
import { isScrypt, type StoredScrypt } from '../algorithms/scrypt.ts'
import { readBase64 } from './base64.ts'
import { readBcrypt } from './crypt.ts'
import { readPhcArgon2 } from './phc.ts'

/**
 * Reads the hashes of the hashers that Django still ships: `pbkdf2_sha256$`, `pbkdf2_sha1$`, `argon2$`,
 * `bcrypt_sha256$`, `bcrypt$` and `scrypt$`. The salt is text, and its characters are the bytes that were hashed.
 */
export function readDjango(text: string): StoredPbkdf2 | StoredScrypt | StoredArgon2 | StoredBcrypt | undefined {
  const [, hasher, rest = ''] = /^([a-z0-9_]+)\$(.+)$/.exec(text) ?? []
  switch (hasher) {
    case 'pbkdf2_sha256':
      return readPbkdf2('sha256', rest)
    case 'pbkdf2_sha1':
      return readPbkdf2('sha1', rest)
    case 'scrypt':
      return readScrypt(rest)
    case 'argon2':
      return readArgon2(rest)
    case 'bcrypt':
      return readBcrypt(rest)
    case 'bcrypt_sha256':
      return readPreHashed(rest)
    default:
      return undefined
  }
}

function readPbkdf2(digest: DigestName, rest: string): StoredPbkdf2 | undefined {
  const [, figure, salt = '', text = ''] =
    /^([1-9]\d{0,9})\$([\x21-\x23\x25-\x7e]{1,128})\$([A-Za-z0-9+/=]+)$/.exec(rest) ?? []
  const output = readBase64(text, PADDED)
  const iterations = Number(figure)
  if (output?.length !== DIGEST_BYTES[digest] || iterations > MAX_PBKDF2_ITERATIONS) return undefined
  return { algorithm: 'pbkdf2', digest, iterations, salt: Buffer.from(salt), output }
}

/** N, salt, r, p and output, in this order. */
const SCRYPT = /^([1-9]\d{0,9})\$([\x21-\x23\x25-\x7e]{1,128})\$([1-9]\d{0,9})\$([1-9]\d{0,9})\$([A-Za-z0-9+/]{86}==)$/

function readScrypt(rest: string): StoredScrypt | undefined {
  const [, cost, salt = '', blockSize, parallelization, text = ''] = SCRYPT.exec(rest) ?? []
  const output = readBase64(text, PADDED)
  const figures = { cost: Number(cost), blockSize: Number(blockSize), parallelization: Number(parallelization) }
  if (!output?.length || !isScrypt(figures)) return undefined
  return { algorithm: 'scrypt', ...figures, salt: Buffer.from(salt), output }
}

function readArgon2(rest: string): StoredArgon2 | undefined {
  const stored = readPhcArgon2(`$${rest}`)
  return stored && { ...stored, isForeign: true }
}

function readPreHashed(rest: string): StoredBcrypt | undefined {
  const stored = readBcrypt(rest)
  return stored && { ...stored, preHash: 'sha256' }
}

const PADDED = { padded: true, alphabet: 'standard' } as const
