import type { Clock } from '../clock.ts'
import type { FallbackStore } from './fallback-store.ts'
import type { ConsumedCount, ThrottleCount } from './throttle-store.ts'

/**
 * What is counted under several keys at once, as an account is under each secret that there is while secrets change. The
 * highest of them is what counts. So processes that have heard of different secrets count together as long as they have
 * one in common, and a secret that is new knows what an old one knew.
 */
export interface MultiKeyCounter {
  /** Adds one to each of them, or to none. Keys are taken in the order in which they are given: the same for all. */
  consume(keys: readonly string[], limit: number, windowMs: number): Promise<MultiKeyCount>
  refund(count: MultiKeyCount): Promise<void>
  /** Adds one to each that has not reached the limit. */
  penalize(keys: readonly string[], limit: number, windowMs: number): Promise<void>
  /**
   * Where the highest of them stands. The others are brought up to it: so it is not for counts of which a part may be
   * given back.
   */
  read(keys: readonly string[]): Promise<Standing | undefined>
  clear(keys: readonly string[]): Promise<void>
}

export type Standing = Pick<ThrottleCount, 'count' | 'endsAt'>

export interface MultiKeyCount extends Standing {
  readonly consumed: boolean
  readonly parts: readonly ConsumedCount[]
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
      const { consumed } = await store.consume(key, count, windowMs)
      if (!consumed) return
    }
  }

  async function refund(parts: readonly ConsumedCount[]): Promise<void> {
    await Promise.all(parts.map((part) => store.refund(part)))
  }

  return {
    async consume(keys, limit, windowMs) {
      const parts: ConsumedCount[] = []
      for (const key of keys) {
        const part = await store.consume(key, limit, windowMs)
        if (!part.consumed) {
          await refund(parts)
          return { consumed: false, count: part.count, endsAt: part.endsAt, parts: [] }
        }
        parts.push(part)
      }
      const { count = 0, endsAt = clock() } = highestOf(parts) ?? {}
      return { consumed: true, count, endsAt, parts }
    },

    refund: ({ parts }) => refund(parts),

    async penalize(keys, limit, windowMs) {
      await Promise.all(keys.map((key) => store.consume(key, limit, windowMs)))
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
    consume: (keys, limit, windowMs) => counts.consume(prefixed(keys), limit, windowMs),
    refund: counts.refund,
    penalize: (keys, limit, windowMs) => counts.penalize(prefixed(keys), limit, windowMs),
    read: (keys) => counts.read(prefixed(keys)),
    clear: (keys) => counts.clear(prefixed(keys)),
  }
}
