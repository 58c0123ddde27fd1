import type { Wire } from './wire.ts'

/** A wire that is replaced whenever it breaks, for ever. */
export interface KeptWire {
  /**
   * The wire there is, or the one that is being opened. Between two attempts it rejects at once, with the reason why
   * the last one failed: whoever asks is not kept waiting for a server that is down.
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
      // One that was good for a while is replaced at once.
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

/** One that lasted this long was not refused. */
export const STEADY_MS = 1000

/** From 50 ms to a second, and a little by chance, so that not all processes come back in the same moment. */
export function retryDelay(failures: number): number {
  return Math.min(50 * 2 ** Math.min(failures, 10), 1000) * (0.75 + Math.random() / 4)
}
