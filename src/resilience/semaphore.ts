/** Bounds how much is done at once, and how much waits. */
export interface SemaphoreLimits {
  /** Places that can be taken at once. */
  readonly places: number
  /** Callers that may wait for a place. Default: any number. */
  readonly maxQueued?: number
}

/** Gives a place back. Further calls are ignored. */
export type Release = () => void

/** Places that are taken and given back. Whoever waits longest gets the next place. */
export interface Semaphore {
  /** Takes a place that is free now. Undefined when all are taken. */
  tryAcquire(): Release | undefined
  /**
   * Takes a place, or waits for one. A signal that fires during the wait takes the caller out of the queue, and the
   * promise rejects with its reason.
   *
   * @throws {QueueFullError} at once, when all places are taken and the queue is full.
   */
  acquire(signal?: AbortSignal): Promise<Release>
  /** Does work at a place of its own. */
  run<T>(work: () => T | PromiseLike<T>): Promise<T>
  /** Places that are taken. */
  readonly running: number
  /** Callers that wait for a place. */
  readonly queued: number
}

/** As many wait as may. */
export class QueueFullError extends Error {
  constructor() {
    super('the queue is full')
  }
}

/** A semaphore with a bounded queue. Works without timers, and listens to a signal only during the wait. */
export function createSemaphore({ places, maxQueued = Number.POSITIVE_INFINITY }: SemaphoreLimits): Semaphore {
  const waiting = new Set<() => void>()
  let running = 0

  function releaseOnce(): Release {
    let isHeld = true
    return () => {
      if (isHeld) passOn()
      isHeld = false
    }
  }

  /** Hands the place to the next in the queue. The count stays as it is, so that a newcomer cannot jump the queue. */
  function passOn(): void {
    const [next] = waiting
    if (next) next()
    else running -= 1
  }

  function tryAcquire(): Release | undefined {
    if (running >= places) return undefined
    running += 1
    return releaseOnce()
  }

  function turn(signal: AbortSignal | undefined): Promise<Release> {
    if (waiting.size >= maxQueued) throw new QueueFullError()
    return new Promise((resolve, reject) => {
      const begin = () => {
        leave()
        resolve(releaseOnce())
      }
      const abandon = () => {
        leave()
        reject(signal?.reason)
      }
      const leave = () => {
        waiting.delete(begin)
        signal?.removeEventListener('abort', abandon)
      }
      waiting.add(begin)
      signal?.addEventListener('abort', abandon)
    })
  }

  async function acquire(signal?: AbortSignal): Promise<Release> {
    signal?.throwIfAborted()
    return tryAcquire() ?? turn(signal)
  }

  return {
    tryAcquire,
    acquire,
    async run(work) {
      const release = tryAcquire() ?? (await acquire())
      try {
        return await work()
      } finally {
        release()
      }
    },
    get running() {
      return running
    },
    get queued() {
      return waiting.size
    },
  }
}

/** A semaphore for each key, all of the same size. A semaphore is forgotten after its last use. */
export interface KeyedSemaphore {
  tryAcquire(key: string): Release | undefined
  run<T>(key: string, work: () => T | PromiseLike<T>): Promise<T>
}

export function createKeyedSemaphore(options: SemaphoreLimits): KeyedSemaphore {
  const semaphores = new Map<string, Semaphore>()

  function semaphoreOf(key: string): Semaphore {
    const semaphore = semaphores.get(key) ?? createSemaphore(options)
    semaphores.set(key, semaphore)
    return semaphore
  }

  function forgetUnused(key: string): void {
    if (semaphores.get(key)?.running === 0) semaphores.delete(key)
  }

  return {
    tryAcquire(key) {
      const release = semaphoreOf(key).tryAcquire()
      return (
        release &&
        (() => {
          release()
          forgetUnused(key)
        })
      )
    },
    async run(key, work) {
      try {
        return await semaphoreOf(key).run(work)
      } finally {
        forgetUnused(key)
      }
    },
  }
}
