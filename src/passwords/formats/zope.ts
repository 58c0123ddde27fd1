import type { StoredBcrypt } from '../algorithms/bcrypt.ts'
import { DIGEST_BYTES, type StoredDigest } from '../algorithms/digest.ts'
import { readBcrypt } from './crypt.ts'

/**
 * Reads the hashes of Zope and Plone beyond the schemes of LDAP. These are `{BCRYPT}`, `{SHA256}` with the output in
 * hexadecimal, and the bare SHA-1 in hexadecimal of early versions.
 */
export function readZope(text: string): StoredBcrypt | StoredDigest | undefined {
  if (/^\{BCRYPT\}/i.test(text)) return readBcrypt(text.slice('{BCRYPT}'.length))
  const [, scheme, hex = ''] = /^(\{[Ss][Hh][Aa]256\})?([0-9a-f]+)$/.exec(text) ?? []
  const digest = scheme ? 'sha256' : 'sha1'
  if (hex.length !== 2 * DIGEST_BYTES[digest]) return undefined
  return { algorithm: 'digest', digest, salt: Buffer.alloc(0), output: Buffer.from(hex, 'hex') }
}
