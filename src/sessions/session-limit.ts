import type { Clock } from '../clock.ts'
import { ConfigurationError } from '../errors.ts'
import { createKeyedSemaphore } from '../resilience/semaphore.ts'
import type { Lifetimes } from './lifetimes.ts'
import type { Revocation } from './revocation/revocation.ts'
import { MAX_CLOCK_SKEW_MS } from './session.ts'
import type { SessionRecord } from './session-store.ts'

/** A limit on the sessions that a user has at once (OWASP ASVS 5.0, 7.1.2). */
export interface SessionLimitOptions {
  /** The number of sessions, at least 1. */
  readonly most: number
  /** The effect of a login beyond the limit: the oldest session ends (`end-oldest`, the default), or it is refused. */
  readonly beyond?: 'end-oldest' | 'refuse'
}

/** A limit with all defaults filled in. */
export type SessionLimit = Required<SessionLimitOptions>

/**
 * Reads a session limit. Undefined when sessions are unlimited.
 *
 * @throws {ConfigurationError} when the limit is malformed.
 */
export function readSessionLimit(perUser: number | SessionLimitOptions | undefined): SessionLimit | undefined {
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

/** Starts a session when the limit allows it. */
export type StartWithinLimit = <T extends Newcomer>(applicant: Applicant, begin: () => T) => Promise<LimitedStart<T>>

/** The user whose session is to start, and the session that it replaces. The limit leaves the replaced one out. */
export interface Applicant {
  readonly userId: string
  readonly replaces: string | undefined
}

/** A session that is about to start. */
export interface Newcomer extends Aged {
  /** Keeps the session in the store. False when a revocation has overtaken the login. */
  keep(): Promise<boolean>
}

export type LimitedStart<T> =
  /** `ended`: the ids of older sessions that had to make room. */
  | { readonly outcome: 'started'; readonly newcomer: T; readonly ended: readonly string[] }
  | { readonly outcome: 'overtaken' }
  | { readonly outcome: 'too-many-sessions' }

/** Starts sessions without a limit. */
export const startUnlimited: StartWithinLimit = async (_, begin) => {
  const newcomer = begin()
  return (await newcomer.keep()) ? { outcome: 'started', newcomer, ended: [] } : { outcome: 'overtaken' }
}

interface LimiterContext {
  readonly limit: SessionLimit
  readonly lifetimes: Lifetimes
  readonly clock: Clock
  readonly revocation: Pick<Revocation, 'sessionsOf' | 'revoke' | 'orphans'>
}

/**
 * Creates a function that starts sessions within the limit.
 *
 * A session is counted once it is in the store, and its cookie is sent only afterwards. When two sessions start at once
 * on two nodes, the later session always sees the other. Under `refuse`, both may see each other, and both are refused.
 */
export function createSessionLimiter({ limit, lifetimes, clock, revocation }: LimiterContext): StartWithinLimit {
  /** Runs the logins of one user on this node one after the other. Why: the first logins succeed. */
  const turns = createKeyedSemaphore({ places: 1 })

  /**
   * Tells whether a session has ended by idleness. Why: a user who closed the browser without a logout gets in again.
   */
  function isIdle({ persistent, lastSeenAt }: SessionRecord): boolean {
    return !persistent && lastSeenAt + lifetimes.leaseMs + lifetimes.idleMs + MAX_CLOCK_SKEW_MS <= clock()
  }

  async function counted({ userId, replaces }: Applicant): Promise<SessionRecord[]> {
    const records = await revocation.sessionsOf(userId)
    return records.filter((record) => record.id !== replaces && !isIdle(record))
  }

  async function makeRoom(applicant: Applicant, newcomer: Newcomer, earlier: ReadonlySet<string>) {
    const others = (await counted(applicant)).filter(({ id }) => id !== newcomer.id)
    const oldestFirst = byAge([newcomer, ...others], earlier)
    const surplus = oldestFirst.slice(0, Math.max(0, oldestFirst.length - limit.most))
    const leaving = limit.beyond === 'refuse' && surplus.length > 0 ? [newcomer] : surplus
    const ended: string[] = []
    for (const { id } of leaving) if ((await revocation.revoke({ session: id })) > 0) ended.push(id)
    return { stays: leaving.every(({ id }) => id !== newcomer.id), ended }
  }

  async function admit<T extends Newcomer>(applicant: Applicant, begin: () => T): Promise<LimitedStart<T>> {
    const earlier = new Set((await counted(applicant)).map(({ id }) => id))
    if (limit.beyond === 'refuse' && earlier.size >= limit.most) return { outcome: 'too-many-sessions' }
    // Begins after the count. Why: the counted sessions are then older by the clock of this node as well.
    const newcomer = begin()
    if (!(await newcomer.keep())) return { outcome: 'overtaken' }
    try {
      const { stays, ended } = await makeRoom(applicant, newcomer, earlier)
      return stays ? { outcome: 'started', newcomer, ended } : { outcome: 'too-many-sessions' }
    } catch (error) {
      revocation.orphans.add(newcomer.id)
      throw error
    }
  }

  return (applicant, begin) => turns.run(applicant.userId, () => admit(applicant, begin))
}

interface Aged {
  readonly id: string
  readonly startedAt: number
}

/**
 * Returns sessions, oldest first. Sessions that were counted earlier are older, whatever the clocks of other nodes say.
 * All nodes order sessions of the same moment alike.
 */
function byAge(sessions: readonly Aged[], earlier: ReadonlySet<string>): Aged[] {
  const rank = ({ id }: Aged) => (earlier.has(id) ? 0 : 1)
  return sessions.toSorted((a, b) => rank(a) - rank(b) || a.startedAt - b.startedAt || (a.id < b.id ? -1 : 1))
}
