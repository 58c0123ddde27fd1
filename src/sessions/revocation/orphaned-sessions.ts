import type { RevocationTarget } from '../session-store.ts'

/**
 * Sessions that may be in the store, but whose cookies stayed unsent. Why ended: they would count against the limits of
 * their users.
 */
export interface OrphanedSessions {
  /** Ends a session, now or as soon as the store answers. Works without throwing. */
  add(sessionId: string): void
  /** Ends the sessions that are still waiting. To be called when the store has answered. */
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
      // The store fails to answer: the next call tries again.
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

/** The largest number of waiting sessions; others end by their lifetime. Why: many logins fail in a long outage. */
const MOST_WAITING = 10_000
