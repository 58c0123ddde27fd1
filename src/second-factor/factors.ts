import { randomBytes } from 'node:crypto'
import { type CoreServices, hashedKey } from '../http/index.ts'
import { loadTotp, type Totp } from './totp.ts'

/** The factors of all users. */
export interface Factors {
  has(userId: string): Promise<boolean>
  /** Resolves to when the factor was added, and how many recovery codes are left. */
  state(userId: string): Promise<{ readonly since: number; readonly recoveryCodes: number } | undefined>
  /**
   * Judges a code of the authenticator app, or a recovery code. Each counts once, of several tries at once too. Counts
   * the attempt first: a user has five in 15 minutes, and twenty a day.
   */
  check(userId: string, code: string): Promise<CheckedCode>
  /**
   * Begins an enrolment. Resolves to the secret of the one that is under way in this session or login, or to a new one.
   */
  begin(userId: string, binding: string): Promise<string>
  /** Ends an enrolment with a code of the app. Resolves to the recovery codes, shown once; undefined for a wrong code. */
  confirm(userId: string, binding: string, code: string): Promise<readonly string[] | RefusedCode>
  /** Removes the factor of a user with its recovery codes. Resolves to false when there was none. */
  remove(userId: string): Promise<boolean>
  /** Allows one enrolment without a factor. Resolves to the code that the user needs for it, within a day. */
  allowEnrolment(userId: string): Promise<string>
  /** Takes the permission of an enrolment, once. */
  usePermission(userId: string, code: string): Promise<CheckedCode>
  readonly totp: () => Promise<Totp>
}

export type CheckedCode =
  | { readonly outcome: 'right'; readonly by: 'app' | 'recovery-code' }
  | { readonly outcome: 'wrong' }
  | { readonly outcome: 'throttled'; readonly retryAfterSeconds: number }

type Throttled = Extract<CheckedCode, { outcome: 'throttled' }>

/** A code that was refused. */
export type RefusedCode = Exclude<CheckedCode, { outcome: 'right' }>

interface Kept {
  readonly secret: string
  readonly since: number
  /** The step of the last code that was used. Codes up to this step are refused. */
  readonly lastStep: number
  /** SHA-256 of each recovery code that is left. */
  readonly recoveryCodes: readonly string[]
}

