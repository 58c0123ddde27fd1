import { SessionUnavailableError } from '../errors.ts'
import { withDeadline } from '../resilience/deadline.ts'

/**
 * Asks a session store, which may be down, slow or broken. Every error of the store counts as an outage.
 *
 * @throws {SessionUnavailableError} when the store throws, rejects or takes longer than 5 s. After a timeout, the store
 * may still carry out the request.
 */
export async function askStore<T>(what: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await withDeadline({ ms: DEADLINE_MS }, ask)
  } catch (cause) {
    throw new SessionUnavailableError(`${what}: the session store does not answer.`, { cause })
  }
}

const DEADLINE_MS = 5000
