import type { Decision } from '../policy/decide.ts'
import type { AuditedContext } from '../request-context.ts'
import type { RevocationTarget } from '../sessions/session-store.ts'
import type { AccountChange } from '../users/account-events.ts'
import type { Trail } from '../users/chain-result.ts'

/**
 * An event for the record. `at`: milliseconds since 1970-01-01 UTC. It never holds a password, a secret or a cookie.
 */
export type AuditEvent = { readonly at: number } & AuditEntry

/** An event without its time. */
export type AuditEntry =
  /** `methods` names the methods by which the identity was proved, such as `password` and `second-factor`. */
  | ({
      readonly type: 'login.succeeded'
      readonly persistent: boolean
      readonly methods: readonly string[]
      readonly trail: Trail
    } & OfSession)
  /** The identity was proved, and the login waits for one more step. There is no session yet. */
  | ({
      readonly type: 'login.step-required'
      readonly step: string
      readonly user: string
      readonly userName: string
    } & OfRequest)
  /** Something that an extension reports, such as a second factor that was added. `action` names it. */
  | ({
      readonly type: 'extension'
      readonly extension: string
      readonly action: string
      readonly user: string | null
      readonly details?: Readonly<Record<string, string | number | boolean>>
    } & Partial<OfRequest>)
  /**
   * A failed login. `username` as typed, cut off at 200 characters. `reason` is set when the cause lies outside the
   * sources.
   */
  | ({
      readonly type: 'login.failed'
      readonly outcome: 'refused' | 'unavailable' | 'too-many-sessions'
      readonly username: string
      readonly trail: Trail
      readonly reason?: string
    } & OfRequest)
  /**
   * A login that was refused before a source was asked. `limit` names the limit that was met.
   *
   * `during` names the counts: `calm`, or `outage` for the counts while a source is down. `username` as typed, cut off
   * at 200 characters.
   */
  | ({
      readonly type: 'login.throttled'
      readonly limit: ThrottleLimit
      readonly during: 'calm' | 'outage'
      readonly username: string
      readonly retryAfterSeconds: number
    } & OfRequest)
  /** An `Authorization` header was invalid: the request got 401. `challenge` is the one that was sent. */
  | ({ readonly type: 'credential.refused'; readonly challenge: string } & OfRequest)
  | ({ readonly type: 'login.cross-site' } & OfRequest)
  /** A refused request to a route of the application that calls `sameSite()`. */
  | ({ readonly type: 'request.cross-site' } & OfRequest)
  | ({ readonly type: 'logout' } & OfSession)
  | ({
      readonly type: 'denied'
      readonly user: string | null
      readonly decision: Decision
      readonly explanation: string
      /**
       * True when the answer redirected to the login page, because the user was signed out or signed in too long ago.
       */
      readonly sentToLogin?: true
    } & OfRequest)
  /** `reason` is set when the revocation was automatic. */
  | {
      readonly type: 'session.revoked'
      readonly target: RevocationTarget
      readonly ended: number
      readonly reason?: string
    }
  /**
   * The `kid` of the key that seals from now on, and of all keys that unseal. The event is free of secrets and of data
   * that leads to one.
   */
  | { readonly type: 'keys.reloaded'; readonly current: string; readonly keys: readonly string[] }
  | ({ readonly type: 'session.unavailable'; readonly reason: string } & OfRequest)
  | {
      readonly type: 'user.changed'
      readonly change: AccountChangeKind
      readonly user: string
      readonly userName: string
    }
  /** One transaction of an import, with the number of added users. Changed users have events of their own. */
  | {
      readonly type: 'users.imported'
      readonly source: string
      readonly users: number
      readonly superusers: number
    }

/** The names of events. A listener gives one of these, or `*`. */
export type AuditEventType = AuditEntry['type']

/** The kinds of change to an account that this application manages. */
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
 * The limit that an attempt met.
 *
 * - `account-network`: attempts of one network at one account
 * - `network`: attempts of one network at all accounts
 * - `found-account`: attempts at the account that a source found, whatever the names
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
