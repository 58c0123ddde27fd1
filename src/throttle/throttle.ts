import type { ThrottleLimit } from '../audit/audit-event.ts'
import type { Clock } from '../clock.ts'
import type { ChainResult } from '../users/chain-result.ts'
import type { DelayQueue } from './delay-queue.ts'
import type { FallbackStore } from './fallback-store.ts'
import { createLedger, type Ledger, type ThrottledAttempt } from './ledger.ts'
import { multiKeyCounter, withPrefix } from './multi-key-counter.ts'
import type { Consumed, Refused } from './stranger-limits.ts'
import { OUTAGE_PREFIX } from './throttle-keys.ts'
import type { ThrottleSettings } from './throttle-options.ts'

/** Decides whether an attempt to sign in is let through to the sources, before any of them is asked. */
export interface Throttle {
  /**
   * Counts the attempt as if it were wrong, so that of many at once no more than the limit get through, and lets it
   * wait if it is to wait. Whoever is admitted says afterwards how it ended.
   */
  admit(attempt: ThrottledAttempt, sources: SourcesNow): Promise<Admission>
}

/** The state of the sources that an attempt may ask. */
export interface SourcesNow {
  /** Returns true when one of them failed to answer the last question. Works without I/O. */
  mayBeDown(): boolean
  /** Resolves to true when one of those still fails. Asks them for a made-up name. */
  isDown(): Promise<boolean>
}

export type Admission =
  | {
      readonly admitted: true
      /**
       * Counts the answer of the sources at the accounts that they found, as if it were wrong. Whether a right password may
       * be told. When not, it has to look like a wrong one. Each account is the list of what stands for it.
       */
      mayTell(said: ChainResult['outcome'], found: readonly (readonly string[])[]): Promise<boolean>
      settle(end: AttemptEnd): Promise<void>
    }
  | {
      readonly admitted: false
      readonly limit: ThrottleLimit
      readonly during: State
      readonly retryAfterSeconds: number
    }

/** Which counts an attempt has met. */
export type State = 'calm' | 'outage'

/** `outage`: nobody could tell. `half-outage`: a source could not, and another one has judged. */
export type AttemptEnd = 'signed-in' | 'refused' | 'outage' | 'half-outage'

/**
 * Keeps two ledgers with the same figures: one of what is judged in calm, and one of what is judged while a source is
 * down. In an outage, a wrong answer counts in the second one alone, so that nobody is kept out when it is over. As the
 * second one is kept from outage to outage, all of them together are good for as many guesses as calm is.
 *
 * A guess that is judged in an outage for which there is no room counts as one of calm. Why: whatever a stranger can bring
 * about must be counted somewhere.
 */
export function createThrottle(
  settings: ThrottleSettings,
  store: FallbackStore,
  waitingRoom: DelayQueue,
  clock: Clock,
): Throttle {
  const counts = multiKeyCounter(store, clock)
  const calm = createLedger(settings, counts)
  const outages = createLedger(settings, withPrefix(counts, OUTAGE_PREFIX))

  function refuse(limit: ThrottleLimit, during: State, milliseconds: number): Admission {
    return { admitted: false, limit, during, retryAfterSeconds: Math.max(1, Math.ceil(milliseconds / 1000)) }
  }

  async function settleOutage(
    attempt: ThrottledAttempt,
    ofCalm: Consumed,
    ofOutage: Consumed | undefined,
  ): Promise<State> {
    // It was found out only now that a source is down.
    const counted = ofOutage ?? (await outages.consume(attempt))
    if (!counted.consumed) {
      await ofCalm.keep()
      return 'calm'
    }
    await Promise.all([ofCalm.refund(), counted.keep()])
    return 'outage'
  }

  return {
    async admit(attempt, sources) {
      const ofCalm = await calm.consume(attempt)
      if (!ofCalm.consumed) return refuse(ofCalm.limit, 'calm', ofCalm.endsAt - clock())
      let ofOutage: Consumed | undefined
      if (sources.mayBeDown()) {
        const counted = await outages.consume(attempt)
        if (counted.consumed) ofOutage = counted
        else if (await sources.isDown()) {
          await ofCalm.refund()
          return refuse(counted.limit, 'outage', counted.endsAt - clock())
        }
      }
      const delay = Math.max(ofCalm.delayMs, ofOutage?.delayMs ?? 0)
      if (delay > 0) {
        const waited = waitingRoom.wait(delay, attempt.network)
        if (!waited) {
          await Promise.all([ofCalm.refund(), ofOutage?.refund()])
          return refuse('waiting', 'calm', delay)
        }
        await waited
      }
      let found: readonly (readonly string[])[] = []
      const atFound = new Map<Ledger, readonly (Consumed | Refused)[]>()

      async function consumeFound(ledger: Ledger): Promise<readonly (Consumed | Refused)[]> {
        const consumed = await Promise.all(found.map((identity) => ledger.consumeFound(identity, attempt.network)))
        atFound.set(ledger, consumed)
        return consumed
      }

      /** Keeps what was counted in one ledger, if in any, and gives back the rest. */
      async function settleFound(kept?: Ledger): Promise<void> {
        if (kept && !atFound.has(kept)) await consumeFound(kept)
        const ends = [...atFound].flatMap(([ledger, counted]) =>
          counted.map((each) => each.consumed && (ledger === kept ? each.keep() : each.refund())),
        )
        const aliases = kept ? found.map((identity) => kept.rememberAlias(identity, attempt.accounts)) : []
        atFound.clear()
        await Promise.all([...ends, ...aliases])
      }

      return {
        admitted: true,

        async mayTell(said, accounts) {
          // The sources may be asked once more, where a revocation has overtaken the login.
          await settleFound()
          found = accounts
          const isOutage = said === 'unavailable' || (said === 'accepted' && ofOutage && (await sources.isDown()))
          const ledgers = said === 'unavailable' ? [outages] : isOutage ? [calm, outages] : [calm]
          const counted = await Promise.all(ledgers.map(consumeFound))
          return counted.flat().every(({ consumed }) => consumed)
        },

        async settle(end) {
          if (end === 'refused') {
            await Promise.all([ofCalm.keep(), ofOutage?.refund(), settleFound(calm)])
          } else if (end === 'half-outage') {
            const state = await settleOutage(attempt, ofCalm, ofOutage)
            await settleFound(state === 'calm' ? calm : outages)
          } else {
            const how = end === 'signed-in' ? end : undefined
            await Promise.all([ofCalm.refund(how), ofOutage?.refund(how), settleFound()])
          }
        },
      }
    },
  }
}
