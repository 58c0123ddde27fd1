import { createHash, createHmac } from 'node:crypto'
import { verify } from '@node-rs/bcrypt'

export interface StoredBcrypt {
  readonly algorithm: 'bcrypt'
  readonly cost: number
  /** As crypt(3) writes it, without what another system put around it. */
  readonly text: string
  /**
   * Set when a SHA-256 of the password went into bcrypt, so that no byte is left out: in hexadecimal (Django), in base64,
   * or as an HMAC in base64 whose key is the salt as text (passlib).
   */
  readonly preHash?: 'sha256' | 'sha256-base64' | 'hmac-sha256-base64'
}

export function verifyBcrypt(stored: StoredBcrypt, password: string): Promise<boolean> {
  return verify(inputOf(stored, password), stored.text)
}

function inputOf({ text, preHash }: StoredBcrypt, password: string): string {
  switch (preHash) {
    case 'sha256':
      return createHash('sha256').update(password).digest('hex')
    case 'sha256-base64':
      return createHash('sha256').update(password).digest('base64')
    case 'hmac-sha256-base64':
      return createHmac('sha256', saltOf(text)).update(password).digest('base64')
    default:
      return password
  }
}

/** The 22 characters behind `$2b$12$`. */
function saltOf(text: string): string {
  return text.slice(7, 29)
}
