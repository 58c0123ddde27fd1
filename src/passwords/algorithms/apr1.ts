import { createHash, timingSafeEqual } from 'node:crypto'

/** MD5 in 1,000 rounds, as Apache's `htpasswd -m` has always written it. Takes about a millisecond. */
export interface StoredApr1 {
  readonly algorithm: 'apr1'
  readonly salt: string
  /** 22 characters of crypt(3)'s own base64. */
  readonly output: string
}

/**
 * Verifies a hash as Apache describes it ("Password Formats"). crypt(3) has the same algorithm as `$1$`. Takes about a
 * millisecond of the main thread.
 */
export async function verifyApr1({ salt, output }: StoredApr1, password: string): Promise<boolean> {
  return timingSafeEqual(Buffer.from(apr1(Buffer.from(password), salt)), Buffer.from(output))
}

const ROUNDS = 1000

function apr1(password: Buffer, salt: string): string {
  const saltBytes = Buffer.from(salt)
  const inner = md5(password, saltBytes, password)
  const first = [password, MAGIC, saltBytes]
  for (let left = password.length; left > 0; left -= 16) first.push(inner.subarray(0, Math.min(16, left)))
  // One byte for each binary digit of the length, the lowest first: NUL for 1, the first byte of the password for 0.
  for (let bits = password.length; bits > 0; bits >>= 1) first.push(bits & 1 ? NUL : password.subarray(0, 1))

  let digest = md5(...first)
  for (let round = 0; round < ROUNDS; round += 1) {
    const isOdd = round % 2 === 1
    const parts = [isOdd ? password : digest]
    if (round % 3 !== 0) parts.push(saltBytes)
    if (round % 7 !== 0) parts.push(password)
    parts.push(isOdd ? digest : password)
    digest = md5(...parts)
  }
  return encode(digest)
}

const MAGIC = Buffer.from('$apr1$')
const NUL = Buffer.alloc(1)

function md5(...parts: Buffer[]): Buffer {
  const hash = createHash('md5')
  for (const part of parts) hash.update(part)
  return hash.digest()
}

const ALPHABET = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** The bytes of the digest that make up each four characters, the highest first. The last byte stands alone. */
const GROUPS = [
  [0, 6, 12],
  [1, 7, 13],
  [2, 8, 14],
  [3, 9, 15],
  [4, 10, 5],
] as const

function encode(digest: Buffer): string {
  const byte = (at: number) => digest.readUInt8(at)
  const groups = GROUPS.map(([high, middle, low]) =>
    characters((byte(high) << 16) | (byte(middle) << 8) | byte(low), 4),
  )
  return groups.join('') + characters(byte(11), 2)
}

/** Six bits a character, the lowest first. */
function characters(value: number, count: number): string {
  return Array.from({ length: count }, (_, at) => ALPHABET.charAt((value >> (6 * at)) & 63)).join('')
}
