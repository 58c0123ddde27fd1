import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import type { Keyring } from './keyring.ts'

/**
 * Seals a text: JWE compact serialisation (RFC 7516), `alg: dir`, `enc: A256GCM`, under the current key of the ring.
 *
 * Synchronous on purpose: on the way of a request, asynchronous cryptography would wait on the thread pool behind
 * the hashing of passwords.
 */
export function seal(keyring: Keyring, text: string): string {
  const { header, key } = keyring.current
  const iv = randomBytes(IV_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES })
  cipher.setAAD(Buffer.from(header, 'ascii'))
  const ciphertext = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return [header, '', encode(iv), encode(ciphertext), encode(cipher.getAuthTag())].join('.')
}

/**
 * Unseals what {@link seal} made under any key of the ring, or returns undefined: for whatever is malformed, changed,
 * of another key, application or purpose, or over 4,096 bytes. Never throws.
 */
export function unseal(keyring: Keyring, sealed: string): string | undefined {
  if (sealed.length > MAX_SEALED_LENGTH) return undefined
  const [header, encryptedKey, iv, ciphertext, tag, ...rest] = sealed.split('.')
  if (header === undefined || encryptedKey !== '' || rest.length > 0) return undefined
  // The header is compared as a whole: whoever seals with our key writes it as we do, and nothing of it is parsed.
  const key = keyring.find(header)?.key
  const ivBytes = decode(iv)
  const ciphertextBytes = decode(ciphertext)
  const tagBytes = decode(tag)
  if (!key || ivBytes?.length !== IV_BYTES || !ciphertextBytes || tagBytes?.length !== TAG_BYTES) return undefined
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, ivBytes, { authTagLength: TAG_BYTES })
    decipher.setAAD(Buffer.from(header, 'ascii'))
    decipher.setAuthTag(tagBytes)
    return decipher.update(ciphertextBytes, undefined, 'utf8') + decipher.final('utf8')
  } catch {
    return undefined
  }
}

const IV_BYTES = 12
const TAG_BYTES = 16
const MAX_SEALED_LENGTH = 4096

function encode(bytes: Buffer): string {
  return bytes.toString('base64url')
}

/** Node reads base64url leniently. Comparing with what it would write leaves one spelling of every token. */
function decode(text: string | undefined): Buffer | undefined {
  if (text === undefined) return undefined
  const bytes = Buffer.from(text, 'base64url')
  return encode(bytes) === text ? bytes : undefined
}
