import { UnsupportedHashError } from '../errors.ts'

/** What a stored hash says about itself. `text` is the hash as it was stored. */
export type StoredHash = StoredArgon2 | StoredBcrypt

export interface StoredArgon2 {
  readonly algorithm: 'argon2id' | 'argon2i' | 'argon2d'
  readonly version: 16 | 19
  readonly memoryKiB: number
  readonly iterations: number
  readonly parallelism: number
  readonly saltBytes: number
  readonly outputBytes: number
  readonly text: string
}

export interface StoredBcrypt {
  readonly algorithm: 'bcrypt'
  readonly cost: number
  readonly text: string
}

/**
 * Reads a stored hash, and computes nothing.
 *
 * Known are argon2 in the PHC string format (id, i and d; version 19, and 16 from before RFC 9106, whose oldest
 * writers leave the version out) and bcrypt as `$2a$`, `$2b$` and `$2y$`. Only what a hashing library would have
 * written is accepted: every figure without leading zeros and in its order, base64 without padding and without
 * stray bits, a salt of 8 to 64 bytes, an output of 16 to 64. `$2x$` is not known: it marks hashes of an
 * implementation that mangled characters beyond ASCII, which no library here repeats.
 *
 * @throws {UnsupportedHashError} for everything else. The message does not repeat the hash.
 */
export function readStoredHash(text: string): StoredHash {
  const stored = readArgon2(text) ?? readBcrypt(text)
  if (stored) return stored
  throw new UnsupportedHashError(
    'The stored password hash is damaged or of a kind that is not known. Known are argon2id, argon2i and argon2d ' +
      'in the PHC string format, and bcrypt ($2a$, $2b$, $2y$).',
  )
}

const ARGON2 =
  /^\$(argon2id|argon2i|argon2d)\$(?:v=(16|19)\$)?m=([1-9]\d{0,9}),t=([1-9]\d{0,9}),p=([1-9]\d{0,2})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/

function readArgon2(text: string): StoredArgon2 | undefined {
  const [, algorithm, version, memory, iterations, lanes, salt, output] = ARGON2.exec(text) ?? []
  const saltBytes = base64Bytes(salt)
  const outputBytes = base64Bytes(output)
  if (!saltBytes || !outputBytes) return undefined
  const memoryKiB = Number(memory)
  const parallelism = Number(lanes)
  // RFC 9106 §3.1: eight blocks of 1 KiB at least for each lane. The library has at most 255 lanes.
  if (parallelism > 255 || memoryKiB < 8 * parallelism) return undefined
  return {
    algorithm: algorithm as StoredArgon2['algorithm'],
    version: version === '19' ? 19 : 16,
    memoryKiB,
    iterations: Number(iterations),
    parallelism,
    saltBytes,
    outputBytes,
    text,
  }
}

// 16 bytes of salt in 22 characters, 23 of output in 31: the last character of each has bits that must be zero.
const BCRYPT = /^\$2[aby]\$(0[4-9]|[12]\d|3[01])\$[./A-Za-z0-9]{21}[.Oeu][./A-Za-z0-9]{30}[.CGKOSWaeimquy26]$/

function readBcrypt(text: string): StoredBcrypt | undefined {
  const cost = BCRYPT.exec(text)?.[1]
  return cost ? { algorithm: 'bcrypt', cost: Number(cost), text } : undefined
}

/** How many bytes canonical base64 stands for; `undefined` when it is not canonical. */
function base64Bytes(text = ''): number | undefined {
  const bytes = Buffer.from(text, 'base64')
  return text !== '' && bytes.toString('base64').replace(/=+$/, '') === text ? bytes.length : undefined
}
