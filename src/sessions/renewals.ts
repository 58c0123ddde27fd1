import type { Clock } from '../clock.ts'
import { SessionUnavailableError } from '../errors.ts'
import type { Account } from '../users/account.ts'
import type { Outcome } from '../users/outcome.ts'
import type { Lifetimes } from './lifetimes.ts'
import type { Revocations } from './revocations.ts'
import type { SealedSession, Session } from './session.ts'
import type { RevocationTarget, SessionStore } from './session-store.ts'

/** What happens at the end of a lease: the store is asked whether the session lives, the source how the account stands. */
export interface Renewals {
  renew(session: Session): Promise<SealedSession | undefined>
}

interface RenewalsContext {
  readonly store: SessionStore
  readonly lifetimes: Lifetimes
  readonly clock: Clock
  readonly lookup: (userId: string) => Promise<Outcome | null>
  readonly revocations: Revocations
  readonly reseal: (session: Session) => SealedSession
  readonly revoke: (target: RevocationTarget) => Promise<number>
}

export function createRenewals(context: RenewalsContext): Renewals {
  const { store, lifetimes, clock, revocations } = context
  const recent = new Map<string, { readonly renewed: Promise<SealedSession | undefined>; readonly until: number }>()

  async function renewNow(session: Session): Promise<SealedSession | undefined> {
    // Before asking: whatever changes while the answers are on their way makes the session lapse again.
    const confirmedAt = revocations.stamp()
    const changed = revocations.judge(session) === 'stale'
    if (!(await isAlive(session.id, confirmedAt))) return undefined

    const account = await presentAccount(session, changed)
    if (account === undefined) {
      await context.revoke({ session: session.id })
      return undefined
    }
    const now = clock()
    return context.reseal({
      ...session,
      account,
      idleUntil: session.idleUntil === null ? null : Math.min(now + lifetimes.idleMs, session.expiresAt),
      confirmedAt,
      leaseUntil: now + lifetimes.leaseMs,
    })
  }

  async function isAlive(sessionId: string, at: number): Promise<boolean> {
    try {
      return await store.confirm(sessionId, at)
    } catch (cause) {
      throw sessionUnavailable('the session store does not answer', cause)
    }
  }

  /** The account as it stands now; undefined when it may not be signed in any more. */
  async function presentAccount(session: Session, changed: boolean): Promise<Account | undefined> {
    const answer = await context.lookup(session.userId)
    switch (answer?.outcome) {
      case 'accepted':
        return answer.account
      case 'unknown':
      case 'rejected':
      case 'blocked':
        return undefined
      case 'unavailable':
        // An outage of a source ends nobody's session. But what is known to have changed is not believed unchanged.
        if (changed) throw sessionUnavailable('the account changed, and its source does not answer', answer.cause)
        return session.account
      default:
        return session.account
    }
  }

  /** What has been renewed serves the requests that were under way with the old cookie. */
  function recentRenewal(session: Session): Promise<SealedSession | undefined> | undefined {
    const now = clock()
    for (const [id, { until }] of recent) {
      if (until > now) break
      recent.delete(id)
    }
    return recent.get(session.id)?.renewed
  }

  return {
    async renew(session) {
      for (let tries = 0; tries < MAX_TRIES; tries += 1) {
        let renewed = recentRenewal(session)
        if (!renewed) {
          renewed = renewNow(session)
          recent.set(session.id, { renewed, until: clock() + SHARED_FOR_MS })
          renewed.catch(() => recent.delete(session.id))
        }
        const answer = await renewed
        if (!answer) return undefined
        const judgement = revocations.judge(answer.session)
        if (judgement === 'revoked') return undefined
        if (judgement === 'believed' && clock() < answer.session.leaseUntil) return answer
        // Changed again while we asked, or lapsed while it was shared.
        if (recent.get(session.id)?.renewed === renewed) recent.delete(session.id)
      }
      throw sessionUnavailable('the account keeps changing', undefined)
    },
  }
}

/** Long enough for the requests that a page sends at once. */
const SHARED_FOR_MS = 10_000
const MAX_TRIES = 3

function sessionUnavailable(what: string, cause: unknown): SessionUnavailableError {
  return new SessionUnavailableError(`A session cannot be confirmed now: ${what}.`, { cause })
}
