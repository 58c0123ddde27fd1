import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { HEADER_LENGTH, type Keyring } from './keyring.ts'

/**
 * Seals a text: JWE compact serialisation (RFC 7516), `alg: dir`, `enc: A256GCM`, under the current key of the ring.
 *
 * Synchronous on purpose. Why: asynchronous cryptography would wait in the thread pool behind the hashing of passwords.
 */
export function seal(keyring: Keyring, text: string): string {
  const { header, headerBytes, key } = keyring.current
  const iv = randomBytes(IV_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key, iv, WITH_WHOLE_TAG)
  cipher.setAAD(headerBytes)
  const ciphertext = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return [header, '', encode(iv), encode(ciphertext), encode(cipher.getAuthTag())].join('.')
}

/** Returns the number of characters of a text once it is sealed. The same under every key. */
export function sealedLength(text: string): number {
  return HEADER_LENGTH + IV_LENGTH + Math.ceil((Buffer.byteLength(text) * 4) / 3) + TAG_LENGTH + DOTS
}

/**
 * Unseals a text that {@link seal} made under any key of the ring. Returns undefined, without throwing, for a text that
 * is malformed, changed, longer than `maxLength`, or of another key, application or purpose.
 *
 * @param maxLength Characters that a sealed text may have. Default: 4,096, the longest cookie.
 */
export function unseal(keyring: Keyring, sealed: string, maxLength: number = MAX_SEALED_LENGTH): string | undefined {
  if (sealed.length > maxLength) return undefined
  // The header is compared as a whole, without parsing. Why: every holder of the key writes the same header.
  const sealingKey = keyring.find(sealed)
  if (!sealingKey) return undefined
  const ivAt = sealingKey.header.length + 2
  const ciphertextAt = ivAt + IV_LENGTH + 1
  const tagAt = sealed.length - TAG_LENGTH
  // All parts except the ciphertext have a fixed length. A misplaced dot makes a part invalid base64url.
  if (tagAt - 1 < ciphertextAt || !sealed.startsWith('..', ivAt - 2)) return undefined
  if (sealed[ciphertextAt - 1] !== '.' || sealed[tagAt - 1] !== '.') return undefined
  const ciphertext = sealed.slice(ciphertextAt, tagAt - 1)
  if (!decode(sealed.slice(ivAt, ciphertextAt - 1), IV) || !decode(sealed.slice(tagAt), TAG)) return undefined
  const length = decodedLength(ciphertext)
  const ciphertextBytes = length > CIPHERTEXT.length ? Buffer.alloc(length) : CIPHERTEXT.subarray(0, length)
  if (!decode(ciphertext, ciphertextBytes)) return undefined
  try {
    const decipher = createDecipheriv('aes-256-gcm', sealingKey.key, IV, WITH_WHOLE_TAG)
    decipher.setAAD(sealingKey.headerBytes)
    decipher.setAuthTag(TAG)
    const text = decipher.update(ciphertextBytes)
    // Throws when the tag is wrong: the text that was decrypted until then is thrown away.
    decipher.final()
    return text.toString('utf8')
  } catch {
    return undefined
  }
}

const IV_BYTES = 12
const TAG_BYTES = 16
/** The length in base64url characters. */
const IV_LENGTH = 16
const TAG_LENGTH = 22
const DOTS = 4
const MAX_SEALED_LENGTH = 4096
/** Requires the whole tag. Why: Node accepts shorter tags by default. */
const WITH_WHOLE_TAG = { authTagLength: TAG_BYTES }

// The parts of every token are decoded into the same buffers. Why: new buffers would cost as much as decoding. The
// buffers are only used synchronously, and only for public bytes.
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
 * Decodes a text into `into`. Returns true when the text fills the buffer, and is spelt as Node would write it. Why:
 * Node reads base64url leniently, and each token must have one spelling only.
 */
function decode(text: string, into: Buffer): boolean {
  return into.write(text, 'base64url') === into.length && encode(into) === text
}
