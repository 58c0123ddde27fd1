import type { Clock } from '../clock.ts'
import type { AttributeForms } from './attribute-forms.ts'
import { type Connection, connectionFailure, openConnection, type Timeouts } from './connection.ts'
import type { Endpoint } from './endpoint.ts'

/** Connects to the first server that answers, and runs `greet` there. */
export type Dialer = (signal: AbortSignal, greet?: (connection: Connection) => Promise<void>) => Promise<Connection>

/**
 * Creates a dialer that tries the servers in the order of the configuration. A failed server is tried last for half a
 * minute. Why: logins should reach a working server without delay.
 *
 * Unlike a circuit breaker, the dialer still asks a server in doubt, after the others.
 */
export function createDialer(
  endpoints: readonly Endpoint[],
  timeouts: Timeouts,
  clock: Clock,
  forms?: AttributeForms,
): Dialer {
  const failedAt = new Map<Endpoint, number>()
  const isDoubtful = (endpoint: Endpoint) => clock() - (failedAt.get(endpoint) ?? Number.NEGATIVE_INFINITY) < DOUBT_MS

  return async (signal, greet) => {
    const failures: Error[] = []
    const inDoubt = endpoints.filter(isDoubtful)
    for (const endpoint of [...endpoints.filter((each) => !inDoubt.includes(each)), ...inDoubt]) {
      let connection: Connection | undefined
      try {
        connection = await openConnection(endpoint, timeouts, signal, forms)
        await greet?.(connection)
        failedAt.delete(endpoint)
        return connection
      } catch (cause) {
        connection?.close()
        failures.push(connectionFailure(endpoint, cause))
        if (signal.aborted) break
        failedAt.set(endpoint, clock())
      }
    }
    const [first] = failures
    if (first && failures.length === 1) throw first
    throw new AggregateError(failures, failures.map(({ message }) => message).join('; '))
  }
}

const DOUBT_MS = 30_000
