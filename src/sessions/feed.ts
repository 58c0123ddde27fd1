import type { Clock } from '../clock.ts'
import type { Revocations } from './revocations.ts'
import type { SessionStore } from './session-store.ts'

/** A node's ear at its store: through it, the replica of revocations stays complete. */
export interface Feed {
  /** Resolves when all changes that matter have been heard. The next call after a failure tries again. */
  follow(): Promise<void>
  stop(): Promise<void>
  isHearing(): boolean
  /** Whether all changes that matter have been heard at some time since it began to follow. */
  hasHeard(): boolean
  /**
   * Whether the replica is complete enough to believe a lease: while changes are heard, and for the length of one lease
   * after they were last. By then every session has asked the store since, or is to.
   */
  isTrusted(now: number): boolean
}

export function createFeed(store: SessionStore, revocations: Revocations, leaseMs: number, clock: Clock): Feed {
  let following: Promise<() => Promise<void>> | undefined
  let hearing = false
  let everHeard = false
  let cutAt = Number.NEGATIVE_INFINITY

  function heard(now: boolean): void {
    if (hearing && !now) cutAt = clock()
    hearing = now
  }

  async function start(): Promise<() => Promise<void>> {
    await store.ready?.()
    let stopped = false
    let said: boolean | undefined
    const stop = await store.follow(
      (changes) => {
        for (const change of changes) revocations.apply(change)
      },
      (now) => {
        said = now
        if (!stopped) heard(now)
      },
    )
    everHeard = true
    // Unless it has been cut again before it was told to be complete.
    if (said === undefined) hearing = true
    else heard(said)
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
      everHeard = false
      cutAt = Number.NEGATIVE_INFINITY
      await stop?.()
    },

    isHearing: () => hearing,

    hasHeard: () => everHeard,

    isTrusted: (now) => hearing || (cutAt <= now && now < cutAt + leaseMs),
  }
}
