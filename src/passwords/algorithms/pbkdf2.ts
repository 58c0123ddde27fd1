import { pbkdf2, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import type { DigestName } from './digest.ts'

/** A hash of PBKDF2 with HMAC (RFC 8018 §5.2). */
export interface StoredPbkdf2 {
  readonly algorithm: 'pbkdf2'
  readonly digest: DigestName
  readonly iterations: number
  readonly salt: Buffer
  readonly output: Buffer
}

/** The limit of `node:crypto`. RFC 8018 sets none. */
export const MAX_PBKDF2_ITERATIONS = 2 ** 31 - 1

const derive = promisify(pbkdf2)

export async function verifyPbkdf2(stored: StoredPbkdf2, password: string): Promise<boolean> {
  const { digest, iterations, salt, output } = stored
  return timingSafeEqual(await derive(password, salt, iterations, output.length, digest), output)
}
