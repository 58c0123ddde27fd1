import type { AuditLogger } from './audit/audit-logger.ts'
import type { SessionAdministration } from './audit/session-administration.ts'
import type { AuthExtension, CoreServices } from './auth-extension.ts'
import type { Clock } from './clock.ts'
import type { Login, SignedIn } from './login/login-result.ts'
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

/** The authentication and authorisation of one application. Immutable. One process can have several. */
export interface Auth extends Pick<Login, 'signIn' | 'signOut'>, RequestAuthenticator, Pick<AuditLogger, 'on'> {
  readonly roles: readonly Role[]
  readonly permissions: readonly Permission[]
  readonly sources: readonly UserSource[]
  /** The user management, when one of the sources is managed by this package. */
  readonly users: ManagedUsers | undefined
  /** The store of the home source of each user name. Undefined when left out. */
  readonly homeSources: HomeSources | undefined
  /** The roles that the application assigns to users of any source. Undefined when left out. */
  readonly roleAssignments: RoleAssignments | undefined
  readonly sessions: SessionAdministration
  /** The extensions that createAuth was given. */
  readonly extensions: readonly AuthExtension[]
  /** The parts that extensions use. */
  readonly services: CoreServices
  /** The administration of throttled logins. Undefined when the throttle is off. */
  readonly throttle: ThrottleAdministration | undefined
  readonly audit: AuditLogger
  readonly cookie: SessionCookie
  /** The clock that was given to createAuth. */
  readonly clock: Clock
  /**
   * Returns the `Set-Cookie` header for a session that {@link signIn} started.
   *
   * @throws {CookieTooLargeError} when browsers would silently drop the cookie.
   */
  setCookie(session: SealedSession, context: CookieOrigin): string
  /**
   * Returns all `Set-Cookie` headers of a login: the session cookie, and the device cookie for the throttle.
   *
   * @throws {CookieTooLargeError} when browsers would silently drop a cookie.
   */
  setCookies(signedIn: SignedIn, context: CookieOrigin): string[]
  /**
   * Checks the roles and the permission of a requirement.
   *
   * @param where The place of the requirement, for the message, such as `GET /reports`.
   * @throws {ConfigurationError} when the requirement names a role or permission that is unknown to this Auth.
   */
  assertKnown(requirement: Requirement, where: string): void
  /**
   * Returns an Auth with one more source, last unless a position is given. Sessions, roles and audit are shared.
   *
   * @throws {ConfigurationError} when the source is invalid, or another source has its name.
   */
  withSource(source: UserSource, position?: number): Auth
  /**
   * Resolves to the answer of every source to a login, with its time. Works without a session and without audit events.
   * The sources count a wrong password as in a login.
   */
  explain(attempt: LoginAttemptInput): Promise<ChainResult>
  /**
   * Reads the session secret again from its source, or takes the given secret, and seals with its first key from then
   * on. Sessions that any of its keys unseals go on. Sessions that are sealed under a removed key have ended.
   *
   * @throws {ConfigurationError} when a secret is weak or unreadable: the keys stay as they were.
   */
  reloadKeys(secret?: SessionSecret): Promise<void>
  /** Returns the health of sources and sessions, for a readiness route. Works without I/O. */
  health(): Health
  /** @internal Starts a session without a password, for `signInAs` of `ostiary/testing`. Missing in production. */
  readonly [TEST_SESSION]?: ((user: User) => Promise<SealedSession>) | undefined
  /** Makes all sources and the session store ready. Adapters await it before they serve requests. */
  ready(): Promise<void>
  /** Disconnects from the session store, and closes the sources, even sources that it shares with another Auth. */
  close(): Promise<void>
}

/** The health of sources and sessions. */
export interface Health {
  /** True when the circuit of every source is closed, and the feed of revocations is connected. */
  readonly healthy: boolean
  readonly sources: readonly SourceCircuit[]
  readonly sessions: { readonly store: string; readonly connected: boolean }
}
