import { createHash, timingSafeEqual } from 'node:crypto'

/** One round of a hash function over password and salt. Computed in microseconds, and guessed as fast. */
export interface StoredDigest {
  readonly algorithm: 'digest'
  readonly digest: DigestName
  /** Empty when the hash is unsalted. */
  readonly salt: Buffer
  readonly output: Buffer
}

export type DigestName = keyof typeof DIGEST_BYTES

export const DIGEST_BYTES = { sha1: 20, sha256: 32, sha384: 48, sha512: 64 } as const

export async function verifyDigest({ digest, salt, output }: StoredDigest, password: string): Promise<boolean> {
  const matches = spellings(password).map((bytes) => {
    return timingSafeEqual(createHash(digest).update(bytes).update(salt).digest(), output)
  })
  return matches.includes(true)
}

/**
 * Returns the bytes of a password in UTF-8, and in Latin-1 where Latin-1 differs.
 *
 * Why: Zope on Python 3 hashes `Grüße` in Latin-1, and its stored hashes look like those of other systems. Besides the
 * password itself, at most its own bytes read in the wrong encoding match.
 */
function spellings(password: string): Buffer[] {
  const utf8 = Buffer.from(password)
  const latin1 = Buffer.from(password, 'latin1')
  const isLatin1 = latin1.toString('latin1') === password
  return isLatin1 && !latin1.equals(utf8) ? [utf8, latin1] : [utf8]
}
