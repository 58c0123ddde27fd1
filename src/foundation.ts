import { type AuditLogger, createAuditLogger } from './audit/audit-logger.ts'
import type { AuthExtension, CoreServices } from './auth-extension.ts'
import { type AuthOptions, assertUsable } from './auth-options.ts'
import type { Clock } from './clock.ts'
import type { Duration } from './duration.ts'
import { isProduction } from './environment.ts'
import { ConfigurationError } from './errors.ts'
import { createRoleRegistry, type RoleRegistry } from './policy/role-registry.ts'
import { assertDurable } from './records/assert-durable.ts'
import { memoryRecords } from './records/memory-records.ts'
import type { RecordStore } from './records/record-store.ts'
import { createRecords, type Records } from './records/records.ts'
import type { CookieOrigin } from './request-context.ts'
import { createPlainHttpWarning } from './sealing/plain-http.ts'
import { type ReloadableKeyring, reloadableKeyring } from './sealing/reloadable-keyring.ts'
import { createExtensionCookie, createSessionCookie, type SessionCookie } from './sealing/sealed-cookie.ts'
import { secretSource } from './sealing/secret-source.ts'
import { type Lifetimes, readLifetimes } from './sessions/lifetimes.ts'
import { memorySessions } from './sessions/memory-sessions.ts'
import { readCacheSize } from './sessions/reading/session-reader.ts'
import { readSessionLimit, type SessionLimit } from './sessions/session-limit.ts'
import type { SessionStore } from './sessions/session-store.ts'
import { type AttemptCounter, attemptsInMemory } from './throttle/attempt-counter.ts'
import { createThrottling, type Throttling } from './throttle/throttling.ts'
import type { AccountEvents } from './users/account-events.ts'
import { createAlwaysSuperuser } from './users/always-superuser.ts'
import type { HomeSources } from './users/home-sources.ts'
import type { RoleAssignments } from './users/role-assignments.ts'
import type { ChainRules } from './users/source-chain.ts'
import { createTestPeople, type TestPeople } from './users/test-people.ts'
import { warn } from './warn.ts'

/** The parts that an Auth shares with every other Auth that `withSource` makes of it. */
export interface Foundation {
  readonly chainOptions: ChainRules
  readonly sourceDeadline: Duration
  readonly homeSources: HomeSources | undefined
  readonly roleAssignments: RoleAssignments | undefined
  readonly extensions: readonly AuthExtension[]
  readonly records: Records
  readonly recordStore: RecordStore
  readonly attempts: AttemptCounter
  readonly application: string | undefined
  readonly production: boolean
  /** Returns a cookie of an extension, named after the session cookie. */
  readonly extensionCookie: CoreServices['cookie']
  readonly roleRegistry: RoleRegistry
  readonly audit: AuditLogger
  readonly store: SessionStore
  readonly throttling: Throttling | undefined
  readonly keys: ReloadableKeyring
  readonly cookie: SessionCookie
  /** Characters that a sealed session may have. */
  readonly maxSealedLength: number
  /** Notes each request that a session cookie is sent to, for a warning. */
  readonly noteCookie: (context: CookieOrigin) => void
  readonly lifetimes: Lifetimes
  readonly maxRemembered: number
  readonly limit: SessionLimit | undefined
  readonly clock: Clock
  /** Callbacks for changed keys: each Auth watches sessions of its own. */
  readonly keysChanged: Set<() => void>
  /** Users for tests only. Undefined in production. */
  readonly testPeople: TestPeople | undefined
  /** Set once the first Auth has made the events. Why: a managed source reports a change to one listener only. */
  readonly accountEvents?: AccountEvents
}

/**
 * Reads the options of `createAuth`, and fills in the defaults.
 *
 * @throws {ConfigurationError} when the options are unusable. The message says what is wrong and what to do.
 */
export function readFoundation(options: AuthOptions): Foundation {
  assertUsable(options)
  const production = isProduction()
  const { application, audit, clock = Date.now, homeSource, homeSources, roleAssignments, sessions = {} } = options
  const secret = secretSource(sessions.secret)
  const keys = reloadableKeyring(secret, application ?? 'ostiary', production)
  const cookie = createSessionCookie(sessions.cookie ?? {}, production, application)
  const secretGiven = secret.deferred || Boolean(secret.read())
  const recordStore = options.records ?? memoryRecords({ clock })
  const throttling =
    options.throttle === false
      ? undefined
      : createThrottling(options.throttle ?? {}, {
          keyring: keys.inForce,
          cookie: sessions.cookie ?? {},
          production,
          application,
          secretGiven,
          clock,
        })
  const alwaysSuperuser = options.alwaysSuperuser ?? isTrue(process.env.OSTIARY_ALWAYS_SUPERUSER)
  return {
    chainOptions: { homeSource, homeSources, onlyOneAsked: alwaysSuperuser ? createAlwaysSuperuser() : undefined },
    sourceDeadline: options.sourceDeadline ?? '5s',
    homeSources,
    roleAssignments,
    roleRegistry: createRoleRegistry(options.roles, options.permissions, warnOfUnknownRole()),
    audit: createAuditLogger(audit === undefined ? [] : [audit].flat(), clock),
    store: sessions.store ?? memorySessions({ clock }),
    throttling,
    extensions: readExtensions(options.extensions ?? []),
    recordStore,
    records: createRecords({
      store: recordStore,
      keyring: keys.inForce,
      clock,
      secretGiven,
      assertDurable: (feature) => assertDurable(recordStore, feature, production),
    }),
    attempts: throttling?.attempts ?? attemptsInMemory(keys.inForce, clock),
    application,
    production,
    extensionCookie: (suffix, sameSite = 'lax') =>
      createExtensionCookie(sessions.cookie ?? {}, production, application, suffix, sameSite),
    keys,
    cookie,
    maxSealedLength: cookie.maxSealedLength,
    noteCookie: createPlainHttpWarning(),
    lifetimes: readLifetimes(sessions),
    maxRemembered: readCacheSize(sessions.cache),
    limit: readSessionLimit(sessions.perUser),
    clock,
    keysChanged: new Set(),
    testPeople: production ? undefined : createTestPeople(options.roles.map(({ name }) => name)),
  }
}

/** @throws {ConfigurationError} when two extensions have the same name. */
function readExtensions(extensions: readonly AuthExtension[]): readonly AuthExtension[] {
  const names = extensions.map(({ name }) => name)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined)
    throw new ConfigurationError(`Two extensions are called "${twice}". Give each a name of its own.`)
  return Object.freeze([...extensions])
}

/** Warns once for each role name that is undeclared in the code. */
function warnOfUnknownRole(): (name: string) => void {
  const warned = new Set<string>()
  return (name) => {
    if (warned.has(name) || warned.size >= MOST_WARNINGS) return
    warned.add(name)
    warn(
      'OSTIARY_ROLE_IGNORED',
      `A source gives the role ${JSON.stringify(name)}, which the code does not declare. It is ignored.`,
    )
  }
}

const MOST_WARNINGS = 100

function isTrue(variable: string | undefined): boolean {
  return variable !== undefined && ['1', 'true', 'yes', 'on'].includes(variable.toLowerCase())
}
