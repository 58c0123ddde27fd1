import { createHash, timingSafeEqual } from 'node:crypto'

/** One round of a hash function over password and salt: computed in microseconds, and guessed as fast. */
export interface StoredDigest {
  readonly algorithm: 'digest'
  readonly digest: DigestName
  /** Empty when there is none. */
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
 * UTF-8, and Latin-1 where that is something else: Zope on Python 3 hashes `Grüße` so, and what it stores looks like
 * that of others. Besides the password itself, at most its own bytes read in the wrong encoding match.
 */
function spellings(password: string): Buffer[] {
  const utf8 = Buffer.from(password)
  const latin1 = Buffer.from(password, 'latin1')
  const isLatin1 = latin1.toString('latin1') === password
  return isLatin1 && !latin1.equals(utf8) ? [utf8, latin1] : [utf8]
}
