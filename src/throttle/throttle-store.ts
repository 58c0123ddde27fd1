/**
 * Keeps how often something was tried, for all processes that share it.
 *
 * A count begins when the first one is consumed, ends `windowMs` later whatever happens in between, and is then as if it
 * had never been. What a store throws, or does not answer within three seconds, means that it cannot tell now: a stricter
 * count in the memory of the process stands in for it. Whoever implements it runs `throttleStoreContract` of
 * `ostiary/testing`.
 */
export interface ThrottleStore {
  /** `memory` is for a store that nobody outside of this process can see. */
  readonly name: string

  /**
   * Adds one to a count, unless it has reached `limit`: of many who take at once, exactly `limit` succeed. To look and
   * to add is one step, across all processes. Keys have at most 200 characters of ASCII, compared byte for byte.
   */
  consume(key: string, limit: number, windowMs: number): Promise<ConsumedCount>

  /** Takes one off, never below zero. Does nothing once the count that was taken from has ended, or was cleared. */
  refund(count: ThrottleCount): Promise<void>

  /** Resolves to the state of a count. Undefined when the count is missing or empty. */
  read(key: string): Promise<ThrottleCount | undefined>

  /** Ends a count, or all there are. Resolves to how many had something in them. */
  clear(key: string | 'all'): Promise<number>

  /** All counts with something in them, in any order. Reads as it goes: there may be many. */
  list(): AsyncIterable<ThrottleCount>

  /** Opens the store. */
  ready?(): Promise<void>
}

/** A count of login attempts. */
export interface ThrottleCount {
  readonly key: string
  readonly count: number
  /** In milliseconds since 1970. */
  readonly endsAt: number
}

/** A count after an attempt was to be added. */
export interface ConsumedCount extends ThrottleCount {
  /** True when one was added. Otherwise the count stands at its limit, or above. */
  readonly consumed: boolean
}
