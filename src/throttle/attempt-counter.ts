import type { Clock } from '../clock.ts'
import { derivedKeyring } from '../sealing/derived-keyring.ts'
import type { Keyring } from '../sealing/keyring.ts'
import { accountKey } from './account-key.ts'
import { type FallbackStore, ownMemory } from './fallback-store.ts'
import { memoryThrottle } from './memory-throttle.ts'
import { multiKeyCounter } from './multi-key-counter.ts'

/** Counts attempts at what an extension asks for, such as the code of a second factor. */
export interface AttemptCounter {
  /**
   * Counts one attempt, unless there were `limit` attempts in the window already. The window begins with its first
   * attempt. To be called before the attempt is judged. Why: of many attempts at once, exactly `limit` are judged.
   *
   * @param purpose The extension and what it counts: `second-factor`.
   * @param subject The account, the client address or the name that the attempt is about.
   */
  consume(purpose: string, subject: string, limit: number, windowMs: number): Promise<CountedAttempt>
  /** Forgets the attempts, after one that was right. */
  clear(purpose: string, subject: string): Promise<void>
}

/** An attempt that may be judged; or one too many, with the time until the next attempt counts. */
export type CountedAttempt =
  /** `refund` takes the attempt off the count, after one that was right. */
  | { readonly allowed: true; readonly refund: () => Promise<void> }
  | { readonly allowed: false; readonly retryAfterSeconds: number }

/** Counts in the store of the throttle, under keyed hashes of the subjects. */
export function createAttemptCounter(store: FallbackStore, names: () => Keyring, clock: Clock): AttemptCounter {
  const counts = multiKeyCounter(store, clock)
  const keysOf = (purpose: string, subject: string) =>
    names()
      .keys.map(({ key }) => `step:${purpose}:${accountKey(`${purpose}\n${subject}`, key)}`)
      .sort()

  return {
    async consume(purpose, subject, limit, windowMs) {
      const count = await counts.consume(keysOf(purpose, subject), limit, windowMs)
      const { consumed, endsAt } = count
      if (consumed) return { allowed: true, refund: () => counts.refund(count) }
      return { allowed: false, retryAfterSeconds: Math.max(1, Math.ceil((endsAt - clock()) / 1000)) }
    },
    clear: (purpose, subject) => counts.clear(keysOf(purpose, subject)),
  }
}

/** Counts in the memory of this process, for an Auth without a throttle. */
export function attemptsInMemory(keyring: () => Keyring, clock: Clock): AttemptCounter {
  return createAttemptCounter(ownMemory(memoryThrottle({ clock })), derivedKeyring(keyring, 'throttle'), clock)
}
