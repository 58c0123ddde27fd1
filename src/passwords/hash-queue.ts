import { availableParallelism } from 'node:os'
import { ConfigurationError, HashingBusyError } from '../errors.ts'
import { createSemaphore, QueueFullError, type Release } from '../resilience/semaphore.ts'

/** The limits of one hasher. Two `localUsers()` have a queue each, with separate limits. */
export interface HashQueueOptions {
  /**
   * The number of hashes that this hasher computes at once. Default: one for each processor, and at most one less than
   * the threads of libuv's pool. Why: with a single hasher, one thread stays free for other work.
   */
  readonly maxConcurrent?: number
  /**
   * The number of hashes that may wait. Default: 64 for each hash that runs. At the usual 15 to 30 ms a hash, the
   * longest wait is then about two seconds.
   */
  readonly maxQueued?: number
}

export interface HashQueueStats {
  /** Hashes finished since the queue was made. */
  readonly computed: number
  /** Hashes being computed now. */
  readonly running: number
  /** Hashes waiting for their turn. */
  readonly queued: number
}

export interface HashQueue {
  /**
   * Runs a job when its turn comes: first come, first served.
   *
   * A signal that is aborted while the job waits takes the job out of the queue. The promise then rejects with the
   * signal's reason. A job that has begun is always finished, because a native hash cannot be stopped.
   *
   * `hashes` is the number of hashes that the job computes one after the other. It is added to `stats.computed`.
   *
   * @throws {HashingBusyError} at once, when the queue is full.
   */
  run<T>(job: () => Promise<T>, signal?: AbortSignal, hashes?: number): Promise<T>
  /** Returns true when one more job would be refused, with `expected` jobs in the queue or on their way to it. */
  isFull(expected: number): boolean
  /** The figures of this moment, for metrics. */
  readonly stats: HashQueueStats
}

/**
 * Bounds how many password hashes are computed at once, and how many wait.
 *
 * Why: argon2, bcrypt, scrypt and PBKDF2 run on libuv's thread pool (four threads, or `UV_THREADPOOL_SIZE`). File
 * access, DNS look-ups and asynchronous `node:crypto` need the same pool. Without a bound, a burst of logins would take
 * every thread, and memory for each login, and every other request would wait behind it.
 *
 * With the bound, a burst costs at most `maxConcurrent` times the memory of one hash. Jobs beyond the bound are refused
 * at once (OWASP ASVS 5.0 V15.2.2).
 *
 * @throws {ConfigurationError} when a limit is anything else than a whole number, `maxConcurrent` is below 1, or
 * `maxQueued` is below 0.
 */
export function createHashQueue(options: HashQueueOptions = {}): HashQueue {
  const maxConcurrent = wholeNumber(options.maxConcurrent ?? defaultConcurrency(), 1, 'maxConcurrent')
  const maxQueued = wholeNumber(options.maxQueued ?? 64 * maxConcurrent, 0, 'maxQueued')
  const semaphore = createSemaphore({ places: maxConcurrent, maxQueued })
  let computed = 0

  async function acquire(signal: AbortSignal | undefined): Promise<Release> {
    const { running, queued } = semaphore
    try {
      return await semaphore.acquire(signal)
    } catch (error) {
      if (!(error instanceof QueueFullError)) throw error
      throw new HashingBusyError(`${running} passwords are being hashed and ${queued} wait. Try again later.`)
    }
  }

  return {
    async run(job, signal, hashes = 1) {
      const release = await acquire(signal)
      try {
        return await job()
      } finally {
        computed += hashes
        release()
      }
    },
    isFull: (expected) =>
      expected >= maxConcurrent + maxQueued || (semaphore.running >= maxConcurrent && semaphore.queued >= maxQueued),
    get stats() {
      return { computed, running: semaphore.running, queued: semaphore.queued }
    },
  }
}

function defaultConcurrency(): number {
  const threads = Number(process.env.UV_THREADPOOL_SIZE) || 4
  return Math.max(1, Math.min(availableParallelism(), threads - 1))
}

function wholeNumber(value: number, least: number, setting: string): number {
  if (Number.isSafeInteger(value) && value >= least) return value
  throw new ConfigurationError(`${setting} must be a whole number, ${least} or more. It is ${value}.`)
}
