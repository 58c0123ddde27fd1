import { createHash, createHmac } from 'node:crypto'
import { verify } from '@node-rs/bcrypt'

export interface StoredBcrypt {
  readonly algorithm: 'bcrypt'
  readonly cost: number
  /** The hash as crypt(3) writes it, without the label of another system. */
  readonly text: string
  /**
   * Set when a SHA-256 of the password went into bcrypt, so that every byte of a long password counts.
   *
   * `sha256` is in hexadecimal (Django), and `sha256-base64` in base64. `hmac-sha256-base64` is an HMAC in base64,
   * keyed with the salt as text (passlib).
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
