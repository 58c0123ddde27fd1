import type { Clock } from '../clock.ts'
import type { Revocations } from './revocations.ts'
import type { SessionStore } from './session-store.ts'

/** A node's ear at its store: through it, the replica of revocations stays complete. */
export interface Feed {
  /** Resolves when all changes that matter have been heard. The next call after a failure tries again. */
  follow(): Promise<void>
  stop(): Promise<void>
  isHearing(): boolean
  /**
   * Whether the replica is complete enough to believe a lease: while changes are heard, and for the length of one lease
   * after they were last. By then every session has asked the store since, or is to.
   */
  isTrusted(now: number): boolean
}

export function createFeed(store: SessionStore, revocations: Revocations, leaseMs: number, clock: Clock): Feed {
  let following: Promise<() => Promise<void>> | undefined
  let hearing = false
  let cutAt = Number.NEGATIVE_INFINITY

  function heard(now: boolean): void {
    if (hearing && !now) cutAt = clock()
    hearing = now
  }

  async function start(): Promise<() => Promise<void>> {
    await store.ready?.()
    let stopped = false
    const stop = await store.follow(
      (changes) => {
        for (const change of changes) revocations.apply(change)
      },
      (now) => {
        if (!stopped) heard(now)
      },
    )
    hearing = true
    return async () => {
      stopped = true
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
      hearing = false
      cutAt = Number.NEGATIVE_INFINITY
      await stop?.()
    },

    isHearing: () => hearing,

    isTrusted: (now) => hearing || (cutAt <= now && now < cutAt + leaseMs),
  }
}
