import { createHash } from 'node:crypto'
import { verify } from '@node-rs/bcrypt'

export interface StoredBcrypt {
  readonly algorithm: 'bcrypt'
  readonly cost: number
  /** As crypt(3) writes it, without what another system put around it. */
  readonly text: string
  /** Set when not the password went into bcrypt, but its SHA-256 in hexadecimal, so that no byte is left out. */
  readonly preHash?: 'sha256'
}

export function verifyBcrypt({ text, preHash }: StoredBcrypt, password: string): Promise<boolean> {
  return verify(preHash ? createHash(preHash).update(password).digest('hex') : password, text)
}
