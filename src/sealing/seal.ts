import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { HEADER_LENGTH, type Keyring } from './keyring.ts'

/**
 * Seals a text: JWE compact serialisation (RFC 7516), `alg: dir`, `enc: A256GCM`, under the current key of the ring.
 *
 * Synchronous on purpose: on the way of a request, asynchronous cryptography would wait on the thread pool behind
 * the hashing of passwords.
 */
export function seal(keyring: Keyring, text: string): string {
  const { header, headerBytes, key } = keyring.current
  const iv = randomBytes(IV_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key, iv, WITH_WHOLE_TAG)
  cipher.setAAD(headerBytes)
  const ciphertext = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return [header, '', encode(iv), encode(ciphertext), encode(cipher.getAuthTag())].join('.')
}

/** Returns how many characters a text has once it is sealed, under whatever key. */
export function sealedLength(text: string): number {
  return HEADER_LENGTH + IV_LENGTH + Math.ceil((Buffer.byteLength(text) * 4) / 3) + TAG_LENGTH + DOTS
}

/**
 * Unseals what {@link seal} made under any key of the ring, or returns undefined: for whatever is malformed, changed,
 * of another key, application or purpose, or over 4,096 bytes. Never throws.
 */
export function unseal(keyring: Keyring, sealed: string): string | undefined {
  if (sealed.length > MAX_SEALED_LENGTH) return undefined
  // The header is compared as a whole: whoever seals with our key writes it as we do, and nothing of it is parsed.
  const sealingKey = keyring.find(sealed)
  if (!sealingKey) return undefined
  const ivAt = sealingKey.header.length + 2
  const ciphertextAt = ivAt + IV_LENGTH + 1
  const tagAt = sealed.length - TAG_LENGTH
  // Everything but the ciphertext has one length only. What else has a dot, or none where one belongs, is no base64url.
  if (tagAt - 1 < ciphertextAt || !sealed.startsWith('..', ivAt - 2)) return undefined
  if (sealed[ciphertextAt - 1] !== '.' || sealed[tagAt - 1] !== '.') return undefined
  const ciphertext = sealed.slice(ciphertextAt, tagAt - 1)
  if (!decode(sealed.slice(ivAt, ciphertextAt - 1), IV) || !decode(sealed.slice(tagAt), TAG)) return undefined
  const ciphertextBytes = CIPHERTEXT.subarray(0, decodedLength(ciphertext))
  if (!decode(ciphertext, ciphertextBytes)) return undefined
  try {
    const decipher = createDecipheriv('aes-256-gcm', sealingKey.key, IV, WITH_WHOLE_TAG)
    decipher.setAAD(sealingKey.headerBytes)
    decipher.setAuthTag(TAG)
    const text = decipher.update(ciphertextBytes)
    // Throws when the tag is not the right one: what came out until then is nobody's.
    decipher.final()
    return text.toString('utf8')
  } catch {
    return undefined
  }
}

const IV_BYTES = 12
const TAG_BYTES = 16
/** In base64url. */
const IV_LENGTH = 16
const TAG_LENGTH = 22
const DOTS = 4
const MAX_SEALED_LENGTH = 4096
/** Node takes shorter tags too unless it is told not to. */
const WITH_WHOLE_TAG = { authTagLength: TAG_BYTES }

// What a token is made of is decoded to the same places every time: new ones would cost as much as decoding. Nothing
// waits while they are in use, and what is secret is never in them.
const IV = Buffer.alloc(IV_BYTES)
const TAG = Buffer.alloc(TAG_BYTES)
const CIPHERTEXT = Buffer.alloc(decodedLength('.'.repeat(MAX_SEALED_LENGTH)))

function encode(bytes: Buffer): string {
  return bytes.toString('base64url')
}

function decodedLength({ length }: string): number {
  return (length * 3) >> 2
}

/**
 * Decodes a text that fills `into`, and says whether it does. Node reads base64url leniently: comparing with what it
 * would write leaves one spelling of every token.
 */
function decode(text: string, into: Buffer): boolean {
  return into.write(text, 'base64url') === into.length && encode(into) === text
}
