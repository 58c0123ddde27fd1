import type { StoredArgon2 } from '../algorithms/argon2.ts'
import type { StoredBcrypt } from '../algorithms/bcrypt.ts'
import { DIGEST_BYTES, type DigestName, type StoredDigest } from '../algorithms/digest.ts'
import { MAX_PBKDF2_ITERATIONS, type StoredPbkdf2 } from '../algorithms/pbkdf2.ts'
import { readBase64, readLooseBase64 } from './base64.ts'
import { readBcrypt } from './crypt.ts'
import { readPhcArgon2 } from './phc.ts'

/**
 * Reads a scheme in braces and its value (RFC 3112, RFC 2307), as LDAP directories keep it in `userPassword`. The name
 * of the scheme is read in any case.
 *
 * - `{SHA}`, `{SHA256}`, `{SHA384}`, `{SHA512}`, and with a salt behind the output `{SSHA}` and so on
 * - `{CRYPT}` around the text of crypt(3), if it is bcrypt; Dovecot says `{BLF-CRYPT}`
 * - `{ARGON2}`, `{PBKDF2-SHA256}` and the other PBKDF2 schemes of OpenLDAP's modules; Dovecot says `{ARGON2ID}` and
 *   `{ARGON2I}`
 */
export function readLdap(text: string): StoredDigest | StoredBcrypt | StoredArgon2 | StoredPbkdf2 | undefined {
  const [, name = '', rest = ''] = /^\{([A-Za-z0-9-]{3,13})\}(.+)$/.exec(text) ?? []
  const scheme = name.toUpperCase()
  if (scheme === 'CRYPT' || scheme === 'BLF-CRYPT') return readBcrypt(rest)
  if (/^ARGON2I?D?$/.test(scheme)) return readArgon2(rest)
  return readDigest(scheme, rest) ?? readPbkdf2(scheme, rest)
}

const DIGESTS: ReadonlyMap<string, DigestName> = new Map([
  ['SHA', 'sha1'],
  ['SHA256', 'sha256'],
  ['SHA384', 'sha384'],
  ['SHA512', 'sha512'],
])

const LONGEST_SALT = 64

/** Reads the output and then the salt, together in base64. Old versions of Zope used the alphabet for URLs. */
function readDigest(scheme: string, rest: string): StoredDigest | undefined {
  const isSalted = scheme.startsWith('SSHA')
  const digest = DIGESTS.get(isSalted ? scheme.slice(1) : scheme)
  const bytes = readBase64(rest, PADDED) ?? readBase64(rest, PADDED_FOR_URLS)
  if (!digest || !bytes) return undefined
  const size = DIGEST_BYTES[digest]
  const saltBytes = bytes.length - size
  if (isSalted ? saltBytes < 1 || saltBytes > LONGEST_SALT : saltBytes !== 0) return undefined
  return { algorithm: 'digest', digest, salt: bytes.subarray(size), output: bytes.subarray(0, size) }
}

function readArgon2(rest: string): StoredArgon2 | undefined {
  const stored = readPhcArgon2(rest)
  return stored && { ...stored, isForeign: true }
}

const PBKDF2S: ReadonlyMap<string, DigestName> = new Map([
  ['PBKDF2', 'sha1'],
  ['PBKDF2-SHA1', 'sha1'],
  ['PBKDF2-SHA256', 'sha256'],
  ['PBKDF2-SHA512', 'sha512'],
])

/**
 * Reads iterations, salt and output, as passlib writes them or in usual base64. passlib writes `.` for `+` and omits
 * the padding.
 */
function readPbkdf2(scheme: string, rest: string): StoredPbkdf2 | undefined {
  const digest = PBKDF2S.get(scheme)
  const [, figure, salt = '', text = ''] =
    /^([1-9]\d{0,9})\$([A-Za-z0-9./+=]{0,1368})\$([A-Za-z0-9./+=]+)$/.exec(rest) ?? []
  const alphabet = (salt + text).includes('+') ? 'standard' : 'dot'
  const saltBytes = readLooseBase64(salt, alphabet)
  const output = readLooseBase64(text, alphabet)
  const iterations = Number(figure)
  if (!digest || !saltBytes || output?.length !== DIGEST_BYTES[digest]) return undefined
  if (iterations > MAX_PBKDF2_ITERATIONS) return undefined
  return { algorithm: 'pbkdf2', digest, iterations, salt: saltBytes, output }
}

const PADDED = { padded: true, alphabet: 'standard' } as const
const PADDED_FOR_URLS = { padded: true, alphabet: 'url' } as const
