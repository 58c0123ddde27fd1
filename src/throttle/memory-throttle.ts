import type { Clock } from '../clock.ts'
import type { ThrottleCount, ThrottleStore } from './throttle-store.ts'

interface Entry {
  readonly key: string
  count: number
  endsAt: number
  readonly windowMs: number
}

/**
 * Counts of login attempts in the memory of this process, 100,000 at most.
 *
 * ```ts
 * import { createAuth, memoryThrottle } from 'ostiary'
 *
 * const auth = createAuth({ roles: [], sources: [], throttle: { store: memoryThrottle() } })
 * ```
 *
 * When there is no room, a count that is low goes first, and among those the oldest. So whoever wants to be rid of a
 * high count by flooding the memory has to raise as many others as high, each with as many guesses.
 */
export function memoryThrottle({ clock = Date.now, maxKeys = MAX_KEYS }: MemoryThrottleSettings = {}): ThrottleStore {
  const entries = new Map<string, Entry>()
  /** The same entries, by how high they are. */
  const shelves = Array.from({ length: SHELVES }, () => new Map<string, Entry>())
  let tidyAt = 0

  function find(key: string): Entry | undefined {
    const entry = entries.get(key)
    if (entry && entry.endsAt <= clock()) {
      remove(entry)
      return undefined
    }
    // Where the clock has been set back, nobody waits longer for that than a window.
    if (entry) entry.endsAt = Math.min(entry.endsAt, clock() + entry.windowMs)
    return entry
  }

  function remove({ key, count }: Entry): void {
    entries.delete(key)
    shelfOf(count)?.delete(key)
  }

  function change(entry: Entry, by: number): void {
    const before = shelfOf(entry.count)
    entry.count += by
    const after = shelfOf(entry.count)
    if (before === after) return
    before?.delete(entry.key)
    after?.set(entry.key, entry)
  }

  function shelfOf(count: number): Map<string, Entry> | undefined {
    return shelves[Math.min(31 - Math.clz32(Math.max(count, 1)), SHELVES - 1)]
  }

  function makeRoom(): void {
    if (clock() >= tidyAt) {
      tidyAt = clock() + TIDY_EVERY_MS
      for (const entry of entries.values()) if (entry.endsAt <= clock()) remove(entry)
    }
    if (entries.size < maxKeys) return
    const [oldest] = shelves.find(({ size }) => size > 0)?.values() ?? []
    if (oldest) remove(oldest)
  }

  return {
    name: 'memory',

    async consume(key, limit, windowMs) {
      let entry = find(key)
      if (!entry) {
        // Before the new one is there: it must not be the one that goes.
        makeRoom()
        entry = { key, count: 0, endsAt: clock() + windowMs, windowMs }
        entries.set(key, entry)
        shelfOf(0)?.set(key, entry)
      }
      const consumed = entry.count < limit
      if (consumed) change(entry, 1)
      return { ...toCount(entry), consumed }
    },

    async refund({ key, endsAt }) {
      const entry = find(key)
      if (entry?.endsAt !== endsAt) return
      if (entry.count > 1) change(entry, -1)
      else remove(entry)
    },

    async read(key) {
      const entry = find(key)
      return entry && toCount(entry)
    },

    async clear(key) {
      const cleared = key === 'all' ? [...entries.values()] : [find(key)].filter((entry) => entry !== undefined)
      for (const entry of cleared) remove(entry)
      return cleared.filter(({ endsAt }) => endsAt > clock()).length
    },

    async *list(): AsyncIterable<ThrottleCount> {
      for (const entry of entries.values()) if (entry.endsAt > clock()) yield toCount(entry)
    },
  }
}

function toCount({ key, count, endsAt }: Entry): ThrottleCount {
  return { key, count, endsAt }
}

export interface MemoryThrottleSettings {
  readonly clock?: Clock
  readonly maxKeys?: number
}

/** About 20 MB. By the default limits, to fill it takes a flood of more than an hour at as many names. */
const MAX_KEYS = 100_000
/** 1, 2 to 3, 4 to 7, 8 to 15, 16 to 31, and more. */
const SHELVES = 6
const TIDY_EVERY_MS = 60_000
