import { SessionUnavailableError } from '../errors.ts'
import { withDeadline } from '../resilience/deadline.ts'

/**
 * Asks a session store, which may be down, slow or broken: whatever it throws, now or later, means that it cannot tell.
 *
 * @throws {SessionUnavailableError} also when there is no answer within 5 s. The store may still do what it was asked.
 */
export async function askStore<T>(what: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await withDeadline({ ms: DEADLINE_MS }, ask)
  } catch (cause) {
    throw new SessionUnavailableError(`${what}: the session store does not answer.`, { cause })
  }
}

const DEADLINE_MS = 5000
