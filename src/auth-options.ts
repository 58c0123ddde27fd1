import type { AuditLog } from './audit/audit-logger.ts'
import type { AuthExtension } from './auth-extension.ts'
import { assertKnownAuthOptions } from './auth-option-names.ts'
import type { Clock } from './clock.ts'
import type { Duration } from './duration.ts'
import { ConfigurationError } from './errors.ts'
import type { Permission } from './policy/permission.ts'
import type { Role } from './policy/role.ts'
import type { RecordStore } from './records/record-store.ts'
import type { SessionCookieOptions } from './sealing/sealed-cookie.ts'
import type { SessionSecretSource } from './sealing/secret-source.ts'
import type { LifetimeOptions } from './sessions/lifetimes.ts'
import type { SessionLimitOptions } from './sessions/session-limit.ts'
import type { SessionStore } from './sessions/session-store.ts'
import type { ThrottleOptions } from './throttle/throttle-options.ts'
import type { HomeSourceRule, HomeSources } from './users/home-sources.ts'
import type { RoleAssignments } from './users/role-assignments.ts'
import type { UserSource } from './users/user-source.ts'

/** Options of `createAuth`. */
export interface AuthOptions {
  readonly roles: readonly Role[]
  /** Permissions outside all roles, which only superusers have. */
  readonly permissions?: readonly Permission[]
  /** User sources, asked in this order. */
  readonly sources?: readonly UserSource[]
  /** Store of the home source of each user name. Left out by default. */
  readonly homeSources?: HomeSources
  /** Rule for the home source of a name. Default: `prefer`, where `homeSources` are given. */
  readonly homeSource?: HomeSourceRule
  /** Roles that the application assigns to users of any source, beside the roles of the source. Left out by default. */
  readonly roleAssignments?: RoleAssignments
  readonly sessions?: SessionOptions
  /** Features such as second factors, tokens and other ways of signing in. Left out by default. */
  readonly extensions?: readonly AuthExtension[]
  /** Store of what extensions keep. Default: the memory of this process, which production refuses for some of them. */
  readonly records?: RecordStore
  /** Limits on login attempts. Default: the limits of {@link ThrottleOptions}. `false` turns them off. */
  readonly throttle?: ThrottleOptions | false
  /** Separates the keys of applications that share a secret. Default: `ostiary`. */
  readonly application?: string
  /** Receiver of audit events, in place of the log of the application. */
  readonly audit?: AuditLog | readonly AuditLog[]
  /** Longest time that a source may take to answer. Default: 5 s. */
  readonly sourceDeadline?: Duration
  /**
   * For development only: any name and password sign in a superuser. Default: the environment variable
   * OSTIARY_ALWAYS_SUPERUSER. Refused in production.
   */
  readonly alwaysSuperuser?: boolean
  /** Default: `Date.now`. */
  readonly clock?: Clock
}

/** Options of sessions. */
export interface SessionOptions extends LifetimeOptions {
  /** Default: the memory of this process. */
  readonly store?: SessionStore
  /**
   * Secret of at least 32 characters. Several secrets stand in a list or between commas: the first seals, all unseal.
   * Or a function that fetches the secrets, called by `auth.ready()` and by `auth.reloadKeys()`.
   * Default: the environment variable OSTIARY_SECRET, or else the file that OSTIARY_SECRET_FILE names. Without a
   * secret, production fails to start, and development generates one.
   */
  readonly secret?: SessionSecretSource | undefined
  readonly cookie?: SessionCookieOptions
  /** Limit of sessions for each user. A login beyond it ends the oldest session, or is refused. Default: unlimited. */
  readonly perUser?: number | SessionLimitOptions
  /**
   * Number of unsealed sessions in the cache. Why: cached sessions are decrypted once rather than in every request.
   * Most take less than 2 kB, and all together at most 2.5 kB times this number. Default: 65,536, at most 164 MB. 0
   * turns the cache off.
   */
  readonly cache?: number
}

/**
 * Checks the types of options. Why: callers in JavaScript may pass any value.
 *
 * @throws {ConfigurationError} when options are unusable. The message lists all of them.
 */
export function assertUsable(options: AuthOptions): void {
  if (typeof options !== 'object' || options === null) {
    throw new ConfigurationError('createAuth() needs options: createAuth({ roles, sources, sessions }).')
  }
  assertKnownAuthOptions(options)
  const { application, audit, clock, extensions, homeSource, homeSources, records, sessions, throttle } = options
  const unusable = [
    application !== undefined && (typeof application !== 'string' || application === '') && 'application is a text',
    clock !== undefined && typeof clock !== 'function' && 'clock is a function such as Date.now',
    audit !== undefined &&
      ![audit].flat().every((log) => typeof log?.record === 'function') &&
      'audit is an AuditLog, or several',
    homeSource !== undefined &&
      !['prefer', 'only', 'ignore'].includes(homeSource) &&
      'homeSource is "prefer", "only" or "ignore"',
    homeSources !== undefined && typeof homeSources?.find !== 'function' && 'homeSources are HomeSources',
    sessions?.store !== undefined &&
      typeof sessions.store?.confirm !== 'function' &&
      'sessions.store is a SessionStore',
    extensions !== undefined &&
      !(Array.isArray(extensions) && extensions.every((each) => typeof each?.name === 'string')) &&
      'extensions are a list of extensions',
    records !== undefined && typeof records?.take !== 'function' && 'records is a RecordStore',
    throttle !== undefined && throttle !== false && !isThrottle(throttle) && 'throttle is ThrottleOptions, or false',
  ].filter((sentence) => typeof sentence === 'string')
  if (unusable.length > 0) throw new ConfigurationError(`The options of createAuth(): ${unusable.join('; ')}.`)
}

function isThrottle(throttle: ThrottleOptions): boolean {
  if (typeof throttle !== 'object' || throttle === null) return false
  const { store } = throttle
  return store === undefined || typeof store?.consume === 'function'
}
