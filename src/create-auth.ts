import { administer, createAccountEvents, type SessionAdministration } from './administration.ts'
import { type AuditLogger, createAuditLogger } from './audit/audit-trail.ts'
import { type AuthOptions, assertUsable } from './auth-options.ts'
import type { Clock } from './clock.ts'
import type { Duration } from './duration.ts'
import { isProduction } from './environment.ts'
import { createPlainHttpWarning } from './http/plain-http.ts'
import { createLogin, type Login, type SignedIn } from './login/login.ts'
import type { Permission } from './policy/permission.ts'
import type { Requirement } from './policy/requirement.ts'
import type { Role } from './policy/role.ts'
import { createRoleRegistry, type RoleRegistry } from './policy/role-registry.ts'
import type { CookieOrigin } from './request-context.ts'
import { type SessionKeyring, sessionKeyring } from './sealing/reloadable-keyring.ts'
import { createSessionCookie, type SessionCookie } from './sealing/sealed-cookie.ts'
import { type SessionSecret, secretSource } from './sealing/secret-source.ts'
import {
  createRequestAuthenticator,
  type RequestAuthenticator,
  setSessionCookie,
} from './sessions/authenticate-request.ts'
import { type Lifetimes, readLifetimes } from './sessions/lifetimes.ts'
import { memorySessions } from './sessions/memory-sessions.ts'
import type { SealedSession, Session } from './sessions/session.ts'
import { readSessionLimit, type SessionLimit } from './sessions/session-limit.ts'
import { readCacheSize } from './sessions/session-reader.ts'
import type { SessionStore } from './sessions/session-store.ts'
import { createSessions } from './sessions/sessions.ts'
import type { ThrottleAdministration } from './throttle/throttle-administration.ts'
import { createThrottling, type Throttling } from './throttle/throttling.ts'
import { createAlwaysSuperuser } from './users/always-superuser.ts'
import type { HomeSourceRule, HomeSources } from './users/home-sources.ts'
import { LoginAttempt, type LoginAttemptInput } from './users/login-attempt.ts'
import { type AccountEvents, isManagedUserSource, type ManagedUsers } from './users/managed-users.ts'
import type { RoleAssignments } from './users/role-assignments.ts'
import { type ChainResult, createSourceChain, type SourceCircuit } from './users/source-chain.ts'
import { createTestPeople, TEST_SESSION, type TestPeople } from './users/test-people.ts'
import { User } from './users/user.ts'
import type { UserSource } from './users/user-source.ts'
import { warn } from './warn.ts'
import { warnOfUnshared } from './warn-unshared.ts'

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
  /** How the accountEvents stands, for a readiness route. No I/O. */
  health(): Health
  /** @internal Starts a session without a password, for `signInAs` of `ostiary/testing`. There is none in production. */
  readonly [TEST_SESSION]?: ((user: User) => Promise<SealedSession>) | undefined
  /** Makes all sources and the session store ready. Adapters await it before they serve. */
  ready(): Promise<void>
  /** Stops listening to the session store, and closes the sources: also those that it shares with another Auth. */
  close(): Promise<void>
}

/** How the accountEvents stands. */
export interface Health {
  /** Whether every source is asked, and revocations are heard of. */
  readonly healthy: boolean
  readonly sources: readonly SourceCircuit[]
  readonly sessions: { readonly store: string; readonly connected: boolean }
}

/**
 * The composition root: configuration in, an immutable {@link Auth} out.
 *
 * Touches no disk and no network: that is for {@link Auth.ready}.
 *
 * @throws {ConfigurationError} that says what is wrong and what to do.
 */
export function createAuth(options: AuthOptions): Auth {
  assertUsable(options)
  const production = isProduction()
  const { clock = Date.now, sourceDeadline = '5s', sessions = {}, audit } = options
  const alwaysSuperuser = options.alwaysSuperuser ?? isTrue(process.env.OSTIARY_ALWAYS_SUPERUSER)
  const secret = secretSource(sessions.secret)
  const keys = sessionKeyring(secret, options.application ?? 'ostiary', production)
  return assemble(options.sources ?? [], {
    homeSources: options.homeSources,
    homeSource: options.homeSource,
    roleAssignments: options.roleAssignments,
    superuserSwitch: alwaysSuperuser ? createAlwaysSuperuser() : undefined,
    roleRegistry: createRoleRegistry(options.roles, options.permissions, warnOfUnknownRole()),
    trail: createAuditLogger(audit === undefined ? [] : [audit].flat(), clock),
    testPeople: production ? undefined : createTestPeople(options.roles.map(({ name }) => name)),
    store: sessions.store ?? memorySessions({ clock }),
    keys,
    cookie: createSessionCookie(sessions.cookie ?? {}, production, options.application),
    throttling:
      options.throttle === false
        ? undefined
        : createThrottling(options.throttle ?? {}, {
            keyring: keys.inForce,
            cookie: sessions.cookie ?? {},
            production,
            application: options.application,
            secretGiven: secret.deferred || Boolean(secret.read()),
            clock,
          }),
    lifetimes: readLifetimes(sessions),
    noteCookie: createPlainHttpWarning(),
    limit: readSessionLimit(sessions.perUser),
    maxRemembered: readCacheSize(sessions.cache),
    clock,
    sourceDeadline,
    keysChanged: new Set(),
  })
}

