import type { Wire } from './wire.ts'

/** A connection that is replaced whenever it breaks. */
export interface KeptWire {
  /**
   * Returns the current wire, or the wire that is being opened. Between two attempts the promise rejects at once, with
   * the reason of the last failure. Why: callers must not wait for a server that is down.
   */
  current(): Promise<Wire>
  close(): void
}

/**
 * Opens nothing before it is asked for the first time. Does not keep the process alive.
 *
 * Not the circuit breaker: a timer connects again by itself, so that no caller has to try.
 */
export function keepConnected(open: (onEnd: (cause: unknown) => void) => Promise<Wire>): KeptWire {
  let wire: Promise<Wire> | undefined
  let failure: { readonly cause: unknown; readonly retry: NodeJS.Timeout } | undefined
  let failures = 0
  let closed = false

  function attempt(): Promise<Wire> {
    const openedAt = performance.now()
    const opening = open((cause) => {
      if (closed || wire !== opening) return
      // A wire that lasted is replaced at once.
      if (performance.now() - openedAt > STEADY_MS) {
        failures = 0
        void attempt()
      } else rest(cause)
    })
    wire = opening
    opening.catch((cause) => {
      if (!closed) rest(cause)
    })
    return opening
  }

  function rest(cause: unknown): void {
    const delay = retryDelay(failures)
    failures += 1
    wire = undefined
    const retry = setTimeout(() => {
      failure = undefined
      void attempt()
    }, delay).unref()
    failure = { cause, retry }
  }

  return {
    async current() {
      if (closed) throw new Error('the connection was closed')
      if (failure) throw failure.cause
      return await (wire ?? attempt())
    },
    close() {
      closed = true
      clearTimeout(failure?.retry)
      wire?.then((each) => each.close()).catch(() => {})
    },
  }
}

/** Milliseconds after which a wire counts as accepted by the server. */
export const STEADY_MS = 1000

/**
 * Returns a delay in milliseconds: 50 ms after the first failure, at most 1 s, shortened at random by up to a quarter.
 * Why random: processes should reconnect at different times.
 */
export function retryDelay(failures: number): number {
  return Math.min(50 * 2 ** Math.min(failures, 10), 1000) * (0.75 + Math.random() / 4)
}
