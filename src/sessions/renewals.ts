import type { Clock } from '../clock.ts'
import { CookieTooLargeError, SessionUnavailableError } from '../errors.ts'
import type { Keyring } from '../sealing/keyring.ts'
import type { Account } from '../users/account.ts'
import type { AccountDirectory } from '../users/account-directory.ts'
import { warn } from '../warn.ts'
import { createAskStoreAtLeaseEnd } from './ask-store-at-lease-end.ts'
import type { Lifetimes } from './lifetimes.ts'
import type { Revocation } from './revocation/revocation.ts'
import { freezeSession, isLeased, type SealedSession, type Session } from './session.ts'
import type { SessionStore } from './session-store.ts'

/** What happens at the end of a lease: the store is asked whether the session lives, the source how the account stands. */
export interface Renewals {
  renew(session: Session): Promise<Renewal | undefined>
  /** How the session stands, without renewing it: what is found out serves for the length of a lease. */
  peek(session: Session): Promise<Session | undefined>
}

/** A session that goes on: with a new lease, or as it is while the store does not answer. */
export type Renewal = SealedSession | { readonly session: Session; readonly sealed: null }

interface RenewalsContext {
  readonly store: SessionStore
  readonly keyring: () => Keyring
  readonly lifetimes: Lifetimes
  readonly clock: Clock
  readonly directory: Pick<AccountDirectory, 'lookup' | 'assignment'>
  readonly revocation: Pick<Revocation, 'stateOf' | 'hasSynced' | 'revoke' | 'revokeHere'>
  readonly reseal: (session: Session) => SealedSession
}

