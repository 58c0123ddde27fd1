import type { Clock } from '../clock.ts'
import { ConfigurationError } from '../errors.ts'
import type { Lifetimes } from './lifetimes.ts'
import { MAX_CLOCK_SKEW_MS } from './session.ts'
import type { RevocationTarget, SessionRecord } from './session-store.ts'

/** How many sessions a user may have at once (OWASP ASVS 5.0, 7.1.2). */
export interface SessionLimitOptions {
  /** At least 1. */
  readonly most: number
  /** What a login comes to that would be one more: it ends the oldest (`end-oldest`, the default), or is refused. */
  readonly beyond?: 'end-oldest' | 'refuse'
}

/** What comes of a session that was to start under a limit. */
export type Admission =
  /** `ended`: the ids of older ones that had to make room. */
  | { readonly outcome: 'started'; readonly ended: readonly string[] }
  | { readonly outcome: 'overtaken' }
  | { readonly outcome: 'too-many-sessions' }

/** @throws {ConfigurationError} when it is no limit. Undefined when there is to be none. */
export function readSessionLimit(
  perUser: number | SessionLimitOptions | undefined,
): Required<SessionLimitOptions> | undefined {
  if (perUser === undefined) return undefined
  const { most, beyond = 'end-oldest' } = typeof perUser === 'object' && perUser !== null ? perUser : { most: perUser }
  if (!Number.isSafeInteger(most) || most < 1)
    throw new ConfigurationError(
      'sessions.perUser is a whole number from 1 on, or { most, beyond } with such a number.',
    )
  if (beyond !== 'end-oldest' && beyond !== 'refuse')
    throw new ConfigurationError('sessions.perUser.beyond is "end-oldest" or "refuse".')
  return { most, beyond }
}

interface LimiterContext {
  readonly limit: Required<SessionLimitOptions>
  readonly lifetimes: Lifetimes
  readonly clock: Clock
  readonly sessionsOf: (userId: string) => Promise<readonly SessionRecord[]>
  readonly end: (target: RevocationTarget) => Promise<number>
}

export interface NewSession {
  readonly id: string
  readonly userId: string
  readonly startedAt: number
  /** The session that it takes the place of: it does not count. */
  readonly replaces: string | undefined
  /** Keeps it in the store; false when it was overtaken. */
  readonly keep: () => Promise<boolean>
}

/**
 * Lets sessions start, and sees to it that a user never has more than the limit allows.
 *
 * A session is counted once it is in the store, and its cookie is not given away before: of two that start at once on
 * two nodes, the later one is sure to see the other. Under `refuse` it may be that both see each other, and none gets in.
 */
export function createSessionLimiter({ limit, lifetimes, clock, sessionsOf, end }: LimiterContext) {
  const turns = new Map<string, Promise<unknown>>()

  /** On one node, logins of one user come one after the other, so that the first ones get in. */
  function inTurn<T>(userId: string, action: () => Promise<T>): Promise<T> {
    const turn = (turns.get(userId) ?? Promise.resolve()).then(action, action)
    turns.set(userId, turn)
    const leave = () => {
      if (turns.get(userId) === turn) turns.delete(userId)
    }
    turn.then(leave, leave)
    return turn
  }

  /** Whoever closed a browser without signing out is not to be kept out by what nobody can use any more. */
  function isIdle({ persistent, lastSeenAt }: SessionRecord): boolean {
    return !persistent && lastSeenAt + lifetimes.leaseMs + lifetimes.idleMs + MAX_CLOCK_SKEW_MS <= clock()
  }

  async function othersOf({ id, userId, replaces }: NewSession): Promise<SessionRecord[]> {
    const records = await sessionsOf(userId)
    return records.filter((record) => record.id !== id && record.id !== replaces && !isIdle(record))
  }

  async function admitNow(started: NewSession): Promise<Admission> {
    const earlier = new Set((await othersOf(started)).map(({ id }) => id))
    if (limit.beyond === 'refuse' && earlier.size >= limit.most) return { outcome: 'too-many-sessions' }
    if (!(await started.keep())) return { outcome: 'overtaken' }
    try {
      return await makeRoom(started, earlier)
    } catch (error) {
      // Nobody has its cookie. Should this fail as well, it is in the list until it expires, and no more than that.
      await end({ session: started.id }).catch(() => {})
      throw error
    }
  }

  async function makeRoom(started: NewSession, earlier: ReadonlySet<string>): Promise<Admission> {
    const others = await othersOf(started)
    const oldestFirst = byAge([started, ...others], earlier)
    const surplus = oldestFirst.slice(0, Math.max(0, oldestFirst.length - limit.most))
    const leaving = limit.beyond === 'refuse' && surplus.length > 0 ? [started] : surplus
    const ended: string[] = []
    for (const { id } of leaving) if ((await end({ session: id })) > 0 && id !== started.id) ended.push(id)
    return leaving.some(({ id }) => id === started.id)
      ? { outcome: 'too-many-sessions' }
      : { outcome: 'started', ended }
  }

  return (started: NewSession): Promise<Admission> => inTurn(started.userId, () => admitNow(started))
}

interface Aged {
  readonly id: string
  readonly startedAt: number
}

/** What was there before is older, whatever the clocks of other nodes say. All nodes order those of the same moment alike. */
function byAge(sessions: readonly Aged[], earlier: ReadonlySet<string>): Aged[] {
  const rank = ({ id }: Aged) => (earlier.has(id) ? 0 : 1)
  return sessions.toSorted((a, b) => rank(a) - rank(b) || a.startedAt - b.startedAt || (a.id < b.id ? -1 : 1))
}
