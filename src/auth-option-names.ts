import type { AuthOptions, SessionOptions } from './auth-options.ts'
import { assertKnownOptions, type OptionNames } from './known-options.ts'
import type { SessionCookieOptions } from './sealing/sealed-cookie.ts'
import type { SessionLimitOptions } from './sessions/session-limit.ts'
import type { AccountLimitOptions, LimitOptions, ThrottleOptions } from './throttle/throttle-options.ts'

/** Throws for unknown names of options of `createAuth()`, nested options included. @throws {ConfigurationError} */
export function assertKnownAuthOptions(options: AuthOptions): void {
  const { sessions, throttle } = options
  assertKnownOptions('The options of createAuth()', options, AUTH)
  assertKnownOptions('The option sessions of createAuth()', sessions, SESSIONS)
  assertKnownOptions('The option sessions.cookie of createAuth()', sessions?.cookie, COOKIE)
  assertKnownOptions('The option sessions.perUser of createAuth()', objectOf(sessions?.perUser), PER_USER)
  const limits = objectOf(throttle)
  assertKnownOptions('The option throttle of createAuth()', limits, THROTTLE)
  assertKnownOptions('The option throttle.account of createAuth()', limits?.account, ACCOUNT)
  assertKnownOptions('The option throttle.account.longTerm of createAuth()', limits?.account?.longTerm, LIMIT)
  assertKnownOptions('The option throttle.client of createAuth()', objectOf(limits?.client), LIMIT)
  assertKnownOptions('The option throttle.overall of createAuth()', objectOf(limits?.overall), LIMIT)
}

function objectOf<Value>(value: Value): Extract<Value, object> | undefined {
  return typeof value === 'object' && value !== null ? (value as Extract<Value, object>) : undefined
}

const AUTH: OptionNames<AuthOptions> = {
  roles: true,
  permissions: true,
  sources: true,
  homeSources: true,
  homeSource: true,
  roleAssignments: true,
  sessions: true,
  extensions: true,
  records: true,
  throttle: true,
  application: true,
  audit: true,
  sourceDeadline: true,
  alwaysSuperuser: true,
  clock: true,
}

const SESSIONS: OptionNames<SessionOptions> = {
  store: true,
  secret: true,
  cookie: true,
  perUser: true,
  cache: true,
  lifetime: true,
  idle: true,
  persistentLifetime: true,
  lease: true,
  grace: true,
}

const COOKIE: OptionNames<SessionCookieOptions> = { name: true, sameSite: true, secure: true }

const PER_USER: OptionNames<SessionLimitOptions> = { most: true, beyond: true }

const THROTTLE: OptionNames<ThrottleOptions> = {
  store: true,
  account: true,
  client: true,
  overall: true,
  deviceLifetime: true,
  maxWaiting: true,
  refusalFloor: true,
  wait: true,
}

const ACCOUNT: OptionNames<AccountLimitOptions> = {
  attempts: true,
  window: true,
  longestWindow: true,
  undelayed: true,
  delay: true,
  longestDelay: true,
  longTerm: true,
}

const LIMIT: OptionNames<LimitOptions> = { attempts: true, window: true }
