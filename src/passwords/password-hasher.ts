import { randomBytes } from 'node:crypto'
import { hash as argon2Hash } from '@node-rs/argon2'
import { PasswordRefusedError } from '../errors.ts'
import { createHashQueue, type HashQueueOptions, type HashQueueStats } from './hash-queue.ts'
import {
  type Argon2Parameters,
  type HashingCostsOptions,
  isCheap,
  isOutdated,
  OUTPUT_BYTES,
  readHashingCosts,
  refuseOverCeiling,
  SALT_BYTES,
} from './hashing-costs.ts'
import { MAX_PASSWORD_BYTES, readPassword } from './read-password.ts'
import { readStoredHash, type StoredHash } from './read-stored-hash.ts'
import { isForeign, verifyStoredHash } from './verify-stored-hash.ts'

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
   * `outdated` asks for a new hash when the password matched: another system made the stored one, or it is
   * an older argon2, or weaker than new ones. A stronger one is not outdated.
   *
   * Against the hash of another system, the password is checked as typed, without normalising, and the limits of
   * that hash hold until it is replaced. bcrypt reads no more than 72 bytes. A password with a NUL never matches,
   * because some implementations stop there and others go round to the start.
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

  /** @throws {UnsupportedHashError} when no password can be checked against this hash. Computes nothing. */
  assertVerifiable(storedHash: string): void

  /** Whether there is no room for one more hash, where so many logins are under way that may need one each. */
  isBusy(logins: number): boolean

  /** How many hashes were computed, are running and are waiting, for metrics. */
  readonly stats: HashQueueStats
}

export interface PasswordVerdict {
  readonly matches: boolean
  readonly outdated: boolean
}

/**
 * Hashes passwords with argon2id, and verifies hashes that other systems made.
 *
 * Every call computes one hash, whatever the password and whatever the answer. A password that cannot be right (too
 * long, malformed, a NUL against the hash of another system) is neither cut short nor sent to the hash, but costs one
 * hash with the parameters of new ones all the same.
 *
 * A digest, `$apr1$` or PBKDF2 may take microseconds, so that an answer would come back sooner than the refusal of an
 * unknown name and tell that there is such a user. Against these a second hash is computed, with the parameters of
 * new ones: both in one turn of the queue, and both counted in `stats.computed`. What remains visible in time is a
 * user whose hash takes longer than new ones, or is a weak bcrypt, argon2 or scrypt, until the next login replaces it.
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
      const asTyped = isForeign(stored)
      if (!read.usable || (asTyped && password.includes('\0'))) {
        await compute([decoy], STAND_IN, signal)
        return { matches: false, outdated }
      }
      const hashes: Hashes = isCheap(stored) ? [stored, decoy] : [stored]
      return { matches: await compute(hashes, asTyped ? password : read.text, signal), outdated }
    },

    async refuse(password, signal) {
      const read = readPassword(password)
      await compute([decoy], read.usable ? read.text : STAND_IN, signal)
    },

    assertVerifiable: (storedHash) => refuseOverCeiling(readStoredHash(storedHash), ceiling),

    isBusy: queue.isFull,

    get stats() {
      return queue.stats
    },
  }

  /** In one turn, one after the other. What the first says is the answer. */
  function compute([stored, ...more]: Hashes, password: string, signal: AbortSignal | undefined): Promise<boolean> {
    const computeOne = (hash: StoredHash) => {
      options.onHash?.(hash)
      return verifyStoredHash(hash, password)
    }
    return queue.run(
      async () => {
        const matches = await computeOne(stored)
        for (const hash of more) await computeOne(hash)
        return matches
      },
      signal,
      1 + more.length,
    )
  }
}

type Hashes = readonly [StoredHash, ...StoredHash[]]

/** Hashed in place of a password that cannot be right. Its result is never looked at. */
const STAND_IN = 'stand-in'

/** A hash with the parameters of new ones that no password has: its output is random, not computed. */
function createDecoy({ memoryKiB, iterations, parallelism }: Argon2Parameters): StoredHash {
  const [salt, output] = [SALT_BYTES, OUTPUT_BYTES].map((size) =>
    randomBytes(size).toString('base64').replace(/=+$/, ''),
  )
  return readStoredHash(`$argon2id$v=19$m=${memoryKiB},t=${iterations},p=${parallelism}$${salt}$${output}`)
}
