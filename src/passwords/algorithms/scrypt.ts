import { type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

/** A hash of scrypt (RFC 7914 §2: N, r and p). */
export interface StoredScrypt {
  readonly algorithm: 'scrypt'
  readonly cost: number
  readonly blockSize: number
  readonly parallelization: number
  readonly salt: Buffer
  readonly output: Buffer
}

type ScryptParameters = Pick<StoredScrypt, 'cost' | 'blockSize' | 'parallelization'>

const derive = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt)

export async function verifyScrypt(stored: StoredScrypt, password: string): Promise<boolean> {
  const { cost, blockSize, parallelization, salt, output } = stored
  // OpenSSL counts the table of N + 2 blocks, which the lanes use in turn, and one block for each lane.
  const maxmem = 128 * blockSize * (cost + 2 + parallelization)
  const parameters = { cost, blockSize, parallelization, maxmem }
  return timingSafeEqual(await derive(password, salt, output.length, parameters), output)
}

/** Returns true when scrypt is defined for these figures: RFC 7914 §2 and §6. */
export function isScrypt({ cost, blockSize, parallelization }: ScryptParameters): boolean {
  const exponent = Math.log2(cost)
  if (!Number.isInteger(exponent) || exponent < 1 || exponent > 31 || exponent >= 16 * blockSize) return false
  return blockSize >= 1 && parallelization >= 1 && blockSize * parallelization < 2 ** 30
}

/**
 * Memory that scrypt walks through, in KiB: 128·N·r bytes for each lane. Lanes are computed one after the other, so the
 * figure stands for the time as well.
 */
export function scryptKiB({ cost, blockSize, parallelization }: ScryptParameters): number {
  return (cost * blockSize * parallelization) / 8
}
