import type { Decision } from '../policy/decide.ts'
import type { AuditedContext } from '../request-context.ts'
import type { RevocationTarget } from '../sessions/session-store.ts'
import type { AccountChange } from '../users/account-events.ts'
import type { Trail } from '../users/source-chain.ts'

/** Something that happened, for the record. Never holds a password, a secret or a cookie. */
export type AuditEvent = { readonly at: number } & AuditEntry

/** An event before it has its time. */
export type AuditEntry =
  | ({ readonly type: 'login.succeeded'; readonly persistent: boolean; readonly trail: Trail } & OfSession)
  /** `username` as it was typed, cut off at 200 characters. `reason` when no source was the reason. */
  | ({
      readonly type: 'login.failed'
      readonly outcome: 'refused' | 'unavailable' | 'too-many-sessions'
      readonly username: string
      readonly trail: Trail
      readonly reason?: string
    } & OfRequest)
  /**
   * No source was asked. `limit` says which one it met, and `during` in which counts: those of calm, or those of what is
   * judged while a source is down. `username` as it was typed, cut off at 200 characters.
   */
  | ({
      readonly type: 'login.throttled'
      readonly limit: ThrottleLimit
      readonly during: 'calm' | 'outage'
      readonly username: string
      readonly retryAfterSeconds: number
    } & OfRequest)
  | ({ readonly type: 'login.cross-site' } & OfRequest)
  /** A route of the application that checks it with `sameSite()`. */
  | ({ readonly type: 'request.cross-site' } & OfRequest)
  | ({ readonly type: 'logout' } & OfSession)
  | ({
      readonly type: 'denied'
      readonly user: string | null
      readonly decision: Decision
      readonly explanation: string
      /** The answer led to the login page, as it does at the first visit of a browser. */
      readonly sentToLogin?: true
    } & OfRequest)
  /** `reason` when nobody asked for it. */
  | {
      readonly type: 'session.revoked'
      readonly target: RevocationTarget
      readonly ended: number
      readonly reason?: string
    }
  /** The `kid` of the key that seals from now on, and those of all that unseal. No secret, and nothing that leads to one. */
  | { readonly type: 'keys.reloaded'; readonly current: string; readonly keys: readonly string[] }
  | ({ readonly type: 'session.unavailable'; readonly reason: string } & OfRequest)
  | {
      readonly type: 'user.changed'
      readonly change: AccountChangeKind
      readonly user: string
      readonly userName: string
    }
  /** A transaction of an import, with the number of users that it added. Those that it changed have events of their own. */
  | {
      readonly type: 'users.imported'
      readonly source: string
      readonly users: number
      readonly superusers: number
    }

/** What events are called. A listener gives one of these, or `*`. */
export type AuditEventType = AuditEntry['type']

/** What can happen to an account that this application manages. */
export type AccountChangeKind = AccountChange['kind']

/** The event of one type, for listeners. */
export type AuditEventOf<T extends AuditEventType> = Extract<AuditEvent, { readonly type: T }>

interface OfSession extends OfRequest {
  /** `source:id`. */
  readonly user: string
  readonly userName: string
  readonly session: string
}

interface OfRequest {
  readonly request: AuditedContext
}

/**
 * Which limit it was that an attempt met. `account-network`: of one network at one account. `network`: of one network at
 * all accounts. `found-account`: of the account that a source found, whatever the names.
 */
export type ThrottleLimit =
  | 'account'
  | 'account-network'
  | 'found-account'
  | 'long-term'
  | 'device'
  | 'client'
  | 'network'
  | 'overall'
  | 'waiting'