export function createRenewals(context: RenewalsContext): Renewals {
  const { store, keyring, lifetimes, clock, revocation, directory } = context
  const askStore = createAskStoreAtLeaseEnd()
  const recent = new Map<string, { readonly renewed: ReturnType<typeof renewNow>; readonly until: number }>()
  const peeked = new Map<string, { readonly present: ReturnType<typeof peekNow>; readonly until: number }>()

  async function renewNow(session: Session): Promise<SealedSession | Unanswered | undefined> {
    const changed = revocation.stateOf(session) === 'stale'
    // From before the source is asked: what changes while its answer is on its way makes the session lapse again.
    const confirmedAtRevision = await confirm(session.id)
    if (typeof confirmedAtRevision !== 'number') return confirmedAtRevision

    const account = await presentAccount(session, changed)
    const assignment = await presentAssignment(session, changed)
    if (account === undefined || assignment === undefined) {
      // Should the store not hear of it: this node knows.
      await revocation.revokeHere(session.id, session.expiresAt)
      return undefined
    }
    return resealOrEnd({ ...session, account, assignedRoles: assignment, confirmedAtRevision })
  }

  /** The roles that the application gives now; undefined when it lets the person in no more. */
  async function presentAssignment(session: Session, changed: boolean): Promise<readonly string[] | undefined> {
    const before = session.assignedRoles ?? []
    try {
      const assignment = await directory.assignment(session.userId)
      return assignment?.disabled ? undefined : [...(assignment?.roles ?? [])]
    } catch (cause) {
      if (changed) throw sessionUnavailable('the account changed, and its role assignments do not answer', cause)
      return before
    }
  }

  async function resealOrEnd(session: Session): Promise<SealedSession | undefined> {
    const now = clock()
    const idleUntil =
      session.idleUntil === null ? null : Math.min(now + lifetimes.leaseMs + lifetimes.idleMs, session.expiresAt)
    try {
      return context.reseal(freezeSession({ ...session, idleUntil, leaseUntil: now + lifetimes.leaseMs }))
    } catch (error) {
      if (!(error instanceof CookieTooLargeError)) throw error
      // The account has grown. The next login says so; a session that cannot be renewed would be in the way of it.
      warn('OSTIARY_SESSION_TOO_LARGE', `The session of ${session.userId} ends. ${error.message}`)
      await revocation.revoke({ session: session.id })
      return undefined
    }
  }

  /** The number of the latest change, if the session lives. Whatever else is answered is a no. */
  async function confirm(sessionId: string): Promise<number | Unanswered | undefined> {
    try {
      const ask = () => store.confirm(sessionId, clock())
      const answer: unknown = await askStore('A session cannot be confirmed now', ask)
      return typeof answer === 'number' ? answer : undefined
    } catch (error) {
      return new Unanswered(error)
    }
  }

  /** The account as it stands now; undefined when it may not be signed in any more. */
  async function presentAccount(session: Session, changed: boolean): Promise<Account | undefined> {
    const answer = await directory.lookup(session.userId)
    switch (answer?.outcome) {
      case 'accepted':
        if (answer.account.id === session.account.id) return answer.account
        throw sessionUnavailable('its source answers for somebody else', undefined)
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

  /** As the store and the source have it now. Writes nothing, not even that the session was seen. */
  async function peekNow(session: Session): Promise<Session | Unanswered | undefined> {
    const changed = revocation.stateOf(session) === 'stale'
    let confirmedAtRevision: number | undefined
    try {
      confirmedAtRevision = await askStore('A session cannot be confirmed now', () => livingAt(session))
    } catch (error) {
      return new Unanswered(error)
    }
    if (confirmedAtRevision === undefined) return undefined
    const account = await presentAccount(session, changed)
    const assignedRoles = await presentAssignment(session, changed)
    return account && assignedRoles && { ...session, account, assignedRoles, confirmedAtRevision }
  }

  /** The number of the latest change, if the session is among the living ones of its user. */
  async function livingAt({ id, userId }: Session): Promise<number | undefined> {
    const revision = await store.revision()
    for await (const record of store.list({ userId, now: clock() })) if (record.id === id) return revision
    return undefined
  }

  /** What has been renewed serves the requests that were under way with the old cookie. */
  function recentRenewal(session: Session): ReturnType<typeof renewNow> | undefined {
    const now = clock()
    for (const [id, { until }] of recent) {
      // One that lasts longer than any that begins now is from before the clock was set back.
      if (now < until && until <= now + SHARED_FOR_MS) break
      recent.delete(id)
    }
    return recent.get(session.id)?.renewed
  }

  function peekShared(session: Session): ReturnType<typeof peekNow> {
    const now = clock()
    const { leaseMs } = lifetimes
    for (const [id, { until }] of peeked) {
      if (now < until && until <= now + leaseMs) break
      peeked.delete(id)
    }
    const known = peeked.get(session.id)
    if (known) return known.present
    const present = peekNow(session)
    peeked.set(session.id, { present, until: now + leaseMs })
    present.catch(() => peeked.delete(session.id))
    return present
  }

  /** Not for an account that is known to have changed, and not where nothing was ever heard of what was revoked. */
  function isInGrace(session: Session): boolean {
    const { leaseMs, graceMs } = lifetimes
    return (
      revocation.hasSynced() && isLeased(session, clock(), leaseMs, graceMs) && revocation.stateOf(session) === 'valid'
    )
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
        if (answer instanceof Unanswered) {
          if (recent.get(session.id)?.renewed === renewed) recent.delete(session.id)
          if (!isInGrace(session)) throw answer.error
          return { session, sealed: null }
        }
        if (!answer) return undefined
        const state = revocation.stateOf(answer.session)
        if (state === 'revoked') return undefined
        const isCurrent = answer.sealed.startsWith(`${keyring().current.header}.`)
        const isGood = isCurrent && isLeased(answer.session, clock(), lifetimes.leaseMs)
        if (state === 'valid' && isGood) return answer
        // Changed again while we asked, or lapsed while it was shared, or the keys have been changed since.
        if (recent.get(session.id)?.renewed === renewed) recent.delete(session.id)
      }
      throw sessionUnavailable('the account keeps changing', undefined)
    },

    async peek(session) {
      for (let tries = 0; tries < MAX_TRIES; tries += 1) {
        const present = await peekShared(session)
        if (present instanceof Unanswered) {
          peeked.delete(session.id)
          if (!isInGrace(session)) throw present.error
          return session
        }
        const state = present && revocation.stateOf(present)
        if (state === 'valid') return present
        if (state !== 'stale') return undefined
        // Changed again while we asked, or since.
        peeked.delete(session.id)
      }
      throw sessionUnavailable('the account keeps changing', undefined)
    },
  }
}

/** The store could not tell whether the session lives. */
class Unanswered {
  readonly error: unknown

  constructor(error: unknown) {
    this.error = error
  }
}

/** Long enough for the requests that a page sends at once. */
const SHARED_FOR_MS = 10_000
const MAX_TRIES = 3

function sessionUnavailable(what: string, cause: unknown): SessionUnavailableError {
  return new SessionUnavailableError(`A session cannot be confirmed now: ${what}.`, { cause })
}
