/** The end of a wait for work. */
export interface Deadline {
  /** Milliseconds until the wait ends. `Infinity`: only the signal ends it. */
  readonly ms: number
  /** The signal of the caller, which ends the wait earlier, with its own reason. */
  readonly signal?: AbortSignal
  /** Stands in front of `no answer within …` in the message of the error: `connecting: `. */
  readonly prefix?: string
  /** True when the process may end during the wait. */
  readonly background?: boolean
}

/** An answer that did not come in time. Whoever was asked may still do the work. */
export class DeadlineError extends Error {
  constructor({ ms, prefix = '' }: Deadline) {
    super(`${prefix}no answer within ${ms} ms`)
  }
}

/**
 * Waits for work until a deadline. The promise rejects when time is up, even while the work goes on.
 *
 * The signal that the work gets fires after the promise has rejected, and only while the work is under way. So a
 * connection that the work has opened in time is safe from a signal that fires later.
 *
 * ```ts
 * const answer = await withDeadline({ ms: 5000 }, (signal) => fetch(url, { signal }))
 * ```
 *
 * Where the signal of the caller has fired before, the work is left alone.
 *
 * @throws {DeadlineError} when time is up. When the signal of the caller fires, its reason is thrown.
 */
export function withDeadline<T>(deadline: Deadline, work: (signal: AbortSignal) => T | PromiseLike<T>): Promise<T> {
  const { ms, signal, background = false } = deadline
  return new Promise((resolve, reject) => {
    const own = new AbortController()
    let timer: NodeJS.Timeout | undefined
    const leave = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', abandon)
    }
    const giveUp = (reason: Error) => {
      leave()
      reject(reason)
      own.abort(reason)
    }
    const abandon = () => giveUp(asError(signal?.reason))

    if (signal?.aborted) return abandon()
    signal?.addEventListener('abort', abandon)
    if (Number.isFinite(ms)) {
      timer = setTimeout(() => giveUp(new DeadlineError(deadline)), Math.min(ms, LONGEST_TIMER_MS))
      if (background) timer.unref()
    }
    const begin = async (): Promise<T> => work(own.signal)
    begin().finally(leave).then(resolve, reject)
  })
}

/** A longer timer of Node's fires at once. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error('aborted')
}
