import { type Outcome, unavailable } from './outcome.ts'

/** Keeps logins from waiting, one after the other, for a source that does not answer. */
export interface CircuitBreaker {
  /**
   * Asks, or says `unavailable` at once while it is known that nobody would answer.
   *
   * `shows` tells whether an answer shows that the source is there. Default: every answer does.
   */
  ask(ask: () => Promise<Outcome>, shows?: (answer: Outcome) => boolean): Promise<Outcome>
  /** `closed`: everybody asks. `open`: nobody does. `probing`: one asks, for all others. */
  readonly state: 'closed' | 'open' | 'probing'
}

/**
 * A circuit breaker: after three slow outages in a row nobody asks for 10 s, then one does, and its answer decides
 * whether everybody asks again. So a source that hangs costs a few logins its deadline, and one that is back is found
 * without a restart.
 *
 * An outage that is told within a second costs nobody anything, and does not count: otherwise whoever finds a name that a
 * source cannot cope with could shut it for everybody.
 */
export function createCircuitBreaker(now: () => number = () => performance.now()): CircuitBreaker {
  let failures = 0
  let openUntil = 0
  let probing = false

  function isOpen(): boolean {
    return failures >= FAILURES_TO_OPEN
  }

  async function askAndNote(ask: () => Promise<Outcome>, shows: (answer: Outcome) => boolean): Promise<Outcome> {
    const askedAt = now()
    const answer = await ask()
    if (answer.outcome !== 'unavailable') failures = shows(answer) ? 0 : failures
    else if (now() - askedAt >= SLOW_MS) {
      failures += 1
      openUntil = now() + OPEN_MS
    }
    return answer
  }

  return {
    get state() {
      if (!isOpen()) return 'closed'
      return probing ? 'probing' : 'open'
    },

    async ask(ask, shows = () => true) {
      if (!isOpen()) return askAndNote(ask, shows)
      if (probing || now() < openUntil) {
        return unavailable(
          new Error('not asked: it did not answer the last times, and is tried again in a few seconds'),
        )
      }
      probing = true
      try {
        return await askAndNote(ask, shows)
      } finally {
        probing = false
      }
    },
  }
}

const FAILURES_TO_OPEN = 3
const SLOW_MS = 1000
const OPEN_MS = 10_000
