import type { Clock } from '../../clock.ts'
import { reasonOf } from '../../reason-of.ts'
import { warn } from '../../warn.ts'
import type { Lifetimes } from '../lifetimes.ts'
import type { Session } from '../session.ts'
import type { SessionChange, SessionRecord } from '../session-store.ts'
import type { Revocations } from './revocations.ts'

/** Tells those who ask when a session ends: by a logout, a revocation on any node, expiry, or idleness. */
export interface SessionEnds {
  /**
   * Calls back once, as soon as this node knows that the session has ended; at once when it has ended already.
   * `sealed` is its cookie: the session also ends when no key unseals that any more. Returns what stops watching.
   */
  onEnd(session: Session, listener: () => void, sealed?: string): () => void
  /** Looks at the sessions that a change may concern. To be called once the change has been applied. */
  changed(change: SessionChange): void
  /** Looks at the cookies of all sessions, after the keys have changed. */
  keysChanged(): void
  /** Stops watching all of them, and tells nobody. */
  stop(): void
}

interface SessionEndsContext {
  readonly revocations: Pick<Revocations, 'stateOf'>
  readonly unseals: (sealed: string) => boolean
  readonly lifetimes: Lifetimes
  readonly clock: Clock
  /** The sessions of a user, by the store. */
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

  /** Whoever uses the session elsewhere is known by the store alone: an idle session is looked up there. */
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
      // The store does not answer now. A lease later it may.
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

/** Why: a listener that throws must keep no revocation from the others, nor from this node. */
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

/** A longer timer of Node's would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1