/** Keeps the factors in the store of records, sealed. */
export function createFactors(services: CoreServices): Factors {
  const { attempts, clock, records } = services
  const kept = records.of<Kept>('totp')
  const enrolments = records.of<string>('totp-enrolment')
  const permissions = records.of<string>('totp-permission')
  const keyOf = (userId: string) => hashedKey(userId)
  let loaded: Promise<Totp> | undefined
  const totp = () => {
    loaded ??= loadTotp()
    return loaded
  }

  /** Counts an attempt before it is judged. Resolves to a refusal when there were too many, or to how it is forgotten. */
  async function count(userId: string): Promise<Throttled | (() => Promise<void>)> {
    const day = await attempts.consume(PER_DAY, userId, 20, 24 * 60 * 60_000)
    if (!day.allowed) return { outcome: 'throttled', retryAfterSeconds: day.retryAfterSeconds }
    const soon = await attempts.consume(SOON, userId, 5, 15 * 60_000)
    if (!soon.allowed) {
      await day.refund()
      return { outcome: 'throttled', retryAfterSeconds: soon.retryAfterSeconds }
    }
    return async () => {
      // The wrong codes of the day stay. Why: each login of the user would give a guesser another day's worth.
      await day.refund()
      await attempts.clear(SOON, userId)
    }
  }

  async function judge(userId: string, code: string): Promise<CheckedCode> {
    const record = await kept.find(keyOf(userId))
    if (!record) return WRONG
    const { lastStep, recoveryCodes, secret } = record.value
    const step = (await totp()).stepOf(secret, code, clock())
    if (step !== undefined) {
      // Replaced only as it was read. Why: of two tries with one code, one is refused.
      if (step <= lastStep || !(await kept.replace(record, { ...record.value, lastStep: step }))) return WRONG
      return { outcome: 'right', by: 'app' }
    }
    const hash = hashedKey(canonical(code))
    if (!recoveryCodes.includes(hash)) return WRONG
    const left = recoveryCodes.filter((each) => each !== hash)
    if (!(await kept.replace(record, { ...record.value, recoveryCodes: left }))) return WRONG
    return { outcome: 'right', by: 'recovery-code' }
  }

  return {
    totp,
    has: async (userId) => (await kept.find(keyOf(userId))) !== undefined,

    async state(userId) {
      const record = await kept.find(keyOf(userId))
      return record && { since: record.value.since, recoveryCodes: record.value.recoveryCodes.length }
    },

    async check(userId, code) {
      const counted = await count(userId)
      if (typeof counted !== 'function') return counted
      const result = await judge(userId, code)
      if (result.outcome === 'right') await counted()
      return result
    },

    async begin(userId, binding) {
      const key = enrolmentKey(userId, binding)
      const known = await enrolments.find(key, 'missing')
      if (known) return known.value
      await enrolments.remove(key)
      const secret = (await totp()).newSecret()
      await enrolments.add(key, secret, { owner: userId, expiresAt: clock() + ENROLMENT_MS })
      return (await enrolments.find(key))?.value ?? secret
    },

    async confirm(userId, binding, code) {
      const counted = await count(userId)
      if (typeof counted !== 'function') return counted
      const key = keyOf(userId)
      const enrolment = await enrolments.find(enrolmentKey(userId, binding), 'missing')
      const step = enrolment && (await totp()).stepOf(enrolment.value, code, clock())
      if (!enrolment || step === undefined || !(await enrolments.take(enrolment.key))) return WRONG
      // What others have begun for this user is void.
      await enrolments.removeOwned(userId)
      const codes = Array.from({ length: 10 }, newRecoveryCode)
      const recoveryCodes = codes.map((each) => hashedKey(canonical(each)))
      await kept.remove(key)
      await kept.add(key, { secret: enrolment.value, since: clock(), lastStep: step, recoveryCodes }, { owner: userId })
      await counted()
      return codes
    },

    async remove(userId) {
      await enrolments.removeOwned(userId)
      return kept.remove(keyOf(userId))
    },

    async allowEnrolment(userId) {
      const code = grouped(randomText(26))
      await permissions.remove(keyOf(userId))
      const options = { owner: userId, expiresAt: clock() + PERMISSION_MS }
      await permissions.add(keyOf(userId), hashedKey(canonical(code)), options)
      return code
    },

    async usePermission(userId, code) {
      const counted = await count(userId)
      if (typeof counted !== 'function') return counted
      const found = await permissions.find(keyOf(userId), 'missing')
      if (found?.value !== hashedKey(canonical(code)) || !(await permissions.take(keyOf(userId)))) return WRONG
      await enrolments.removeOwned(userId)
      await counted()
      return { outcome: 'right', by: 'app' }
    },
  }
}

const WRONG: RefusedCode = Object.freeze({ outcome: 'wrong' })
const ENROLMENT_MS = 15 * 60_000
const PERMISSION_MS = 24 * 60 * 60_000
/** Attempts of a user in 15 minutes, and in a day. */
const SOON = 'second-factor'
const PER_DAY = 'second-factor-day'

/** Bound to the session or to the login. Why: the secret of a thief must not become that of the user. */
function enrolmentKey(userId: string, binding: string): string {
  return hashedKey(`${userId}\n${binding}`)
}

/** Returns letters and digits that nobody confuses, five random bits each. */
function randomText(length: number): string {
  return Array.from(randomBytes(length), (byte) => ALPHABET[byte % 32]).join('')
}

/** A recovery code has 80 random bits, beyond any guessing with the limits above. */
function newRecoveryCode(): string {
  return grouped(randomText(16))
}

function grouped(text: string): string {
  return text.match(/.{1,4}/g)?.join('-') ?? text
}

/** Returns a code as it is hashed, however it was typed. */
function canonical(code: string): string {
  return code.toLowerCase().replace(/[^a-z0-9]/g, '')
}

const ALPHABET = 'abcdefghjkmnpqrstuvwxyz023456789'
