import type { StoredBcrypt } from '../algorithms/bcrypt.ts'
import { readBcrypt } from './crypt.ts'

/** Version 1 writes `2b,12`. Version 2 writes `v=2,t=2b,r=12` in any order. */
const PASSLIB = /^\$bcrypt-sha256\$([a-z0-9=,]{4,24})\$([./A-Za-z0-9]{22})\$([./A-Za-z0-9]{31})$/

/** Reads passlib's `bcrypt_sha256`: bcrypt over a SHA-256 of the password. */
export function readPasslibBcrypt(text: string): StoredBcrypt | undefined {
  const [, list = '', salt = '', output = ''] = PASSLIB.exec(text) ?? []
  const [, type, rounds] = /^(2[ab]),([1-9]\d?)$/.exec(list) ?? []
  if (type !== undefined) return read(type, rounds, salt + output, 'sha256-base64')
  const parameters = list.split(',').sort().join()
  const [, cost, ident] = /^r=([1-9]\d?),t=(2[ab]),v=2$/.exec(parameters) ?? []
  return read(ident, cost, salt + output, 'hmac-sha256-base64')
}

function read(
  type: string | undefined,
  cost: string | undefined,
  rest: string,
  preHash: NonNullable<StoredBcrypt['preHash']>,
): StoredBcrypt | undefined {
  const stored = readBcrypt(`$${type}$${cost?.padStart(2, '0')}$${rest}`)
  return stored && { ...stored, preHash }
}
