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

/** The cost of hashes, and how many are computed at once. */
export interface PasswordHasherOptions extends HashingCostsOptions, HashQueueOptions {
  /** @internal Called at the start of every hash with the hash that is computed. */
  readonly onHash?: (hash: StoredHash) => void
}

export interface PasswordHasher {
  /**
   * Hashes a new password for storing: argon2id in the PHC string format, with a fresh random salt.
   *
   * @throws {PasswordRefusedError} when the password could never be verified: over 1,024 bytes of UTF-8, or with half a
   * surrogate pair. All other rules are in the password policy.
   * @throws {HashingBusyError} when too many hashes wait already.
   */
  hash(password: string, signal?: AbortSignal): Promise<string>

  /**
   * Checks a password against a stored hash. A wrong password is an answer, never an exception.
   *
   * `outdated` asks for a new hash when the password matched. A stored hash is outdated when another system made it, or
   * when it is an older argon2 or weaker than new hashes. A stronger hash is kept.
   *
   * Against the hash of another system, the password is checked as typed, without normalising. The limits of that hash
   * hold until it is replaced: bcrypt reads only the first 72 bytes. A password with a NUL is refused, because some
   * implementations stop at the NUL and others start again at the beginning.
   *
   * @throws {UnsupportedHashError} when the stored hash is damaged, of an unknown kind or over the ceiling. Thrown
   * before any hash is computed.
   * @throws {HashingBusyError} when too many hashes wait already.
   */
  verify(password: string, storedHash: string, signal?: AbortSignal): Promise<PasswordVerdict>

  /**
   * Takes the time of a wrong password, and returns no answer. Called for users who are unknown, disabled or without a
   * password. Why: the time of a refusal must not tell these users apart (OWASP ASVS 5.0 V6.3.8).
   *
   * @throws {HashingBusyError} when too many hashes wait already.
   */
  refuse(password: string, signal?: AbortSignal): Promise<void>

  /**
   * Checks a stored hash without computing anything.
   *
   * @throws {UnsupportedHashError} when passwords cannot be checked against this hash.
   */
  assertVerifiable(storedHash: string): void

  /** Returns true when the queue is too full for one more hash, with `logins` under way that may need one hash each. */
  isBusy(logins: number): boolean

  /** Counts of computed, running and waiting hashes, for metrics. */
  readonly stats: HashQueueStats
}

export interface PasswordVerdict {
  readonly matches: boolean
  readonly outdated: boolean
}

/**
 * Hashes passwords with argon2id, and verifies hashes that other systems made.
 *
 * Every call of `verify` and `refuse` computes at least one hash, whatever the password and the answer. Some passwords
 * cannot be right: too long, malformed, or with a NUL against the hash of another system. For them, one hash with the
 * parameters of new hashes is computed over a stand-in text.
 *
 * A digest, `$apr1$` or PBKDF2 may take microseconds. The quick answer would then tell that the user exists, because
 * the refusal of an unknown name is slower. Therefore a second hash is computed beside these, with the parameters of
 * new hashes. Both run in one turn of the queue, and both count in `stats.computed`.
 *
 * A user remains visible in the time of the answer when the stored hash takes longer than new ones, or is a weak
 * bcrypt, argon2 or scrypt. The next login replaces an outdated hash.
 *
 * ```ts
 * const passwords = createPasswordHasher()
 * const stored = await passwords.hash('correct horse battery staple')
 * await passwords.verify('correct horse battery staple', stored) // { matches: true, outdated: false }
 * ```
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

  /** Computes all hashes one after the other, in one turn of the queue. Returns the answer of the first. */
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

/** Hashed in place of a password that cannot be right. The result is ignored. */
const STAND_IN = 'stand-in'

/** Makes a hash with the parameters of new hashes that matches no password. Why: its output is random. */
function createDecoy({ memoryKiB, iterations, parallelism }: Argon2Parameters): StoredHash {
  const [salt, output] = [SALT_BYTES, OUTPUT_BYTES].map((size) =>
    randomBytes(size).toString('base64').replace(/=+$/, ''),
  )
  return readStoredHash(`$argon2id$v=19$m=${memoryKiB},t=${iterations},p=${parallelism}$${salt}$${output}`)
}
