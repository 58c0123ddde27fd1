import type { StoredApr1 } from '../algorithms/apr1.ts'
import type { StoredBcrypt } from '../algorithms/bcrypt.ts'

/** Reads the hashes of crypt(3) and `htpasswd`: bcrypt, and Apache's variant of MD5. */
export function readCrypt(text: string): StoredBcrypt | StoredApr1 | undefined {
  return readBcrypt(text) ?? readApr1(text)
}

// 16 bytes of salt in 22 characters, 23 bytes of output in 31. The last character of each has bits that must be zero.
const BCRYPT = /^\$2[aby]\$(0[4-9]|[12]\d|3[01])\$[./A-Za-z0-9]{21}[.Oeu][./A-Za-z0-9]{30}[.CGKOSWaeimquy26]$/

/**
 * Reads `$2a$`, `$2b$` and `$2y$`. `$2x$` is refused, because it marks hashes of an implementation that mangled
 * characters beyond ASCII. The library here does not repeat that fault.
 */
export function readBcrypt(text: string): StoredBcrypt | undefined {
  const cost = BCRYPT.exec(text)?.[1]
  return cost ? { algorithm: 'bcrypt', cost: Number(cost), text } : undefined
}

// 16 bytes of output in 22 characters: the last one stands for two bits.
const APR1 = /^\$apr1\$([./A-Za-z0-9]{1,8})\$([./A-Za-z0-9]{21}[./01])$/

function readApr1(text: string): StoredApr1 | undefined {
  const [, salt, output] = APR1.exec(text) ?? []
  return salt && output ? { algorithm: 'apr1', salt, output } : undefined
}
