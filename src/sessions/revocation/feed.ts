import type { Clock } from '../../clock.ts'
import type { SessionStore } from '../session-store.ts'
import type { Revocations } from './revocations.ts'

/** A node's ear at its store: through it, the replica of revocations stays complete. */
export interface Feed {
  /** Resolves when all changes that matter have been heard. The next call after a failure tries again. */
  follow(): Promise<void>
  stop(): Promise<void>
  isConnected(): boolean
  /** Whether all changes that matter have been heard at some time since it began to follow. */
  hasSynced(): boolean
  /**
   * Whether the replica is complete enough to believe a lease: while changes are heard, and for the length of one lease
   * after they were last. By then every session has asked the store since, or is to.
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
    // Unless it has been cut again before it was told to be complete.
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
