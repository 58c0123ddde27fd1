import type { AuditLogger } from './audit/audit-logger.ts'
import type { SessionAdministration } from './audit/session-administration.ts'
import type { Clock } from './clock.ts'
import type { Diagnostic, DiagnosticContext } from './diagnostics/diagnostic.ts'
import type { ExtensionLogin } from './login/login-result.ts'
import type { LoginStep } from './login/login-step.ts'
import type { Permission } from './policy/permission.ts'
import type { Role } from './policy/role.ts'
import type { Records } from './records/records.ts'
import type { CookieOrigin } from './request-context.ts'
import type { Keyring } from './sealing/keyring.ts'
import type { NamedCookie } from './sealing/sealed-cookie.ts'
import type { CredentialReader } from './sessions/credential-reader.ts'
import type { Session } from './sessions/session.ts'
import type { SessionTrust } from './sessions/session-trust.ts'
import type { AttemptCounter } from './throttle/attempt-counter.ts'
import type { Account, JsonValue } from './users/account.ts'
import type { AccountChange } from './users/account-events.ts'
import type { ManagedUsers } from './users/managed-users.ts'
import type { Outcome } from './users/outcome.ts'
import type { User } from './users/user.ts'
import type { UserSource } from './users/user-source.ts'

/**
 * A feature that joins an Auth. An extension of `ostiary/http` also has endpoints and pages.
 *
 * Each part is a value that the extension declares. An extension changes no other part.
 */
export interface AuthExtension {
  /** The name in errors and events. Each extension of an Auth has another name. */
  readonly name: string
  /**
   * Returns a source for the accounts that the extension signs in. It stands behind the other sources. Called once,
   * while the Auth is made: `services()` works afterwards.
   */
  source?(services: () => CoreServices): UserSource
  /** Returns the steps that a login may need after the identity is proved. Called once. */
  loginSteps?(services: CoreServices): readonly LoginStep[]
  /** Returns the readers of credentials that come with every request. Called once. */
  credentials?(services: CoreServices): readonly CredentialReader[]
  /**
   * Called when a session starts that this extension signed in, before its cookie is sent. Also when a new session
   * replaces any other one without a new login. When the promise rejects, the session ends, and the login with it.
   */
  sessionStarted?(started: StartedSession, services: CoreServices): Promise<void>
  /** Called after a change to an account has taken effect on its sessions. */
  accountChanged?(change: AccountChange, services: CoreServices): Promise<void>
  /** Checks the extension for an operator. Asked by `ostiary sources check`. */
  check?(inspection: DiagnosticContext, services: CoreServices): AsyncIterable<Diagnostic>
  /** Opens the resources of the extension. `auth.ready()` waits for the promise. */
  ready?(services: CoreServices): Promise<void>
  /** Closes the resources of the extension. */
  close?(): Promise<void>
}

/** A session that has started. */
export interface StartedSession {
  readonly session: Session
  /** The data that the extension gave to `signInProved`. Undefined where the session replaces another one. */
  readonly data?: JsonValue | undefined
  /** The id of the session that is replaced without a new login. */
  readonly replaces?: string | undefined
}

/** The parts of an Auth that its extensions may use. */
export interface CoreServices extends ExtensionLogin {
  /** Identifies the Auth. For a `WeakMap` of what an extension keeps for each Auth. */
  readonly id: object
  readonly application: string | undefined
  /** True in production, where volatile stores are refused. */
  readonly production: boolean
  readonly clock: Clock
  readonly roles: readonly Role[]
  readonly permissions: readonly Permission[]
  /** The sources, in the order of the chain. */
  readonly sources: readonly UserSource[]
  /** The user management, when one of the sources is managed by Ostiary. */
  readonly users: ManagedUsers | undefined
  readonly sessions: SessionAdministration
  readonly trust: SessionTrust
  readonly records: Records
  /** Records an audit event. */
  readonly record: AuditLogger['record']
  /** Returns the keys for a purpose of the extension. They follow the keys of the sessions. */
  keyring(purpose: string): () => Keyring
  /** Returns a cookie of the extension, named after the session cookie with the suffix: `-login`. `HttpOnly`. */
  cookie(suffix: `-${string}`, sameSite?: 'lax' | 'none'): { for(context: CookieOrigin): NamedCookie }
  /** Counts attempts, in the store of the throttle. Works in memory when the throttle is off. */
  readonly attempts: AttemptCounter
  /**
   * Returns the revision to give to `signInProved`. Taken before the proof of the identity begins.
   *
   * @throws {SessionUnavailableError} when the session store fails to answer.
   */
  revision(): Promise<number>
  /** Resolves to the present state of an account; null when its source cannot tell without a password. */
  lookup(userId: string): Promise<Outcome | null>
  /**
   * Resolves to the present user of an account, with the roles that the application assigns. Scopes limit the
   * permissions. Undefined when the user may not sign in, is unknown, or belongs to a source that needs a password to
   * tell.
   *
   * @throws {SessionUnavailableError} when the source or the role assignments fail to answer.
   */
  presentUser(userId: string, scopes?: readonly string[]): Promise<User | undefined>
  /**
   * Returns the user of an account that came with a credential other than a session: without methods, and with an
   * unknown time of login. Scopes limit the permissions, and leave no role.
   */
  userOf(source: string, account: Account, assignedRoles: readonly string[], scopes?: readonly string[]): User
}

/**
 * Returns a function that makes the state of an extension once for each Auth.
 *
 * ```ts
 * import { perAuth } from 'ostiary/http'
 *
 * const notesOf = perAuth((services) => services.records.of<string>('note'))
 * ```
 */
export function perAuth<T>(make: (services: CoreServices) => T): (services: CoreServices) => T {
  const made = new WeakMap<object, T>()
  return (services) => {
    const known = made.get(services.id)
    if (known !== undefined) return known
    const state = make(services)
    made.set(services.id, state)
    return state
  }
}
