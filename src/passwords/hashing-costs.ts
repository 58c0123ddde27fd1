import { ConfigurationError, UnsupportedHashError } from '../errors.ts'
import { MAX_PBKDF2_ITERATIONS } from './algorithms/pbkdf2.ts'
import { scryptKiB } from './algorithms/scrypt.ts'
import type { StoredHash } from './read-stored-hash.ts'

/** The cost of a hash with argon2id (RFC 9106 §3.1: m, t and p). */
export interface Argon2Parameters {
  /** Memory of each hash, in KiB. */
  readonly memoryKiB: number
  /** Passes over the memory. */
  readonly iterations: number
  /** Lanes. More lanes take more threads for a shorter time. */
  readonly parallelism: number
}

/** The highest cost of a stored hash. Why: memory and time are spent before the user is signed in. */
export interface HashCeiling extends Argon2Parameters {
  /** The cost of bcrypt. Each step doubles the time. */
  readonly bcryptCost: number
  /** Rounds of PBKDF2. Django and Werkzeug take a million and more. */
  readonly pbkdf2Iterations: number
  /** Memory of scrypt times its lanes, in KiB: N·r·p/8. */
  readonly scryptKiB: number
}

/** The cost of new hashes, and the highest cost of stored ones. Omitted figures keep their defaults. */
export interface HashingCostsOptions {
  /** Parameters of new hashes. Default: 19,456 KiB, 2 iterations, 1 lane. */
  readonly argon2?: Partial<Argon2Parameters>
  /**
   * Default: 262,144 KiB (256 MiB), 10 iterations, 8 lanes; bcrypt cost 14; 2,000,000 iterations of PBKDF2; 262,144 KiB
   * of scrypt.
   */
  readonly ceiling?: Partial<HashCeiling>
  /** Accepts `argon2` parameters below the floor. Only for tests that compute many hashes. */
  readonly allowWeak?: boolean
}

/** The least that OWASP ASVS 5.0 (V11.4.2, Appendix C) approves for argon2id. The second row is the default. */
const FLOOR = [
  { iterations: 1, memoryKiB: 47_104 },
  { iterations: 2, memoryKiB: 19_456 },
  { iterations: 3, memoryKiB: 12_288 },
] as const

const LIVE: Argon2Parameters = { ...FLOOR[1], parallelism: 1 }
const CEILING: HashCeiling = {
  memoryKiB: 262_144,
  iterations: 10,
  parallelism: 8,
  bcryptCost: 14,
  pbkdf2Iterations: 2_000_000,
  scryptKiB: 262_144,
}

/**
 * Returns the parameters of new hashes and the ceiling for stored ones.
 *
 * @throws {ConfigurationError} when a figure is out of its range, or new hashes would be weaker than OWASP's floor
 * (unless `allowWeak`). Also when new hashes would be over the ceiling, because they could never be verified.
 */
export function readHashingCosts(options: HashingCostsOptions): { live: Argon2Parameters; ceiling: HashCeiling } {
  const live = { ...LIVE, ...options.argon2 }
  const ceiling = { ...CEILING, ...options.ceiling }
  checkArgon2(live, 'argon2')
  checkArgon2(ceiling, 'ceiling')
  checkRange(ceiling.bcryptCost, 4, 31, 'ceiling.bcryptCost')
  checkRange(ceiling.pbkdf2Iterations, 1, MAX_PBKDF2_ITERATIONS, 'ceiling.pbkdf2Iterations')
  checkRange(ceiling.scryptKiB, 1, 2 ** 32 - 1, 'ceiling.scryptKiB')
  if (figures.some((figure) => live[figure] > ceiling[figure])) {
    throw new ConfigurationError(
      `New password hashes would be over the ceiling (${describe(live)} against ${describe(ceiling)}) and could ` +
        'never be verified. Raise ceiling or lower argon2.',
    )
  }
  if (!options.allowWeak && !isStrongEnough(live)) {
    throw new ConfigurationError(
      `argon2 must be at least ${FLOOR.map(describe).join(', or ')} (OWASP ASVS 5.0, Appendix C). It is ` +
        `${describe(live)}. Leave it out for the default.`,
    )
  }
  return { live, ceiling }
}

