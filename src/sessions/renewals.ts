import type { Clock } from '../clock.ts'
import { CookieTooLargeError, SessionUnavailableError } from '../errors.ts'
import type { Keyring } from '../sealing/keyring.ts'
import type { Account } from '../users/account.ts'
import type { SessionDirectory } from '../users/account-directory.ts'
import { warn } from '../warn.ts'
import { createAskStoreAtLeaseEnd } from './ask-store-at-lease-end.ts'
import type { Lifetimes } from './lifetimes.ts'
import type { Revocation } from './revocation/revocation.ts'
import { freezeSession, isLeased, type SealedSession, type Session } from './session.ts'
import type { SessionStore } from './session-store.ts'

/** Checks sessions at the end of their lease: asks the store for the session, and the source for the account. */
export interface Renewals {
  renew(session: Session): Promise<Renewal | undefined>
  /** Checks the session without renewing it. The answer is reused for the length of a lease. */
  peek(session: Session): Promise<Session | undefined>
}

/** A session that goes on: with a new lease, or unchanged during an outage of the store. */
export type Renewal = SealedSession | { readonly session: Session; readonly sealed: null }

interface RenewalsContext {
  readonly store: SessionStore
  readonly keyring: () => Keyring
  readonly lifetimes: Lifetimes
  readonly clock: Clock
  readonly directory: Pick<SessionDirectory, 'lookup' | 'assignment'>
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
    // Read before the source is asked. Why: a change during the answer of the source makes the session stale again.
    const confirmedAtRevision = await confirm(session.id)
    if (typeof confirmedAtRevision !== 'number') return confirmedAtRevision

    const account = await presentAccount(session, changed)
    const assignment = await presentAssignment(session, changed)
    if (account === undefined || assignment === undefined) {
      // This node refuses the session at once, even if the store fails to answer.
      await revocation.revokeHere(session.id, session.expiresAt)
      return undefined
    }
    return resealOrEnd({ ...session, account, assignedRoles: assignment, confirmedAtRevision })
  }

  /** Resolves to the roles that the application gives now; undefined when it has disabled the user. */
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
      // The account has grown. The next login reports it. Why revoked: a session that stays would block that login.
      warn('OSTIARY_SESSION_TOO_LARGE', `The session of ${session.userId} ends. ${error.message}`)
      await revocation.revoke({ session: session.id })
      return undefined
    }
  }

  /** Resolves to the latest revision when the session is live. Every other answer counts as an ended session. */
  async function confirm(sessionId: string): Promise<number | Unanswered | undefined> {
    try {
      const ask = () => store.confirm(sessionId, clock())
      const answer: unknown = await askStore('A session cannot be confirmed now', ask)
      return typeof answer === 'number' ? answer : undefined
    } catch (error) {
      return new Unanswered(error)
    }
  }

  /** Resolves to the present account; undefined when the source refuses it by now. */
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
        // During an outage of the source, sessions go on with the account as it was. A stale session is refused.
        if (changed) throw sessionUnavailable('the account changed, and its source does not answer', answer.cause)
        return session.account
      default:
        return session.account
    }
  }

  /** Resolves to the session as the store and the source have it now. Only reads: the time of last use stays too. */
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

  /** Resolves to the latest revision when the session is among the live sessions of its user. */
  async function livingAt({ id, userId }: Session): Promise<number | undefined> {
    const revision = await store.revision()
    for await (const record of store.list({ userId, now: clock() })) if (record.id === id) return revision
    return undefined
  }

  /** Returns a recent renewal. Why: requests with the old cookie may still be under way. */
  function recentRenewal(session: Session): ReturnType<typeof renewNow> | undefined {
    const now = clock()
    for (const [id, { until }] of recent) {
      // An entry that lasts longer than a new entry would was made before the clock was set back.
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

  /** Tells whether the time of grace applies: only for valid sessions, and only once the revocations were synced. */
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
        // The account changed again meanwhile, or the shared lease has ended, or the keys were replaced.
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
        // The account changed again during the check or later.
        peeked.delete(session.id)
      }
      throw sessionUnavailable('the account keeps changing', undefined)
    },
  }
}

/** The result of an outage of the store, with its error. */
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