/** What an Auth has in common with those that `withSource` makes of it. */
interface Foundation {
  /** The source that, while it is there, is the only one to be asked. */
  readonly superuserSwitch: UserSource | undefined
  /** Undefined in production. */
  readonly testPeople: TestPeople | undefined
  readonly homeSources: HomeSources | undefined
  readonly roleAssignments: RoleAssignments | undefined
  readonly homeSource: HomeSourceRule | undefined
  readonly roleRegistry: RoleRegistry
  readonly trail: AuditLogger
  readonly store: SessionStore
  readonly throttling: Throttling | undefined
  readonly keys: SessionKeyring
  readonly cookie: SessionCookie
  /** Takes note of each connection over which a session cookie is sent. */
  readonly noteCookie: (context: CookieOrigin) => void
  readonly lifetimes: Lifetimes
  readonly maxRemembered: number
  readonly limit: SessionLimit | undefined
  readonly clock: Clock
  readonly sourceDeadline: Duration
  /** What is to be done once the keys have changed: each of them has sessions of its own that are watched. */
  readonly keysChanged: Set<() => void>
  /** One for all of them: a managed source tells it of a change once. */
  readonly accountEvents?: AccountEvents
}

function assemble(sources: readonly UserSource[], foundation: Foundation): Auth {
  const { roleRegistry, trail, store, keys, cookie, clock, superuserSwitch, sourceDeadline, throttling } = foundation
  const chain = createSourceChain(sources, sourceDeadline, {
    onlyOneAsked: superuserSwitch,
    homeSources: foundation.homeSources,
    homeSource: foundation.homeSource,
  })
  const { maxSealedLength } = cookie
  const { roleAssignments } = foundation
  const assignment = (userId: string) => Promise.resolve(roleAssignments?.find(userId))
  const { testPeople } = foundation
  const lookup = async (id: string) => testPeople?.find(id) ?? chain.lookup(id)
  const hasSource = (name: string) => chain.hasSource(name) || testPeople?.hasSource(name) === true
  const userOf = ({ source, account, assignedRoles = [], startedAt }: Session): User =>
    new User(source, account, roleRegistry.roleSet([...account.roles, ...assignedRoles]), startedAt)
  const sessions = createSessions({
    ...foundation,
    keyring: keys.inForce,
    maxSealedLength,
    userOf,
    lookup,
    assignment,
    hasSource,
  })
  foundation.keysChanged.add(sessions.keysChanged)
  const administration = administer(sessions, store, trail)
  const accountEvents = foundation.accountEvents ?? createAccountEvents(roleRegistry, sessions, administration, trail)
  for (const source of chain.sources) if (isManagedUserSource(source)) source.join(accountEvents)
  roleAssignments?.join(accountEvents)
  const login = createLogin(chain, sessions, trail, userOf, assignment)
  let made: Promise<void> | undefined

  function setCookie(session: SealedSession, context: CookieOrigin): string {
    foundation.noteCookie(context)
    return setSessionCookie(cookie.for(context), session, clock())
  }

  async function makeReady(): Promise<void> {
    await keys.ready()
    await Promise.all([...chain.sources, foundation.homeSources, roleAssignments].map((each) => each?.ready?.()))
    await sessions.ready()
    await throttling?.ready()
    warnOfUnshared(store, [...chain.sources, foundation.homeSources, roleAssignments])
  }

  async function startForTest(user: User): Promise<SealedSession> {
    const { source, account } = (testPeople as TestPeople).add(user)
    const start = await sessions.start(source, account, { persistent: false, revision: await sessions.revision() })
    if (start.outcome === 'started') return start
    throw new Error(`signInAs() cannot start a session: ${start.outcome}.`)
  }

  return Object.freeze({
    [TEST_SESSION]: testPeople && startForTest,
    roles: roleRegistry.roles,
    permissions: roleRegistry.permissions,
    sources: chain.sources,
    users: chain.sources.find(isManagedUserSource),
    homeSources: foundation.homeSources,
    roleAssignments,
    audit: trail,
    cookie,
    clock,
    on: trail.on,
    assertKnown: roleRegistry.assertKnown,
    ...createRequestAuthenticator(cookie, sessions, userOf, clock),
    ...(throttling?.guard(login, chain, trail) ?? login),
    throttle: throttling?.administration(chain.sources),
    setCookie,
    setCookies: (signedIn: SignedIn, context: CookieOrigin) => [
      setCookie(signedIn, context),
      ...(throttling?.deviceCookies(signedIn.device, context) ?? []),
    ],

    sessions: administration,
    explain: (attempt: LoginAttemptInput) => chain.explain(new LoginAttempt(attempt)),

    async reloadKeys(secret?: SessionSecret) {
      const { current, ids } = await keys.reload(secret)
      for (const tell of foundation.keysChanged) tell()
      trail.record({ type: 'keys.reloaded', current: current.id, keys: ids })
    },

    health() {
      const sources = chain.circuits()
      const connected = sessions.isConnected()
      const healthy = connected && sources.every(({ circuit }) => circuit === 'closed')
      return { healthy, sources, sessions: { store: store.name, connected } }
    },

    withSource: (source: UserSource, position: number = sources.length) =>
      assemble(sources.toSpliced(position, 0, source), { ...foundation, accountEvents }),

    async ready() {
      made ??= makeReady()
      try {
        await made
      } catch (error) {
        // Let the next call try again.
        made = undefined
        throw error
      }
    },

    async close() {
      made = undefined
      await sessions.close()
      await Promise.all(chain.sources.map((source) => source.close?.()))
    },
  })
}

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
