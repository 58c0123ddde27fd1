import type { Clock } from '../../clock.ts'
import { reasonOf } from '../../reason-of.ts'
import { warn } from '../../warn.ts'
import type { Lifetimes } from '../lifetimes.ts'
import type { Session } from '../session.ts'
import type { SessionChange, SessionRecord } from '../session-store.ts'
import type { Revocations } from './revocations.ts'

/** Calls listeners when a session ends: by a logout, a revocation on any node, expiry, or idleness. */
export interface SessionEnds {
  /**
   * Calls the listener once, as soon as this node knows that the session has ended; at once when it has ended already.
   * `sealed` is the cookie: the session also ends when the last key that unseals it is gone. Returns a function that
   * stops watching.
   */
  onEnd(session: Session, listener: () => void, sealed?: string): () => void
  /** Checks the sessions that a change may concern. To be called once the change has been applied. */
  changed(change: SessionChange): void
  /** Checks the cookies of all sessions, after the keys have changed. */
  keysChanged(): void
  /** Stops watching all sessions, without calling the listeners. */
  stop(): void
}

interface SessionEndsContext {
  readonly revocations: Pick<Revocations, 'stateOf'>
  readonly unseals: (sealed: string) => boolean
  readonly lifetimes: Lifetimes
  readonly clock: Clock
  /** The live sessions of a user, from the store. */
  readonly sessionsOf: (userId: string) => Promise<readonly SessionRecord[]>
}

export function createSessionEnds(context: SessionEndsContext): SessionEnds {
  const { revocations, lifetimes, clock } = context
  const watched = new Map<string, Watched>()

  function end(one: Watched): void {
    forget(one)
    for (const { listener } of one.listeners) tell(listener)
    one.listeners.clear()
  }

  function forget(one: Watched): void {
    clearTimeout(one.timer)
    if (watched.get(one.session.id) === one) watched.delete(one.session.id)
  }

  function wait(one: Watched): void {
    clearTimeout(one.timer)
    const next = Math.min(one.session.expiresAt, one.idleUntil ?? Number.POSITIVE_INFINITY)
    const delay = Math.min(Math.max(next - clock(), 1), LONGEST_TIMER_MS)
    one.timer = setTimeout(() => void look(one), delay).unref()
  }

  /** Checks a session that may have ended. Reads an idle session from the store. Why: other nodes may have used it. */
  async function look(one: Watched): Promise<void> {
    const { session } = one
    try {
      if (clock() >= session.expiresAt) return end(one)
      if (one.idleUntil !== null && clock() >= one.idleUntil) {
        const records = await context.sessionsOf(session.userId)
        const record = records.find(({ id }) => id === session.id)
        if (!record) return end(one)
        one.idleUntil = Math.min(record.lastSeenAt + lifetimes.leaseMs + lifetimes.idleMs, session.expiresAt)
        if (clock() >= one.idleUntil) return end(one)
      }
    } catch {
      // The store fails to answer: tries again after a lease.
      one.idleUntil = clock() + lifetimes.leaseMs
    }
    if (watched.get(session.id) === one) wait(one)
  }

  return {
    onEnd(session, listener, sealed) {
      const hasKey = sealed === undefined || context.unseals(sealed)
      if (clock() >= session.expiresAt || revocations.stateOf(session) === 'revoked' || !hasKey) {
        tell(listener)
        return () => {}
      }
      const one: Watched = watched.get(session.id) ?? {
        session,
        idleUntil: session.idleUntil,
        listeners: new Set(),
        timer: undefined,
      }
      const own = { listener, sealed }
      one.listeners.add(own)
      if (!watched.has(session.id)) {
        watched.set(session.id, one)
        wait(one)
      }
      return () => {
        one.listeners.delete(own)
        if (one.listeners.size === 0) forget(one)
      }
    },

    changed({ type, subject }) {
      if (watched.size === 0) return
      const concerned = type === 'session-revoked' ? [watched.get(subject)] : [...watched.values()]
      for (const one of concerned) if (one && revocations.stateOf(one.session) === 'revoked') end(one)
    },

    keysChanged() {
      for (const one of [...watched.values()]) {
        for (const own of [...one.listeners]) {
          if (own.sealed === undefined || context.unseals(own.sealed)) continue
          one.listeners.delete(own)
          tell(own.listener)
        }
        if (one.listeners.size === 0) forget(one)
      }
    },

    stop() {
      for (const one of watched.values()) clearTimeout(one.timer)
      watched.clear()
    },
  }
}

/** Calls a listener. An error becomes a warning. Why: the revocation must reach the other listeners and this node. */
function tell(listener: () => void): void {
  try {
    listener()
  } catch (cause) {
    warn('OSTIARY_LISTENER_FAILED', `A listener of the end of a session failed: ${reasonOf(cause)}`)
  }
}

interface Watched {
  readonly session: Session
  idleUntil: number | null
  readonly listeners: Set<{ readonly listener: () => void; readonly sealed: string | undefined }>
  timer: NodeJS.Timeout | undefined
}

/** The longest delay of a timer of Node, in milliseconds. A longer delay would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1
