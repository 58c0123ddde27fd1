import type { Clock } from '../../clock.ts'
import type { SessionStore } from '../session-store.ts'
import type { Revocations } from './revocations.ts'

/** A subscription of a node to the changes of its store. It keeps the replica of revocations complete. */
export interface Feed {
  /** Resolves when all changes that still matter are applied. The next call after a failure tries again. */
  follow(): Promise<void>
  stop(): Promise<void>
  isConnected(): boolean
  /** Tells whether the replica was complete at some time since the feed began to follow. */
  hasSynced(): boolean
  /**
   * Tells whether the replica is complete enough to trust a lease: while the feed is connected, and for the length of
   * one lease after it was cut. Why: after one lease, every session has asked the store again, or has to.
   */
  isTrusted(now: number): boolean
}

export function createFeed(store: SessionStore, revocations: Revocations, leaseMs: number, clock: Clock): Feed {
  let following: Promise<() => Promise<void>> | undefined
  let connected = false
  let synced = false
  let cutAt = Number.NEGATIVE_INFINITY

  function setConnected(now: boolean): void {
    if (connected && !now) cutAt = clock()
    connected = now
  }

  async function start(): Promise<() => Promise<void>> {
    await store.ready?.()
    // Until the store follows, its word is kept. Why: a store that fails to follow must not be trusted by what it said.
    let counts = false
    let said: boolean | undefined
    const stop = await store.follow(
      (changes) => {
        for (const change of changes) revocations.apply(change)
      },
      (now) => {
        said = now
        if (counts) setConnected(now)
      },
    )
    counts = true
    synced = true
    // The store may have reported a lost connection already, before `follow` resolved.
    if (said === undefined) connected = true
    else setConnected(said)
    return async () => {
      counts = false
      await stop()
    }
  }

  return {
    async follow() {
      following ??= start()
      following.catch(() => {
        following = undefined
      })
      await following
    },

    async stop() {
      const stop = await following?.catch(() => undefined)
      following = undefined
      connected = false
      synced = false
      cutAt = Number.NEGATIVE_INFINITY
      await stop?.()
    },

    isConnected: () => connected,

    hasSynced: () => synced,

    isTrusted: (now) => connected || (cutAt <= now && now < cutAt + leaseMs),
  }
}
