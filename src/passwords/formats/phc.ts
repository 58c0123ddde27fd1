import type { StoredArgon2 } from '../algorithms/argon2.ts'
import { DIGEST_BYTES, type DigestName } from '../algorithms/digest.ts'
import { MAX_PBKDF2_ITERATIONS, type StoredPbkdf2 } from '../algorithms/pbkdf2.ts'
import { isScrypt, type StoredScrypt } from '../algorithms/scrypt.ts'
import { readBase64 } from './base64.ts'

/**
 * The PHC string format: argon2 (id, i and d; version 19, and 16 from before RFC 9106, whose oldest writers leave the
 * version out), scrypt, and PBKDF2 as the format has it and as passlib writes it, with `.` for `+`.
 */
export function readPhc(text: string): StoredArgon2 | StoredScrypt | StoredPbkdf2 | undefined {
  return readPhcArgon2(text) ?? readPhcScrypt(text) ?? readPhcPbkdf2(text)
}

const ARGON2 =
  /^\$(argon2id|argon2i|argon2d)\$(?:v=(16|19)\$)?m=([1-9]\d{0,9}),t=([1-9]\d{0,9}),p=([1-9]\d{0,2})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/

/** An argon2 hash with a salt of 8 to 64 bytes and an output of 16 to 64. */
export function readPhcArgon2(text: string): StoredArgon2 | undefined {
  const [, algorithm, version, memory, iterations, lanes, salt = '', output = ''] = ARGON2.exec(text) ?? []
  const saltBytes = readBase64(salt, PHC)?.length
  const outputBytes = readBase64(output, PHC)?.length
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

const SCRYPT =
  /^\$scrypt\$ln=([1-9]|[12]\d|3[01]),r=([1-9]\d{0,9}),p=([1-9]\d{0,9})\$([A-Za-z0-9+/]{0,86})\$([A-Za-z0-9+/]{22,86})$/

function readPhcScrypt(text: string): StoredScrypt | undefined {
  const [, exponent, blockSize, parallelization, salt = '', output = ''] = SCRYPT.exec(text) ?? []
  const figures = {
    cost: 2 ** Number(exponent),
    blockSize: Number(blockSize),
    parallelization: Number(parallelization),
  }
  const saltBytes = readBase64(salt, PHC)
  const outputBytes = readBase64(output, PHC)
  if (!saltBytes || !outputBytes?.length || !isScrypt(figures)) return undefined
  return { algorithm: 'scrypt', ...figures, salt: saltBytes, output: outputBytes }
}

const PBKDF2 =
  /^\$pbkdf2(?:-(sha1|sha256|sha384|sha512))?\$(?:i=([1-9]\d{0,9})(?:,l=([1-9]\d?))?|([1-9]\d{0,9}))\$([A-Za-z0-9+/.]{0,1366})\$([A-Za-z0-9+/.]{27,86})$/

/** `i=` is the format's own way of writing; a bare figure is passlib's, which has no `sha1` in the name either. */
function readPhcPbkdf2(text: string): StoredPbkdf2 | undefined {
  const [, name = 'sha1', marked, length, bare, salt = '', output = ''] = PBKDF2.exec(text) ?? []
  const digest = name as DigestName
  const iterations = Number(marked ?? bare)
  const spelling = { padded: false, alphabet: bare ? 'dot' : 'standard' } as const
  const saltBytes = readBase64(salt, spelling)
  const outputBytes = readBase64(output, spelling)
  if (!saltBytes || outputBytes?.length !== DIGEST_BYTES[digest]) return undefined
  if (iterations > MAX_PBKDF2_ITERATIONS || (length && Number(length) !== outputBytes.length)) return undefined
  return { algorithm: 'pbkdf2', digest, iterations, salt: saltBytes, output: outputBytes }
}

const PHC = { padded: false, alphabet: 'standard' } as const
