import type { StoredBcrypt } from '../algorithms/bcrypt.ts'
import { DIGEST_BYTES, type StoredDigest } from '../algorithms/digest.ts'
import { readBcrypt } from './crypt.ts'

/**
 * What Zope and Plone keep beyond the schemes of LDAP: `{BCRYPT}`, `{SHA256}` with the output in hexadecimal, and from
 * early days a SHA-1 in hexadecimal and nothing else.
 */
export function readZope(text: string): StoredBcrypt | StoredDigest | undefined {
  if (/^\{BCRYPT\}/i.test(text)) return readBcrypt(text.slice('{BCRYPT}'.length))
  const [, scheme, hex = ''] = /^(\{[Ss][Hh][Aa]256\})?([0-9a-f]+)$/.exec(text) ?? []
  const digest = scheme ? 'sha256' : 'sha1'
  if (hex.length !== 2 * DIGEST_BYTES[digest]) return undefined
  return { algorithm: 'digest', digest, salt: Buffer.alloc(0), output: Buffer.from(hex, 'hex') }
}
