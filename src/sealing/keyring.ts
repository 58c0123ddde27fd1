import { createSecretKey, hkdfSync, type KeyObject, randomBytes } from 'node:crypto'
import { ConfigurationError } from '../errors.ts'

/** The keys of one application for one purpose: the first seals, all of them unseal. */
export interface Keyring {
  readonly current: SealingKey
  /** The `kid` of every key, the current one first. */
  readonly ids: readonly string[]
  /** All keys, the current one first. */
  readonly keys: readonly SealingKey[]
  /** Returns the key whose protected header begins the token, or undefined. Only the named key is used to decrypt. */
  find(sealed: string): SealingKey | undefined
}

export interface SealingKey {
  /** The `kid` of RFC 7516. Derived from the secret one way, so that it keeps the secret hidden. */
  readonly id: string
  /** The protected header of a sealed token, in base64url, as it stands in the token. */
  readonly header: string
  /** The protected header in bytes, as it is authenticated. To be read only. */
  readonly headerBytes: Buffer
  readonly key: KeyObject
}

/** The application and the purpose of keys. Each application and each purpose gets other keys from the same secret. */
export interface KeyPurpose {
  readonly application: string
  readonly purpose: string
}

/** Derives a ring of 256-bit keys from secrets with HKDF-SHA-256 (RFC 5869). */
export function createKeyring(secrets: readonly string[], purpose: KeyPurpose): Keyring {
  const keys = secrets.map((secret) => deriveKey(secret, purpose))
  const [current] = keys
  if (!current) throw new ConfigurationError('A key ring needs at least one secret.')
  const ids = Object.freeze(keys.map(({ id }) => id))
  // All headers have one length. Why: a header is then never the beginning of another header.
  const find = (sealed: string) => keys.find(({ header }) => sealed.startsWith(header))
  return Object.freeze({ current, ids, keys: Object.freeze(keys), find })
}

/**
 * Reads the secrets of an application: one text with commas or line breaks between them, or a list. The first seals.
 *
 * @throws {ConfigurationError} when a secret is short, repeated, monotonous or an example. The message hides the
 * secret.
 */
export function readSecrets(secret: string | readonly string[]): readonly string[] {
  if (typeof secret !== 'string' && !Array.isArray(secret))
    throw new ConfigurationError(`The session secret is a text, or a list of texts. ${HOW_TO}`)
  const secrets = (typeof secret === 'string' ? secret.split(/[,\n]/) : secret)
    .map((each) => String(each).trim())
    .filter(Boolean)
  if (secrets.length === 0) throw new ConfigurationError(`The session secret is empty. ${HOW_TO}`)
  for (const [index, each] of secrets.entries()) {
    const which = secrets.length === 1 ? 'The session secret' : `Session secret ${index + 1} of ${secrets.length}`
    if (each.length < MIN_SECRET_LENGTH) {
      throw new ConfigurationError(
        `${which} is too short: it needs at least ${MIN_SECRET_LENGTH} characters. ${HOW_TO}`,
      )
    }
    if (new Set(each).size < MIN_DISTINCT || /change.?me|example|secret|password|0123456789|abcdefgh/i.test(each)) {
      throw new ConfigurationError(`${which} can be guessed: it repeats itself, or it is an example. ${HOW_TO}`)
    }
    if (secrets.indexOf(each) !== index) throw new ConfigurationError(`${which} stands in the list twice. ${HOW_TO}`)
  }
  return secrets
}

/**
 * Returns a new secret: 256 random bits in base64url.
 *
 * ```ts
 * import { generateSecret } from 'ostiary'
 *
 * console.log(`OSTIARY_SECRET=${generateSecret()}`)
 * ```
 */
export function generateSecret(): string {
  return randomBytes(32).toString('base64url')
}

const MIN_SECRET_LENGTH = 32
const MIN_DISTINCT = 10
const HOW_TO = 'Make one with `npx ostiary secret`, and give it to the application as OSTIARY_SECRET.'

function deriveKey(secret: string, { application, purpose }: KeyPurpose): SealingKey {
  const derive = (use: string, bytes: number): Buffer =>
    Buffer.from(hkdfSync('sha256', secret, '', JSON.stringify(['ostiary', 1, use, purpose, application]), bytes))
  const id = derive('kid', 6).toString('base64url')
  const header = headerOf(id)
  return Object.freeze({
    id,
    header,
    headerBytes: Buffer.from(header, 'ascii'),
    key: createSecretKey(derive('key', 32)),
  })
}

function headerOf(kid: string): string {
  return Buffer.from(JSON.stringify({ alg: 'dir', enc: 'A256GCM', kid })).toString('base64url')
}

/** The length of a protected header in characters. The same for every key. */
export const HEADER_LENGTH = headerOf('of8bytes').length
