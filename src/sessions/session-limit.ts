import type { Clock } from '../clock.ts'
import { ConfigurationError } from '../errors.ts'
import { createKeyedSemaphore } from '../resilience/semaphore.ts'
import type { Lifetimes } from './lifetimes.ts'
import type { Revocation } from './revocation/revocation.ts'
import { MAX_CLOCK_SKEW_MS } from './session.ts'
import type { SessionRecord } from './session-store.ts'

/** How many sessions a user may have at once (OWASP ASVS 5.0, 7.1.2). */
export interface SessionLimitOptions {
  /** At least 1. */
  readonly most: number
  /** What a login comes to that would be one more: it ends the oldest (`end-oldest`, the default), or is refused. */
  readonly beyond?: 'end-oldest' | 'refuse'
}

/** A limit with nothing left open. */
export type SessionLimit = Required<SessionLimitOptions>

/** @throws {ConfigurationError} when it is no limit. Undefined when there is to be none. */
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

/** Lets sessions start, or not. */
export type StartWithinLimit = <T extends Newcomer>(applicant: Applicant, begin: () => T) => Promise<LimitedStart<T>>

/** Whose session is to start, and which one it takes the place of: that one does not count. */
export interface Applicant {
  readonly userId: string
  readonly replaces: string | undefined
}

/** A session that is about to start. */
export interface Newcomer extends Aged {
  /** Keeps it in the store; false when it was overtaken. */
  keep(): Promise<boolean>
}

export type LimitedStart<T> =
  /** `ended`: the ids of older ones that had to make room. */
  | { readonly outcome: 'started'; readonly newcomer: T; readonly ended: readonly string[] }
  | { readonly outcome: 'overtaken' }
  | { readonly outcome: 'too-many-sessions' }

/** Without a limit. */
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
 * Lets sessions start, and sees to it that a user never has more than the limit allows.
 *
 * A session is counted once it is in the store, and its cookie is not given away before: of two that start at once on
 * two nodes, the later one is sure to see the other. Under `refuse` it may be that both see each other, and none gets in.
 */
export function createSessionLimiter({ limit, lifetimes, clock, revocation }: LimiterContext): StartWithinLimit {
  /** On one node, logins of one user come one after the other, so that the first ones get in. */
  const turns = createKeyedSemaphore({ places: 1 })

  /** Whoever closed a browser without signing out is not to be kept out by what nobody can use any more. */
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
    // Begun after the look, so that what it saw is older by the clock of this node as well.
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

/** What was there before is older, whatever the clocks of other nodes say. All nodes order those of the same moment alike. */
function byAge(sessions: readonly Aged[], earlier: ReadonlySet<string>): Aged[] {
  const rank = ({ id }: Aged) => (earlier.has(id) ? 0 : 1)
  return sessions.toSorted((a, b) => rank(a) - rank(b) || a.startedAt - b.startedAt || (a.id < b.id ? -1 : 1))
}
