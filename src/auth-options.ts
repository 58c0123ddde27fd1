import type { AuditLog } from './audit/audit-logger.ts'
import { assertKnownAuthOptions } from './auth-option-names.ts'
import type { Clock } from './clock.ts'
import type { Duration } from './duration.ts'
import { ConfigurationError } from './errors.ts'
import type { Permission } from './policy/permission.ts'
import type { Role } from './policy/role.ts'
import type { SessionCookieOptions } from './sealing/sealed-cookie.ts'
import type { SessionSecretSource } from './sealing/secret-source.ts'
import type { LifetimeOptions } from './sessions/lifetimes.ts'
import type { SessionLimitOptions } from './sessions/session-limit.ts'
import type { SessionStore } from './sessions/session-store.ts'
import type { ThrottleOptions } from './throttle/throttle-options.ts'
import type { HomeSourceRule, HomeSources } from './users/home-sources.ts'
import type { RoleAssignments } from './users/role-assignments.ts'
import type { UserSource } from './users/user-source.ts'

/** What an application tells the doorkeeper. */
export interface AuthOptions {
  readonly roles: readonly Role[]
  /** Permissions that no role has, and that only superusers are to have. */
  readonly permissions?: readonly Permission[]
  /** Where people live, asked in this order. */
  readonly sources?: readonly UserSource[]
  /** Where it is remembered which source a name belongs to. Default: nowhere. */
  readonly homeSources?: HomeSources
  /** What the home source of a name decides. Default: `prefer`, where there are `homeSources`. */
  readonly homeSource?: HomeSourceRule
  /** Roles that the application gives to people of any source, beside those of the source. Default: none. */
  readonly roleAssignments?: RoleAssignments
  readonly sessions?: SessionOptions
  /** How many attempts to sign in are let through. Default: the limits of {@link ThrottleOptions}; `false` for none. */
  readonly throttle?: ThrottleOptions | false
  /** Separates the keys of applications that share a secret. Default: `ostiary`. */
  readonly application?: string
  /** Where events go instead of the application's own log. */
  readonly audit?: AuditLog | readonly AuditLog[]
  /** How long a source may take to answer. Default: 5 s. */
  readonly sourceDeadline?: Duration
  /**
   * For development only: whatever is typed into the login form signs in a superuser. Default: what the environment
   * variable OSTIARY_ALWAYS_SUPERUSER says. Refused in production.
   */
  readonly alwaysSuperuser?: boolean
  /** Default: `Date.now`. */
  readonly clock?: Clock
}

/** How people stay signed in. */
export interface SessionOptions extends LifetimeOptions {
  /** Default: the memory of this process. */
  readonly store?: SessionStore
  /**
   * At least 32 characters, several of them separated by commas or as a list: the first seals, all of them unseal. Or
   * a function that gets them, called by `auth.ready()` and by `auth.reloadKeys()`.
   * Default: the environment variable OSTIARY_SECRET, or else the file that OSTIARY_SECRET_FILE names; without
   * either, production does not start, and development makes one up.
   */
  readonly secret?: SessionSecretSource | undefined
  readonly cookie?: SessionCookieOptions
  /** How many sessions a user may have at once; a login beyond that ends the oldest, or is refused. Default: any number. */
  readonly perUser?: number | SessionLimitOptions
  /**
   * How many sealed sessions that have been read are remembered in memory, so that they are not decrypted at every
   * request. Most take less than 2 kB, and all together never more than 2.5 kB times this number. Default: 65,536, 164 MB
   * at the most. 0: none.
   */
  readonly cache?: number
}

/** Callers in JavaScript may have written anything. @throws {ConfigurationError} that says all that is unusable. */
export function assertUsable(options: AuthOptions): void {
  if (typeof options !== 'object' || options === null) {
    throw new ConfigurationError('createAuth() needs options: createAuth({ roles, sources, sessions }).')
  }
  assertKnownAuthOptions(options)
  const { application, audit, clock, homeSource, homeSources, sessions, throttle } = options
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
    throttle !== undefined && throttle !== false && !isThrottle(throttle) && 'throttle is ThrottleOptions, or false',
  ].filter((sentence) => typeof sentence === 'string')
  if (unusable.length > 0) throw new ConfigurationError(`The options of createAuth(): ${unusable.join('; ')}.`)
}

function isThrottle(throttle: ThrottleOptions): boolean {
  if (typeof throttle !== 'object' || throttle === null) return false
  const { store } = throttle
  return store === undefined || typeof store?.consume === 'function'
}
