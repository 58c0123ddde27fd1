import { randomBytes } from 'node:crypto'
import { crc32 } from 'node:zlib'

/**
 * Makes a token: the prefix, 192 random bits, and a checksum, such as `harbour_4fK…`. Scanners find a leaked token by its
 * prefix, and tell it from other texts by its checksum.
 */
export function newToken(prefix: string): string {
  const secret = `${prefix}_${base62(BigInt(`0x${randomBytes(24).toString('hex')}`)).padStart(SECRET_LENGTH, '0')}`
  return secret + checksumOf(secret)
}

/** Tells whether a text is a token with this prefix and a right checksum. A token that was mistyped costs no query. */
export function isToken(text: string, prefix: string): boolean {
  if (text.length !== prefix.length + 1 + SECRET_LENGTH + CHECKSUM_LENGTH || !text.startsWith(`${prefix}_`))
    return false
  if (!/^[0-9A-Za-z]+$/.test(text.slice(prefix.length + 1))) return false
  return text.endsWith(checksumOf(text.slice(0, -CHECKSUM_LENGTH)))
}

function checksumOf(text: string): string {
  return base62(BigInt(crc32(text))).padStart(CHECKSUM_LENGTH, '0')
}

function base62(value: bigint): string {
  let text = ''
  for (let rest = value; rest > 0n; rest /= 62n) text = (DIGITS[Number(rest % 62n)] ?? '') + text
  return text
}

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
/** 192 bits have at most 33 digits, 32 bits at most 6. */
const SECRET_LENGTH = 33
const CHECKSUM_LENGTH = 6
