export type {
  AccountChangeKind,
  AuditEntry,
  AuditEvent,
  AuditEventOf,
  AuditEventType,
  ThrottleLimit,
} from './audit/audit-event.ts'
export type { AuditLog, AuditLogger } from './audit/audit-logger.ts'
export type { SessionAdministration } from './audit/session-administration.ts'
export type { Auth, Health } from './auth.ts'
export type { AuthExtension, CoreServices } from './auth-extension.ts'
export type { AuthOptions, SessionOptions } from './auth-options.ts'
export type { Clock } from './clock.ts'
export { createAuth } from './create-auth.ts'
export type { Diagnostic, DiagnosticContext } from './diagnostics/diagnostic.ts'
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
  RecordsUnavailableError,
  SessionUnavailableError,
  UndeclaredRoutesError,
  UnknownRoleError,
  UnsupportedHashError,
  UserExistsError,
  UserNotFoundError,
} from './errors.ts'
export type { SessionUser, SessionView } from './http/session-view.ts'
export type { LoginForm } from './login/login-form.ts'
export type { Login, LoginResult, SignedIn, StepRequired } from './login/login-result.ts'
export { type AllowedReason, type Decision, type DeniedReason, decide, type Subject } from './policy/decide.ts'
export { explain } from './policy/explain.ts'
export { definePermission, type Permission } from './policy/permission.ts'
export {
  type AuthenticationMethod,
  type Checker,
  type CheckRequirement,
  type FactorRequirement,
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
export { memoryRecords } from './records/memory-records.ts'
export type { RecordStore, StoredRecord } from './records/record-store.ts'
export type { AuditedContext, CookieContext, CookieOrigin, RequestContext, RequestHeaders } from './request-context.ts'
export { generateSecret } from './sealing/keyring.ts'
export type { NamedCookie, SessionCookie, SessionCookieOptions } from './sealing/sealed-cookie.ts'
export type { SessionSecret, SessionSecretSource } from './sealing/secret-source.ts'
export type { Authentication, RequestAuthenticator } from './sessions/authenticate-request.ts'
export type { LifetimeOptions } from './sessions/lifetimes.ts'
export type { ListedSession, SessionQuery } from './sessions/listed-session.ts'
export { memorySessions } from './sessions/memory-sessions.ts'
export type { SealedSession, Session } from './sessions/session.ts'
export type { SessionLimitOptions } from './sessions/session-limit.ts'
export type {
  RecordedChange,
  RevocationTarget,
  SessionChange,
  SessionRecord,
  SessionStore,
} from './sessions/session-store.ts'
export { memoryThrottle } from './throttle/memory-throttle.ts'
export type { ThrottleAdministration, ThrottledSubject, ThrottleTarget } from './throttle/throttle-administration.ts'
export type { AccountLimitOptions, LimitOptions, ThrottleOptions } from './throttle/throttle-options.ts'
export type { ConsumedCount, ThrottleCount, ThrottleStore } from './throttle/throttle-store.ts'
export type { Account, AccountInput, JsonValue } from './users/account.ts'
export type { AccountChange, AccountEvents } from './users/account-events.ts'
export type { ChainResult, Trail, TrailStep } from './users/chain-result.ts'
export type { HomeSourceRule, HomeSources } from './users/home-sources.ts'
export { LoginAttempt, type LoginAttemptInput } from './users/login-attempt.ts'
export type { ManagedUser, ManagedUserSource, ManagedUsers, NewUser, UserPage } from './users/managed-users.ts'
export { accepted, blocked, type Outcome, rejected, unavailable, unknown } from './users/outcome.ts'
export type { RoleAssignment, RoleAssignmentPage, RoleAssignments } from './users/role-assignments.ts'
export type { SourceCircuit } from './users/source-chain.ts'
export { ANONYMOUS, type User, type UserJson } from './users/user.ts'
export { defineUserSource, type SourceRules, type UserSource } from './users/user-source.ts'
export type {
  CompleteUser,
  ImportRehearsal,
  ImportRules,
  TransferResult,
  TransferUser,
  UserTransfer,
  WhenDifferent,
} from './users/user-transfer.ts'
export { canonicalUsername } from './users/username.ts'
