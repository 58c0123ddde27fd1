import { SessionUnavailableError } from '../errors.ts'
import { reasonOf } from '../reason-of.ts'
import { warn } from '../warn.ts'
import { askStore } from './ask-store.ts'

/** Asks a store at the end of leases, where every request of every session comes by. */
export interface StoreGate {
  /** @throws {SessionUnavailableError} when the store does not answer, or has just been too slow to be asked again. */
  ask<T>(what: string, ask: () => Promise<T>): Promise<T>
}

/**
 * Keeps requests from waiting, one after the other, for a store that hangs: after one that waited in vain the others are
 * told so at once, and every second one more tries. A store that says quickly that it cannot is asked every time.
 *
 * An outage is one warning, however many requests meet it.
 */
export function createStoreGate(now: () => number = () => performance.now()): StoreGate {
  let closedUntil = Number.NEGATIVE_INFINITY
  let hanging = false
  let trying = false
  let warned = false

  return {
    async ask(what, ask) {
      if (hanging && (trying || now() < closedUntil)) {
        throw new SessionUnavailableError(`${what}: the session store hangs, and is asked again in a second.`)
      }
      const askedAt = now()
      const isTrial = hanging
      if (isTrial) trying = true
      try {
        const answer = await askStore(what, ask)
        hanging = false
        warned = false
        return answer
      } catch (error) {
        hanging ||= now() - askedAt >= SLOW_MS
        closedUntil = now() + CLOSED_MS
        if (!warned) {
          const reason = reasonOf((error as Error).cause) || reasonOf(error)
          warn('OSTIARY_SESSION_STORE', `The session store does not answer at the end of leases: ${reason}`)
        }
        warned = true
        throw error
      } finally {
        if (isTrial) trying = false
      }
    },
  }
}

const SLOW_MS = 1000
const CLOSED_MS = 1000
