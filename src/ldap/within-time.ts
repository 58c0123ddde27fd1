/**
 * Gives work a time of its own within the time that the caller has. The signal that the work gets fires when either
 * is up.
 */
export async function withinTime<T>(
  milliseconds: number,
  signal: AbortSignal,
  what: string,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const own = new AbortController()
  const timer = setTimeout(() => own.abort(new Error(`${what}: no answer within ${milliseconds} ms`)), milliseconds)
  try {
    return await work(AbortSignal.any([signal, own.signal]))
  } finally {
    clearTimeout(timer)
  }
}

/** Rejects as soon as the signal fires, and calls `stop`, even when the work never comes to an end. */
export function orAborted<T>(signal: AbortSignal, stop: (reason: Error) => void, work: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      const reason: unknown = signal.reason
      const error = reason instanceof Error ? reason : new Error('aborted')
      reject(error)
      stop(error)
    }
    if (signal.aborted) return abort()
    signal.addEventListener('abort', abort, { once: true })
    work()
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', abort))
  })
}
