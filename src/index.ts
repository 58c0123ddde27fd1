export type { SessionAdministration } from './administration.ts'
export type {
  AccountChangeKind,
  AuditEntry,
  AuditEvent,
  AuditEventOf,
  AuditEventType,
  AuditedRequest,
  ThrottleLimit,
} from './audit/audit-event.ts'
export type { AuditLog, AuditTrail } from './audit/audit-trail.ts'
export type { AuthOptions, SessionOptions } from './auth-options.ts'
export type { Clock } from './clock.ts'
export { type Auth, createAuth, type Health } from './create-auth.ts'
export type { Duration } from './duration.ts'
export { isDevelopment, isProduction } from './environment.ts'
export {
  AuthError,
  ConfigurationError,
  CookieTooLargeError,
  DatabaseError,
  HashingBusyError,
  InvalidUsernameError,
  LatePluginError,
  type OstiaryError,
  PasswordRefusedError,
  SessionUnavailableError,
  UndeclaredRoutesError,
  UnknownRoleError,
  UnsupportedHashError,
  UserExistsError,
  UserNotFoundError,
} from './errors.ts'
export type { Identifier, Identity, Visit } from './login/identify.ts'
export type { Login, LoginResult, SignedIn } from './login/login.ts'
export type { LoginForm } from './login/login-form.ts'
export { memoryThrottle } from './login/memory-throttle.ts'
export type { SessionUser, SessionView } from './login/session-view.ts'
export type { ThrottleAdministration, ThrottledSubject, ThrottleTarget } from './login/throttle-administration.ts'

export type { AccountLimitOptions, LimitOptions, ThrottleOptions } from './login/throttle-options.ts'
export type { TakenCount, ThrottleCount, ThrottleStore } from './login/throttle-store.ts'
export { type AllowedReason, type Decision, type DeniedReason, decide, type Subject } from './policy/decide.ts'
export { explain } from './policy/explain.ts'
export { definePermission, type Permission } from './policy/permission.ts'
export {
  type Checker,
  type CheckRequirement,
  type PermissionRequirement,
  type RecentRequirement,
  type Requirement,
  type RequirementInput,
  type RequirementKey,
  type RequirementParts,
  type RolesRequirement,
  readRequirement,
} from './policy/requirement.ts'
export { defineRole, type Role } from './policy/role.ts'
export { generateSecret } from './sessions/keyring.ts'
export type { LifetimeOptions } from './sessions/lifetimes.ts'
export type { ListedSession, SessionQuery } from './sessions/listed-session.ts'
export { memorySessions } from './sessions/memory-sessions.ts'
export type { SessionSecret, SessionSecretSource } from './sessions/secret-source.ts'
export type { SealedSession, Session } from './sessions/session.ts'
export type { Connection, NamedCookie, SessionCookie, SessionCookieOptions } from './sessions/session-cookie.ts'
export type { SessionLimitOptions } from './sessions/session-limit.ts'
export type {
  RecordedChange,
  RevocationTarget,
  SessionChange,
  SessionRecord,
  SessionStore,
} from './sessions/session-store.ts'
export type { Account, AccountInput, JsonValue } from './users/account.ts'
export type { Finding, Inspection } from './users/finding.ts'
export type { HomeSourceRule, HomeSources } from './users/home-sources.ts'
export { LoginAttempt, type LoginAttemptInput, type RequestView } from './users/login-attempt.ts'
export type {
  AccountChange,
  House,
  ManagedUser,
  ManagedUserSource,
  ManagedUsers,
  NewUser,
  UserPage,
} from './users/managed-users.ts'
export { accepted, blocked, type Outcome, rejected, unavailable, unknown } from './users/outcome.ts'
export type { RoleAssignment, RoleAssignmentPage, RoleAssignments } from './users/role-assignments.ts'
export type { ChainResult, SourceCircuit, Trail, TrailStep } from './users/source-chain.ts'
export { ANONYMOUS, type User, type UserJson } from './users/user.ts'
export { defineUserSource, type SourceRules, type UserSource } from './users/user-source.ts'
export type {
  CompleteUser,
  ImportRules,
  TransferResult,
  TransferUser,
  UserTransfer,
  WhenDifferent,
} from './users/user-transfer.ts'
export { canonicalUsername } from './users/username.ts'
