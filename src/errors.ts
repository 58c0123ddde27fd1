/**
 * What every error of this package has in common.
 *
 * `code` is a literal for each class, so that `switch (error.code)` narrows an {@link OstiaryError}; each code
 * has a row in `docs/errors.md`. No message ever carries a password, a secret or a cookie.
 */
export abstract class AuthError extends Error {
  abstract readonly code: `OSTIARY_${string}`

  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = new.target.name
  }
}

/**
 * The application is put together wrongly. Thrown while it is built or started. Where there is no plugin to stop the
 * start, a protected route answers with it: 500.
 */
export class ConfigurationError extends AuthError {
  readonly code = 'OSTIARY_CONFIGURATION'
}

/** Routes were registered that say neither who may come in nor that anyone may. */
export class UndeclaredRoutesError extends AuthError {
  readonly code = 'OSTIARY_UNDECLARED_ROUTES'
  /** The routes, as `METHOD /path`. */
  readonly routes: readonly string[]

  constructor(message: string, routes: readonly string[]) {
    super(message)
    this.routes = routes
  }
}

/** Routes were registered before the plugin that should guard them. */
export class LatePluginError extends AuthError {
  readonly code = 'OSTIARY_LATE_PLUGIN'
}

/** A user name is taken. */
export class UserExistsError extends AuthError {
  readonly code = 'OSTIARY_USER_EXISTS'
}

/** There is no such user. */
export class UserNotFoundError extends AuthError {
  readonly code = 'OSTIARY_USER_NOT_FOUND'
}

/** A role was named that the code does not declare. The message lists those it does. */
export class UnknownRoleError extends AuthError {
  readonly code = 'OSTIARY_UNKNOWN_ROLE'
}

/** A user name cannot be used: empty, too long, or with characters that no name may have. */
export class InvalidUsernameError extends AuthError {
  readonly code = 'OSTIARY_INVALID_USERNAME'
}

/** A new password was refused by the password policy. The message says which rule, never the password. */
export class PasswordRefusedError extends AuthError {
  readonly code = 'OSTIARY_PASSWORD_REFUSED'
}

/** A stored password hash cannot be checked: its kind is not known, it is damaged, or it costs more than is allowed. */
export class UnsupportedHashError extends AuthError {
  readonly code = 'OSTIARY_UNSUPPORTED_HASH'
}

/** More passwords wait to be hashed than the queue holds. The caller should try again later (HTTP 503). */
export class HashingBusyError extends AuthError {
  readonly code = 'OSTIARY_HASHING_BUSY'
}

/** A session does not fit into a cookie that browsers keep (4,096 bytes). */
export class CookieTooLargeError extends AuthError {
  readonly code = 'OSTIARY_COOKIE_TOO_LARGE'
}

/** A session could not be confirmed, because the session store or the user's source could not be asked (HTTP 503). */
export class SessionUnavailableError extends AuthError {
  readonly code = 'OSTIARY_SESSION_UNAVAILABLE'
}

/** A database could not be opened, migrated or understood, or a Redis could not be asked. */
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
  | DatabaseError
