import { DIGEST_BYTES, type DigestName } from '../algorithms/digest.ts'
import { MAX_PBKDF2_ITERATIONS, type StoredPbkdf2 } from '../algorithms/pbkdf2.ts'
import { isScrypt, type StoredScrypt } from '../algorithms/scrypt.ts'

/**
 * Reads the hashes of Werkzeug's `generate_password_hash`, which Flask uses too: `scrypt:N:r:p$salt$hex` and
 * `pbkdf2:sha256:iterations$salt$hex`. The salt is text, and its characters are the bytes that were hashed.
 */
export function readWerkzeug(text: string): StoredScrypt | StoredPbkdf2 | undefined {
  return readScrypt(text) ?? readPbkdf2(text)
}

const SCRYPT = /^scrypt:([1-9]\d{0,9}):([1-9]\d{0,9}):([1-9]\d{0,9})\$([\x21-\x23\x25-\x7e]{1,128})\$([0-9a-f]{128})$/

function readScrypt(text: string): StoredScrypt | undefined {
  const [, cost, blockSize, parallelization, salt = '', hex = ''] = SCRYPT.exec(text) ?? []
  const figures = { cost: Number(cost), blockSize: Number(blockSize), parallelization: Number(parallelization) }
  if (!hex || !isScrypt(figures)) return undefined
  return { algorithm: 'scrypt', ...figures, salt: Buffer.from(salt), output: Buffer.from(hex, 'hex') }
}

const PBKDF2 = /^pbkdf2:(sha1|sha256|sha384|sha512):([1-9]\d{0,9})\$([\x21-\x23\x25-\x7e]{1,128})\$([0-9a-f]{40,128})$/

function readPbkdf2(text: string): StoredPbkdf2 | undefined {
  const [, name, figure, salt = '', hex = ''] = PBKDF2.exec(text) ?? []
  const digest = name as DigestName
  const iterations = Number(figure)
  if (!hex || hex.length !== 2 * DIGEST_BYTES[digest] || iterations > MAX_PBKDF2_ITERATIONS) return undefined
  return { algorithm: 'pbkdf2', digest, iterations, salt: Buffer.from(salt), output: Buffer.from(hex, 'hex') }
}
