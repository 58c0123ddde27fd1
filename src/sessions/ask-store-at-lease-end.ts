import { SessionUnavailableError } from '../errors.ts'
import { reasonOf } from '../reason-of.ts'
import { CircuitOpenError, createCircuitBreaker } from '../resilience/circuit-breaker.ts'
import { warn } from '../warn.ts'
import { askStore } from './ask-store.ts'

/** Asks a session store as {@link askStore} does, through a circuit breaker. */
export type AskStoreAtLeaseEnd = <T>(what: string, ask: () => Promise<T>) => Promise<T>

/**
 * Creates a function that asks a session store at the end of leases, through a circuit breaker. After one request that
 * failed slowly, further requests fail at once, and one request a second tries the store. A store that fails quickly
 * is asked every time. Why: every request of every session comes to the end of its lease.
 *
 * An outage gives one warning, however many requests fail. The returned function throws {@link SessionUnavailableError}
 * when the store fails to answer, or when the circuit breaker is open.
 */
export function createAskStoreAtLeaseEnd(now?: () => number): AskStoreAtLeaseEnd {
  const circuit = createCircuitBreaker(
    {
      failures: 1,
      openMs: 1000,
      closedBy: 'trial',
      counts: ({ ms, whileOpen }) => whileOpen || ms >= SLOW_MS,
    },
    now,
  )
  let warned = false

  return async (what, ask) => {
    try {
      const answer = await circuit.ask(() => askStore(what, ask))
      warned = false
      return answer
    } catch (error) {
      if (error instanceof CircuitOpenError)
        throw new SessionUnavailableError(`${what}: the session store hangs, and is asked again in a second.`)
      if (!warned) {
        const reason = reasonOf((error as Error).cause) || reasonOf(error)
        warn('OSTIARY_SESSION_STORE', `The session store does not answer at the end of leases: ${reason}`)
      }
      warned = true
      throw error
    }
  }
}

const SLOW_MS = 1000
