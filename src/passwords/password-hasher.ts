import { randomBytes } from 'node:crypto'
import { hash as argon2Hash, verify as argon2Verify } from '@node-rs/argon2'
import { verify as bcryptVerify } from '@node-rs/bcrypt'
import { PasswordRefusedError } from '../errors.ts'
import { createHashQueue, type HashQueueOptions, type HashQueueStats } from './hash-queue.ts'
import {
  type Argon2Parameters,
  type HashingCostsOptions,
  isOutdated,
  OUTPUT_BYTES,
  readHashingCosts,
  refuseOverCeiling,
  SALT_BYTES,
} from './hashing-costs.ts'
import { MAX_PASSWORD_BYTES, readPassword } from './read-password.ts'
import { readStoredHash, type StoredHash } from './read-stored-hash.ts'

/** What hashes cost, and how many are computed at once. */
export interface PasswordHasherOptions extends HashingCostsOptions, HashQueueOptions {
  /** @internal Called at the start of every hash with what is computed. */
  readonly onHash?: (hash: StoredHash) => void
}

export interface PasswordHasher {
  /**
   * Hashes a new password for storing: argon2id in the PHC string format, with a fresh random salt.
   *
   * @throws {PasswordRefusedError} for a password that could never be verified: over 1,024 bytes of UTF-8, or with
   * half a surrogate pair. All other rules are the password policy's.
   * @throws {HashingBusyError} when too many hashes wait already.
   */
  hash(password: string, signal?: AbortSignal): Promise<string>

  /**
   * Checks a password against a stored hash. A wrong password is an answer, never an exception.
   *
   * `outdated` asks for a new hash when the password matched: the stored one is bcrypt, an older argon2, or weaker
   * than new ones. A stronger one is not outdated.
   *
   * A bcrypt hash comes from another system, so the password is checked as typed, without normalising, and the
   * limits of bcrypt hold until it is replaced: it reads no more than 72 bytes, and a password with a NUL never
   * matches, because the usual implementations stop there and others go round to the start.
   *
   * @throws {UnsupportedHashError} before anything is computed, when the stored hash is damaged, of an unknown kind
   * or over the ceiling.
   * @throws {HashingBusyError} when too many hashes wait already.
   */
  verify(password: string, storedHash: string, signal?: AbortSignal): Promise<PasswordVerdict>

  /**
   * Takes the time of a wrong password, and says nothing. For users who are not known, are disabled or have no
   * password, so that the time of a refusal does not tell them apart (OWASP ASVS 5.0 V6.3.8).
   *
   * @throws {HashingBusyError} when too many hashes wait already.
   */
  refuse(password: string, signal?: AbortSignal): Promise<void>

  /** How many hashes were computed, are running and are waiting, for metrics. */
  readonly stats: HashQueueStats
}

export interface PasswordVerdict {
  readonly matches: boolean
  readonly outdated: boolean
}

/**
 * Hashes passwords with argon2id, and verifies hashes that argon2 or bcrypt made elsewhere.
 *
 * Every call computes exactly one hash, whatever the password and whatever the answer. A password that cannot be
 * right (too long, malformed, a NUL against bcrypt) is neither cut short nor sent to the hash, but costs one hash
 * with the parameters of new ones all the same. What remains visible in time is a user whose hash has other
 * parameters than new ones, until the next login replaces it.
 *
 * @example
 * const passwords = createPasswordHasher()
 * const stored = await passwords.hash('correct horse battery staple')
 * await passwords.verify('correct horse battery staple', stored) // { matches: true, outdated: false }
 *
 * @throws {ConfigurationError} when parameters are out of range, below OWASP's floor or over the ceiling.
 */
export function createPasswordHasher(options: PasswordHasherOptions = {}): PasswordHasher {
  const { live, ceiling } = readHashingCosts(options)
  const queue = createHashQueue(options)
  const decoy = createDecoy(live)

  return {
    async hash(password, signal) {
      const read = readPassword(password)
      if (!read.usable) {
        const reason = read.reason === 'too-long' ? `is longer than ${MAX_PASSWORD_BYTES} bytes` : 'is not valid text'
        throw new PasswordRefusedError(`The password ${reason}.`)
      }
      return await queue.run(() => {
        options.onHash?.(decoy)
        return argon2Hash(read.text, {
          memoryCost: live.memoryKiB,
          timeCost: live.iterations,
          parallelism: live.parallelism,
          outputLen: OUTPUT_BYTES,
          salt: randomBytes(SALT_BYTES),
        })
      }, signal)
    },

    async verify(password, storedHash, signal) {
      const stored = readStoredHash(storedHash)
      refuseOverCeiling(stored, ceiling)
      const outdated = isOutdated(stored, live)
      const read = readPassword(password)
      const isForeign = stored.algorithm === 'bcrypt'
      if (!read.usable || (isForeign && password.includes('\0'))) {
        await compute(decoy, STAND_IN, signal)
        return { matches: false, outdated }
      }
      return { matches: await compute(stored, isForeign ? password : read.text, signal), outdated }
    },

    async refuse(password, signal) {
      const read = readPassword(password)
      await compute(decoy, read.usable ? read.text : STAND_IN, signal)
    },

    get stats() {
      return queue.stats
    },
  }

  function compute(stored: StoredHash, password: string, signal: AbortSignal | undefined): Promise<boolean> {
    return queue.run(() => {
      options.onHash?.(stored)
      return stored.algorithm === 'bcrypt' ? bcryptVerify(password, stored.text) : argon2Verify(stored.text, password)
    }, signal)
  }
}

/** Hashed in place of a password that cannot be right. Its result is never looked at. */
const STAND_IN = 'stand-in'

/** A hash with the parameters of new ones that no password has: its output is random, not computed. */
function createDecoy({ memoryKiB, iterations, parallelism }: Argon2Parameters): StoredHash {
  const [salt, output] = [SALT_BYTES, OUTPUT_BYTES].map((size) =>
    randomBytes(size).toString('base64').replace(/=+$/, ''),
  )
  return readStoredHash(`$argon2id$v=19$m=${memoryKiB},t=${iterations},p=${parallelism}$${salt}$${output}`)
}
