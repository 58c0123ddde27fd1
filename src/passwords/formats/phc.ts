import type { StoredArgon2 } from '../algorithms/argon2.ts'
import type { StoredBcrypt } from '../algorithms/bcrypt.ts'
import { DIGEST_BYTES, type DigestName } from '../algorithms/digest.ts'
import { MAX_PBKDF2_ITERATIONS, type StoredPbkdf2 } from '../algorithms/pbkdf2.ts'
import { isScrypt, type StoredScrypt } from '../algorithms/scrypt.ts'
import { readLooseBase64 } from './base64.ts'
import { readPasslibBcrypt } from './passlib-bcrypt.ts'
import { type PhcString, readFigures, readPhcString } from './phc-string.ts'

/**
 * Reads the PHC string format: argon2, scrypt and PBKDF2. Parameters stand in any order, and base64 may be padded.
 *
 * argon2 is id, i or d, of version 19 or of version 16 from before RFC 9106. The oldest writers of version 16 omit the
 * version. PBKDF2 is read as the format has it, and as passlib writes it with `.` for `+`.
 */
export function readPhc(text: string): StoredArgon2 | StoredScrypt | StoredPbkdf2 | StoredBcrypt | undefined {
  if (!text.startsWith('$')) return undefined
  return readPhcArgon2(text) ?? readPhcScrypt(text) ?? readPhcPbkdf2(text) ?? readPasslibBcrypt(text)
}

const ARGON2: ReadonlySet<string> = new Set<StoredArgon2['algorithm']>(['argon2id', 'argon2i', 'argon2d'])

/**
 * Reads an argon2 hash with a salt of 8 to 64 bytes and an output of 16 to 64 bytes. Associated data (`data`) goes into
 * the hash. A hash with a `keyid` is refused, because its key is unknown here.
 */
export function readPhcArgon2(text: string): StoredArgon2 | undefined {
  const phc = readPhcString(text)
  if (!phc || !ARGON2.has(phc.id) || !['16', '19', undefined].includes(phc.version)) return undefined
  const [memoryKiB, iterations, parallelism] = readFigures(phc, ['m', 't', 'p'], ['data']) ?? []
  const [salt, output] = [readLooseBase64(phc.salt, 'standard'), readLooseBase64(phc.output, 'standard')]
  const data = readLooseBase64(phc.parameters.get('data') ?? '', 'standard')
  if (!memoryKiB || !iterations || !parallelism || !salt || !output || !data) return undefined
  if (!isBetween(salt.length, 8, 64) || !isBetween(output.length, 16, 64) || data.length > 32) return undefined
  // RFC 9106 §3.1: at least eight blocks of 1 KiB for each lane. The library has at most 255 lanes.
  if (parallelism > 255 || memoryKiB < 8 * parallelism) return undefined
  return {
    algorithm: phc.id as StoredArgon2['algorithm'],
    version: phc.version === '19' ? 19 : 16,
    memoryKiB,
    iterations,
    parallelism,
    saltBytes: salt.length,
    outputBytes: output.length,
    text: inUsualOrder(phc, salt, output, data),
  }
}

/** Writes the hash in the form that the library always reads. */
function inUsualOrder({ id, version, parameters }: PhcString, salt: Buffer, output: Buffer, data: Buffer): string {
  const figures = ['m', 't', 'p'].map((name) => `${name}=${parameters.get(name)}`)
  const more = data.length > 0 ? [`data=${unpadded(data)}`] : []
  const parts = [id, ...(version === undefined ? [] : [`v=${version}`]), [...figures, ...more].join(',')]
  return ['', ...parts, unpadded(salt), unpadded(output)].join('$')
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '')
}

function readPhcScrypt(text: string): StoredScrypt | undefined {
  const phc = readPhcString(text)
  if (phc?.id !== 'scrypt' || phc.version !== undefined) return undefined
  const [exponent = 0, blockSize = 0, parallelization = 0] = readFigures(phc, ['ln', 'r', 'p']) ?? []
  const figures = { cost: 2 ** exponent, blockSize, parallelization }
  const [salt, output] = [readLooseBase64(phc.salt, 'standard'), readLooseBase64(phc.output, 'standard')]
  if (!salt || salt.length > 64 || !output || !isBetween(output.length, 16, 64)) return undefined
  if (exponent > 31 || !isScrypt(figures)) return undefined
  return { algorithm: 'scrypt', ...figures, salt, output }
}

const PBKDF2 = /^pbkdf2(?:-(sha1|sha256|sha384|sha512))?$/
const PASSLIB = /^\$(pbkdf2(?:-sha1|-sha256|-sha384|-sha512)?)\$([1-9]\d{0,9})\$(.*)$/

/**
 * Reads both ways of writing the rounds: `i=` is the format's own, and a bare figure is passlib's. passlib leaves
 * `sha1` out of the name.
 */
function readPhcPbkdf2(text: string): StoredPbkdf2 | undefined {
  const isBare = PASSLIB.test(text)
  const phc = readPhcString(isBare ? text.replace(PASSLIB, '$$$1$$i=$2$$$3') : text)
  const [, name = 'sha1'] = PBKDF2.exec(phc?.id ?? '') ?? []
  if (!phc || !PBKDF2.test(phc.id) || phc.version !== undefined) return undefined
  const digest = name as DigestName
  const [iterations] = readFigures(phc, ['i'], ['l']) ?? []
  const length = phc.parameters.get('l')
  const alphabet = isBare ? 'dot' : 'standard'
  const [salt, output] = [readLooseBase64(phc.salt, alphabet), readLooseBase64(phc.output, alphabet)]
  if (!iterations || !salt || output?.length !== DIGEST_BYTES[digest]) return undefined
  if (iterations > MAX_PBKDF2_ITERATIONS || (length !== undefined && length !== String(output.length))) return undefined
  return { algorithm: 'pbkdf2', digest, iterations, salt, output }
}

function isBetween(value: number, least: number, most: number): boolean {
  return value >= least && value <= most
}