/** @throws {UnsupportedHashError} when checking a password against this hash would cost more than the ceiling. */
export function refuseOverCeiling(stored: StoredHash, ceiling: HashCeiling): void {
  const excess = excessOf(stored, ceiling)
  if (excess) throw new UnsupportedHashError(`The stored password hash is over the ceiling: ${excess}.`)
}

function excessOf(stored: StoredHash, ceiling: HashCeiling): string | undefined {
  const over = (what: string, value: number, most: number) =>
    value > most ? `${what} ${value} against ${most}` : undefined
  switch (stored.algorithm) {
    case 'bcrypt':
      return over('bcrypt cost', stored.cost, ceiling.bcryptCost)
    case 'pbkdf2':
      return over('PBKDF2 iterations', stored.iterations, ceiling.pbkdf2Iterations)
    case 'scrypt':
      return over('scrypt KiB', scryptKiB(stored), ceiling.scryptKiB)
    case 'digest':
    case 'apr1':
      return undefined
    default:
      if (figures.every((figure) => stored[figure] <= ceiling[figure])) return undefined
      return `${describe(stored)} against ${describe(ceiling)}`
  }
}

/**
 * Returns true when a stored hash should be replaced at the next login, when the password is at hand.
 *
 * Hashes of other systems are outdated, and so is everything but argon2id of the current version. A hash is also
 * outdated when one of its figures is lower than in new hashes. A stronger hash is kept.
 */
export function isOutdated(stored: StoredHash, live: Argon2Parameters): boolean {
  if (stored.algorithm !== 'argon2id' || stored.version !== 19 || stored.isForeign) return true
  if (stored.saltBytes < SALT_BYTES || stored.outputBytes < OUTPUT_BYTES) return true
  return figures.some((figure) => stored[figure] < live[figure])
}

/**
 * Returns true when a stored hash may be computed much faster than new hashes. A hash with the parameters of new hashes
 * is then computed beside it. Why: otherwise the time of the refusal would tell that the user exists.
 *
 * bcrypt, argon2 and scrypt are assumed to be as slow as new hashes.
 */
export function isCheap({ algorithm }: StoredHash): boolean {
  return algorithm === 'digest' || algorithm === 'apr1' || algorithm === 'pbkdf2'
}

/** Random salt of a new hash: 16 bytes, as RFC 9106 §3.1 recommends for passwords. */
export const SALT_BYTES = 16
/** Output of a new hash: 256 bits, as in both options that RFC 9106 §4 recommends. */
export const OUTPUT_BYTES = 32

const figures = ['memoryKiB', 'iterations', 'parallelism'] as const

function isStrongEnough(live: Argon2Parameters): boolean {
  return FLOOR.some((row) => live.iterations >= row.iterations && live.memoryKiB >= row.memoryKiB)
}

/** Checks the ranges of RFC 9106 §3.1. The library takes at most 255 lanes. */
function checkArgon2(parameters: Argon2Parameters, setting: string): void {
  checkRange(parameters.parallelism, 1, 255, `${setting}.parallelism`)
  checkRange(parameters.iterations, 1, 2 ** 32 - 1, `${setting}.iterations`)
  checkRange(parameters.memoryKiB, 8 * parameters.parallelism, 2 ** 32 - 1, `${setting}.memoryKiB`)
}

function checkRange(value: number, least: number, most: number, setting: string): void {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return
  throw new ConfigurationError(`${setting} must be a whole number from ${least} to ${most}. It is ${value}.`)
}

function describe({ memoryKiB, iterations, parallelism }: Partial<Argon2Parameters>): string {
  const lanes = parallelism === undefined ? '' : `,p=${parallelism}`
  return `m=${memoryKiB},t=${iterations}${lanes}`
}
