import type { RevocationTarget } from '../session-store.ts'

/** Sessions that are, or may be, in the store, and whose cookies nobody got. They would count against their users' limits. */
export interface OrphanedSessions {
  /** Ends it, now or as soon as the store answers. Never throws. */
  add(sessionId: string): void
  /** Tries again what has failed: to be called when the store has answered. */
  endAll(): void
}

export function createOrphanedSessions(end: (target: RevocationTarget) => Promise<number>): OrphanedSessions {
  const waiting = new Set<string>()
  let ending = false

  async function endWaiting(): Promise<void> {
    for (const session of waiting) {
      await end({ session })
      waiting.delete(session)
    }
  }

  function endAll(): void {
    if (ending || waiting.size === 0) return
    ending = true
    endWaiting()
      // The store does not answer: later.
      .catch(() => {})
      .finally(() => {
        ending = false
      })
  }

  return {
    add(sessionId) {
      if (waiting.size < MOST_WAITING) waiting.add(sessionId)
      endAll()
    },
    endAll,
  }
}

/** In an outage that lasts, many logins fail. What is beyond this ends with its lifetime. */
const MOST_WAITING = 10_000
