import type { Clock } from '../clock.ts'
import { reasonOf } from '../reason-of.ts'
import { CircuitOpenError, createCircuitBreaker } from '../resilience/circuit-breaker.ts'
import { withDeadline } from '../resilience/deadline.ts'
import { warn } from '../warn.ts'
import { memoryThrottle } from './memory-throttle.ts'
import type { ConsumedCount, ThrottleCount, ThrottleStore } from './throttle-store.ts'

/** The store that the throttle counts with. Its methods always resolve. */
export interface FallbackStore extends Pick<ThrottleStore, 'consume' | 'refund' | 'read' | 'clear'> {
  ready(): Promise<void>
  /** Clears what this process counted while the store was down, as far as the keys match. */
  clearLocally(matches: (key: string) => boolean): Promise<number>
}

/**
 * A store that may be down, with the memory of this process to stand in for it: there, half of what a limit allows is
 * allowed, and what is read counts twice. A warning tells of it, once an outage. Meanwhile, the store is tried again every five seconds.
 */
export function fallbackStore(store: ThrottleStore, clock: Clock): FallbackStore {
  const local = memoryThrottle({ clock })
  /** Counts that were taken there are given back there. */
  const consumedLocally = new WeakSet<ThrottleCount>()
  const circuit = createCircuitBreaker({ failures: 1, openMs: RETRY_MS, closedBy: 'time' }, clock)
  let down = false

  async function ask<T>(question: () => Promise<T>, otherwise: () => Promise<T>): Promise<T> {
    try {
      return await circuit.ask(() => withDeadline({ ms: DEADLINE_MS, prefix: 'the store gives ' }, question))
    } catch (cause) {
      if (!(cause instanceof CircuitOpenError)) reportOutage(cause)
      return otherwise()
    }
  }

  function reportOutage(cause: unknown): void {
    if (!down) {
      warn(
        'OSTIARY_THROTTLE_STORE',
        `Attempts to sign in are counted in this process alone, and more strictly: ${reasonOf(cause)}`,
      )
    }
    down = true
  }

  async function consumeLocally(key: string, limit: number, windowMs: number): Promise<ConsumedCount> {
    const count = await local.consume(key, Math.ceil(limit / 2), windowMs)
    consumedLocally.add(count)
    return count
  }

  async function readLocally(key: string): Promise<ThrottleCount | undefined> {
    const found = await local.read(key)
    return found && { ...found, count: found.count * 2 }
  }

  return {
    ready: () =>
      ask(
        async () => store.ready?.(),
        async () => {},
      ),
    async consume(key, limit, windowMs) {
      const count = await ask(
        () => store.consume(key, limit, windowMs),
        () => consumeLocally(key, limit, windowMs),
      )
      // A store that is full, or may only be read, still answers the other questions.
      if (!consumedLocally.has(count)) down = false
      return count
    },
    // A store that does not hear of it counts one too many.
    refund: (count) =>
      consumedLocally.has(count)
        ? local.refund(count)
        : ask(
            () => store.refund(count),
            async () => {},
          ),
    read: (key) =>
      ask(
        () => store.read(key),
        () => readLocally(key),
      ),
    async clearLocally(matches) {
      let cleared = 0
      for await (const { key } of local.list()) if (matches(key)) cleared += await local.clear(key)
      return cleared
    },
    async clear(key) {
      const locally = await local.clear(key)
      return ask(
        () => store.clear(key),
        async () => locally,
      )
    },
  }
}

/** The memory of this process needs no insurance: it is there, and answers at once. */
export function ownMemory(memory: ThrottleStore): FallbackStore {
  return { ...memory, ready: async () => {}, clearLocally: async () => 0 }
}

const DEADLINE_MS = 3000
const RETRY_MS = 5000
