/**
 * The base class of every error of this package. Thrown only as one of the classes below.
 *
 * `code` is a literal for each class, so that `switch (error.code)` narrows an {@link OstiaryError}; each code
 * has a row in `docs/errors.md`. Messages are free of passwords, secrets and cookies.
 */
export abstract class AuthError extends Error {
  abstract readonly code: `OSTIARY_${string}`

  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = new.target.name
  }
}

/**
 * Thrown while the application is built or started, when its configuration is wrong. Without a plugin
 * that can stop the start, protected routes answer with this error: 500.
 */
export class ConfigurationError extends AuthError {
  readonly code = 'OSTIARY_CONFIGURATION'
}

/** Thrown when routes are registered without a requirement, and without being declared public. */
export class UndeclaredRoutesError extends AuthError {
  readonly code = 'OSTIARY_UNDECLARED_ROUTES'
  /** The routes, as `METHOD /path`. */
  readonly routes: readonly string[]

  constructor(message: string, routes: readonly string[]) {
    super(message)
    this.routes = routes
  }
}

/** Thrown when routes were registered before the plugin that should guard them. */
export class LatePluginError extends AuthError {
  readonly code = 'OSTIARY_LATE_PLUGIN'
}

/**
 * Thrown when the store of records fails to answer, so that a feature such as a second factor cannot decide. The
 * endpoints of Ostiary answer 503.
 */
export class RecordsUnavailableError extends AuthError {
  readonly code = 'OSTIARY_RECORDS_UNAVAILABLE'
}

/** Thrown when a new user has a name that is taken. */
export class UserExistsError extends AuthError {
  readonly code = 'OSTIARY_USER_EXISTS'
}

/** Thrown when a user to be changed is unknown. */
export class UserNotFoundError extends AuthError {
  readonly code = 'OSTIARY_USER_NOT_FOUND'
}

/** Thrown when a role is undeclared in the code. The message lists the declared roles. */
export class UnknownRoleError extends AuthError {
  readonly code = 'OSTIARY_UNKNOWN_ROLE'
}

/** Thrown when a user name is unusable: empty, too long, or with forbidden characters. */
export class InvalidUsernameError extends AuthError {
  readonly code = 'OSTIARY_INVALID_USERNAME'
}

/** Thrown when the password policy refuses a new password. The message names the rule, and leaves out the password. */
export class PasswordRefusedError extends AuthError {
  readonly code = 'OSTIARY_PASSWORD_REFUSED'
}

/** Thrown when a stored password hash is uncheckable: of an unknown kind, damaged, or more expensive than is allowed. */
export class UnsupportedHashError extends AuthError {
  readonly code = 'OSTIARY_UNSUPPORTED_HASH'
}

/** Thrown when more passwords wait to be hashed than the queue holds. The caller should try again later (HTTP 503). */
export class HashingBusyError extends AuthError {
  readonly code = 'OSTIARY_HASHING_BUSY'
}

/** Thrown when a session is too large for a cookie that browsers keep (4,096 bytes). */
export class CookieTooLargeError extends AuthError {
  readonly code = 'OSTIARY_COOKIE_TOO_LARGE'
}

/** Thrown when a session is unconfirmed, because the session store or the source of the user was unavailable (HTTP 503). */
export class SessionUnavailableError extends AuthError {
  readonly code = 'OSTIARY_SESSION_UNAVAILABLE'
}

/** Thrown when a database fails to open, to migrate or to be understood, or a Redis fails to answer. */
export class DatabaseError extends AuthError {
  readonly code = 'OSTIARY_DATABASE'
}

/** Every error that this package throws on purpose, for `switch (error.code)`. */
export type OstiaryError =
  | ConfigurationError
  | UndeclaredRoutesError
  | LatePluginError
  | UserExistsError
  | UserNotFoundError
  | UnknownRoleError
  | InvalidUsernameError
  | PasswordRefusedError
  | UnsupportedHashError
  | HashingBusyError
  | CookieTooLargeError
  | SessionUnavailableError
  | RecordsUnavailableError
  | DatabaseError
