import { CircuitOpenError, type CircuitState, createCircuitBreaker } from '../resilience/circuit-breaker.ts'
import { type Outcome, unavailable } from './outcome.ts'

/** A circuit breaker in front of a source. */
export interface SourceBreaker {
  /**
   * Asks, or answers `unavailable` at once while the circuit is open.
   *
   * @param isProof Tells whether an answer proves that the source works. Default: every answer but an outage does.
   */
  ask(question: () => Promise<Outcome>, isProof?: (answer: Outcome) => boolean): Promise<Outcome>
  readonly state: CircuitState
}

/**
 * After three slow outages in a row the source is not asked for 10 s. Then one login asks it, and the answer decides
 * whether all logins ask again. So a source that hangs costs a few logins its deadline, and a source that is back is
 * found without a restart.
 *
 * An outage that is told within a second costs no waiting, and does not count. Why: with a name that a source cannot
 * cope with, anybody could otherwise shut the source for everybody.
 */
export function createSourceBreaker(now?: () => number): SourceBreaker {
  const circuit = createCircuitBreaker<Outcome>(
    {
      failures: 3,
      openMs: 10_000,
      closedBy: 'trial',
      isFailure: ({ outcome }) => outcome === 'unavailable',
      counts: ({ ms }) => ms >= SLOW_MS,
    },
    now,
  )
  return {
    get state() {
      return circuit.state
    },
    async ask(question, isProof) {
      try {
        return await circuit.ask(question, isProof)
      } catch (cause) {
        if (cause instanceof CircuitOpenError) return unavailable(cause)
        throw cause
      }
    },
  }
}

const SLOW_MS = 1000
