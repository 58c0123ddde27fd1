import type { Clock } from '../clock.ts'
import type { FallbackStore } from './fallback-store.ts'
import type { TakenCount, ThrottleCount } from './throttle-store.ts'

/**
 * What is counted under several keys at once, as an account is under each secret that there is while secrets change. The
 * highest of them is what counts. So processes that have heard of different secrets count together as long as they have
 * one in common, and a secret that is new knows what an old one knew.
 */
export interface MultiKeyCounter {
  /** Adds one to each of them, or to none. Keys are taken in the order in which they are given: the same for all. */
  take(keys: readonly string[], limit: number, windowMs: number): Promise<MultiKeyCount>
  giveBack(count: MultiKeyCount): Promise<void>
  /** Adds one to each that has not reached the limit. */
  note(keys: readonly string[], limit: number, windowMs: number): Promise<void>
  /**
   * Where the highest of them stands. The others are brought up to it: so it is not for counts of which a part may be
   * given back.
   */
  read(keys: readonly string[]): Promise<Standing | undefined>
  clear(keys: readonly string[]): Promise<void>
}

export type Standing = Pick<ThrottleCount, 'count' | 'endsAt'>

export interface MultiKeyCount extends Standing {
  readonly taken: boolean
  readonly parts: readonly TakenCount[]
}

export function multiKeyCounter(store: FallbackStore, clock: Clock): MultiKeyCounter {
  async function read(keys: readonly string[]): Promise<Standing | undefined> {
    const [only] = keys
    // As it nearly always is. There is nothing to bring up.
    if (only !== undefined && keys.length === 1) return store.read(only)
    const found = await Promise.all(keys.map((key) => store.read(key)))
    const highest = highestOf(found.filter((each) => each !== undefined))
    if (highest) await Promise.all(keys.map((key, index) => bringUp(key, found[index]?.count ?? 0, highest)))
    return highest
  }

  async function bringUp(key: string, from: number, { count, endsAt }: Standing): Promise<void> {
    const windowMs = endsAt - clock()
    for (let reached = from; reached < count && windowMs > 0; reached += 1) {
      // Somebody else may be doing the same.
      const { taken } = await store.take(key, count, windowMs)
      if (!taken) return
    }
  }

  async function giveBack(parts: readonly TakenCount[]): Promise<void> {
    await Promise.all(parts.map((part) => store.giveBack(part)))
  }

  return {
    async take(keys, limit, windowMs) {
      const parts: TakenCount[] = []
      for (const key of keys) {
        const part = await store.take(key, limit, windowMs)
        if (!part.taken) {
          await giveBack(parts)
          return { taken: false, count: part.count, endsAt: part.endsAt, parts: [] }
        }
        parts.push(part)
      }
      const { count = 0, endsAt = clock() } = highestOf(parts) ?? {}
      return { taken: true, count, endsAt, parts }
    },

    giveBack: ({ parts }) => giveBack(parts),

    async note(keys, limit, windowMs) {
      await Promise.all(keys.map((key) => store.take(key, limit, windowMs)))
    },

    read,

    async clear(keys) {
      await Promise.all(keys.map((key) => store.clear(key)))
    },
  }
}

function highestOf(counts: readonly Standing[]): Standing | undefined {
  return counts.toSorted((a, b) => b.count - a.count || b.endsAt - a.endsAt)[0]
}

/** The same counts under keys of their own: what is counted under one prefix, no other sees. */
export function withPrefix(counts: MultiKeyCounter, prefix: string): MultiKeyCounter {
  const prefixed = (keys: readonly string[]) => keys.map((key) => `${prefix}${key}`)
  return {
    take: (keys, limit, windowMs) => counts.take(prefixed(keys), limit, windowMs),
    giveBack: counts.giveBack,
    note: (keys, limit, windowMs) => counts.note(prefixed(keys), limit, windowMs),
    read: (keys) => counts.read(prefixed(keys)),
    clear: (keys) => counts.clear(prefixed(keys)),
  }
}
