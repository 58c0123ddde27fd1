import { availableParallelism } from 'node:os'
import { ConfigurationError, HashingBusyError } from '../errors.ts'
import { createSemaphore, QueueFullError, type Release } from '../resilience/semaphore.ts'

/** The limits of one hasher: two `localUsers()` have a queue each, and each its own limits. */
export interface HashQueueOptions {
  /**
   * How many hashes this hasher computes at once. Default: one a processor, and one thread of libuv's pool left free
   * as long as there is one hasher.
   */
  readonly maxConcurrent?: number
  /**
   * How many more may wait. Default: 64 for each that runs, so that at the usual 15 to 30 ms a hash nobody
   * waits longer than about two seconds.
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
   * A signal that is aborted while the job waits takes it out of the queue, and the promise rejects with the
   * signal's reason. A job that has begun is always finished, because a native hash cannot be stopped.
   *
   * A job that computes several hashes, one after the other, says how many, so that they are counted.
   *
   * @throws {HashingBusyError} at once, when the queue is full.
   */
  run<T>(job: () => Promise<T>, signal?: AbortSignal, hashes?: number): Promise<T>
  /** Whether one more job would not fit, where `expected` jobs are in the queue or on their way to it. */
  isFull(expected: number): boolean
  /** The figures of this moment, for metrics. */
  readonly stats: HashQueueStats
}

/**
 * Bounds how many password hashes are computed at once, and how many wait.
 *
 * argon2, bcrypt, scrypt and PBKDF2 run on libuv's thread pool (four threads, or `UV_THREADPOOL_SIZE`), and so do file access,
 * DNS look-ups and asynchronous `node:crypto`. Unbounded, a burst of logins would take every thread and as much
 * memory as it has logins, and every other request would wait behind it. Bounded, a burst costs at most
 * `maxConcurrent` times the memory of one hash, and what does not fit is told so at once (OWASP ASVS 5.0 V15.2.2).
 *
 * @throws {ConfigurationError} when a limit is not a whole number, or nothing could ever run.
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
