import type { AuditLogger } from './audit/audit-logger.ts'
import type { SessionAdministration } from './audit/session-administration.ts'
import type { Clock } from './clock.ts'
import type { Login, SignedIn } from './login/login.ts'
import type { Permission } from './policy/permission.ts'
import type { Requirement } from './policy/requirement.ts'
import type { Role } from './policy/role.ts'
import type { CookieOrigin } from './request-context.ts'
import type { SessionCookie } from './sealing/sealed-cookie.ts'
import type { SessionSecret } from './sealing/secret-source.ts'
import type { RequestAuthenticator } from './sessions/authenticate-request.ts'
import type { SealedSession } from './sessions/session.ts'
import type { ThrottleAdministration } from './throttle/throttle-administration.ts'
import type { ChainResult } from './users/chain-result.ts'
import type { HomeSources } from './users/home-sources.ts'
import type { LoginAttemptInput } from './users/login-attempt.ts'
import type { ManagedUsers } from './users/managed-users.ts'
import type { RoleAssignments } from './users/role-assignments.ts'
import type { SourceCircuit } from './users/source-chain.ts'
import type { TEST_SESSION } from './users/test-people.ts'
import type { User } from './users/user.ts'
import type { UserSource } from './users/user-source.ts'

/** The doorkeeper of one application. Immutable; two of them can live in one process. */
export interface Auth extends Pick<Login, 'signIn' | 'signOut'>, RequestAuthenticator, Pick<AuditLogger, 'on'> {
  readonly roles: readonly Role[]
  readonly permissions: readonly Permission[]
  readonly sources: readonly UserSource[]
  /** User management, when one of the sources is our own. */
  readonly users: ManagedUsers | undefined
  /** Where it is remembered which source a name belongs to, if anywhere. */
  readonly homeSources: HomeSources | undefined
  /** What the application says of people of any source, if anything. */
  readonly roleAssignments: RoleAssignments | undefined
  readonly sessions: SessionAdministration
  /** What an administrator may see and do about throttled logins. Undefined when there is no throttle. */
  readonly throttle: ThrottleAdministration | undefined
  readonly audit: AuditLogger
  readonly cookie: SessionCookie
  /** Tells the time, as it was given to createAuth. */
  readonly clock: Clock
  /** The `Set-Cookie` header for a session that {@link signIn} started. */
  setCookie(session: SealedSession, context: CookieOrigin): string
  /** All `Set-Cookie` headers that belong to it: that of the session, and the one by which the throttle knows the browser. */
  setCookies(signedIn: SignedIn, context: CookieOrigin): string[]
  /** @throws {ConfigurationError} when a requirement names a role or permission that this Auth does not know. */
  assertKnown(requirement: Requirement, where: string): void
  /** The same Auth with one more source, last unless a position is given. Sessions, roles and audit are shared. */
  withSource(source: UserSource, position?: number): Auth
  /**
   * What every source would say to a login, with the time it took. Signs nobody in and records nothing; the sources count
   * a wrong password as they always do.
   */
  explain(attempt: LoginAttemptInput): Promise<ChainResult>
  /**
   * Reads the session secret anew from where createAuth got it, or takes the one that is given, and seals with its first
   * key from then on. Sessions that any of its keys unseals go on; what is sealed under a key that is gone has ended.
   *
   * @throws {ConfigurationError} when any of the secrets is weak, or cannot be read: the keys stay as they were.
   */
  reloadKeys(secret?: SessionSecret): Promise<void>
  /** How the Auth stands, for a readiness route. No I/O. */
  health(): Health
  /** @internal Starts a session without a password, for `signInAs` of `ostiary/testing`. There is none in production. */
  readonly [TEST_SESSION]?: ((user: User) => Promise<SealedSession>) | undefined
  /** Makes all sources and the session store ready. Adapters await it before they serve. */
  ready(): Promise<void>
  /** Stops listening to the session store, and closes the sources: also those that it shares with another Auth. */
  close(): Promise<void>
}

/** How the Auth stands. */
export interface Health {
  /** Whether every source is asked, and revocations are heard of. */
  readonly healthy: boolean
  readonly sources: readonly SourceCircuit[]
  readonly sessions: { readonly store: string; readonly connected: boolean }
}
