import { createAccountEvents } from './audit/account-events.ts'
import { administer } from './audit/session-administration.ts'
import type { Auth } from './auth.ts'
import type { AuthOptions } from './auth-options.ts'
import { coreServices, joinExtensions } from './core-services.ts'
import { type Foundation, readFoundation } from './foundation.ts'
import { createLifecycle } from './lifecycle.ts'
import { createCompleteLogin } from './login/complete-login.ts'
import { createLogin } from './login/login.ts'
import type { SignedIn } from './login/login-result.ts'
import { createPendingLogins } from './login/pending-logins.ts'
import type { CookieOrigin } from './request-context.ts'
import type { SessionSecret } from './sealing/secret-source.ts'
import { createRequestAuthenticator, setSessionCookie } from './sessions/authenticate-request.ts'
import type { SealedSession } from './sessions/session.ts'
import { createSessions } from './sessions/sessions.ts'
import { startTestSession } from './sessions/test-session.ts'
import { createAccountDirectory } from './users/account-directory.ts'
import { LoginAttempt, type LoginAttemptInput } from './users/login-attempt.ts'
import { isManagedUserSource } from './users/managed-users.ts'
import { createSourceChain } from './users/source-chain.ts'
import { TEST_SESSION } from './users/test-people.ts'
import type { UserSource } from './users/user-source.ts'

/**
 * Creates an immutable {@link Auth} from its configuration.
 *
 * Works without disk and network. {@link Auth.ready} opens the sources and the stores.
 *
 * ```ts
 * import { createAuth, defineRole } from 'ostiary'
 * import { localUsers, openDatabase } from 'ostiary/sql'
 *
 * const VIEWER = defineRole({ name: 'Viewer', description: 'Reads', permissions: [] })
 * const auth = createAuth({ roles: [VIEWER], sources: [localUsers(openDatabase('sqlite:users.db'))] })
 * ```
 *
 * @throws {ConfigurationError} when the options are unusable. The message says what is wrong and what to do.
 */
export function createAuth(options: AuthOptions): Auth {
  return assemble(options.sources ?? [], readFoundation(options))
}

/** Builds an Auth on the foundation that it shares with every other Auth that `withSource` makes of it. */
function assemble(sources: readonly UserSource[], foundation: Foundation): Auth {
  const { audit, clock, cookie, homeSources, keys, roleAssignments, roleRegistry, store, testPeople, throttling } =
    foundation
  const { extensions, records } = foundation
  const ofExtensions = extensions.flatMap((extension) => extension.source?.(() => services) ?? [])
  const chain = createSourceChain([...sources, ...ofExtensions], foundation.sourceDeadline, foundation.chainOptions)
  const directory = createAccountDirectory({ chain, roleRegistry, roleAssignments, testPeople })
  const sessions = createSessions({ ...foundation, keyring: keys.inForce, directory })
  foundation.keysChanged.add(sessions.keysChanged)
  const administration = administer(sessions, store, audit)
  const accountEvents =
    foundation.accountEvents ??
    createAccountEvents(roleRegistry, sessions, administration, audit, (change) => joined.accountChanged(change))
  for (const source of chain.sources) if (isManagedUserSource(source)) source.join(accountEvents)
  roleAssignments?.join(accountEvents)
  const pending = createPendingLogins(records, clock)
  const { signIn, signOut, ...extensionLogin } = createLogin({
    chain,
    sessions,
    audit,
    clock,
    pending,
    complete: createCompleteLogin({
      sessions,
      audit,
      directory,
      pending,
      steps: () => joined.loginSteps,
      started: (...about) => joined.started(...about),
    }),
    limiter: throttling?.limiter(chain, audit),
  })
  const services = coreServices({ foundation, chain, directory, sessions, administration, extensionLogin })
  const joined = joinExtensions(extensions, services)
  const lifecycle = createLifecycle(foundation, chain, sessions, joined)

  function setCookie(session: SealedSession, context: CookieOrigin): string {
    foundation.noteCookie(context)
    return setSessionCookie(cookie.for(context), session, clock())
  }

  return Object.freeze<Auth>({
    [TEST_SESSION]: testPeople && (async (user) => startTestSession(sessions, testPeople.add(user))),
    roles: roleRegistry.roles,
    permissions: roleRegistry.permissions,
    sources: chain.sources,
    users: chain.sources.find(isManagedUserSource),
    homeSources,
    roleAssignments,
    audit,
    cookie,
    clock,
    on: audit.on,
    assertKnown: roleRegistry.assertKnown,
    ...createRequestAuthenticator(cookie, sessions, directory.userOf, clock, joined.credentials),
    signIn,
    signOut,
    throttle: throttling?.administration(chain.sources),
    setCookie,
    setCookies: (signedIn: SignedIn, context: CookieOrigin) => [
      setCookie(signedIn, context),
      ...(throttling?.deviceCookies(signedIn.device, context) ?? []),
    ],
    sessions: administration,
    extensions,
    services,
    explain: (attempt: LoginAttemptInput) => chain.explain(new LoginAttempt(attempt)),

    async reloadKeys(secret?: SessionSecret) {
      const { current, ids } = await keys.reload(secret)
      for (const tell of foundation.keysChanged) tell()
      audit.record({ type: 'keys.reloaded', current: current.id, keys: ids })
    },

    withSource: (source, position = sources.length) =>
      assemble(sources.toSpliced(position, 0, source), { ...foundation, accountEvents }),

    ...lifecycle,
  })
}
