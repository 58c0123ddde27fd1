import type { FastifyInstance, RouteOptions } from 'fastify'
import fp from 'fastify-plugin'
import { isPath, readPublicPaths } from '../http/public-path.ts'
import { nameOf } from './route-map.ts'
import { readOrigins } from '../http/trusted-origins.ts'
import { type Auth, ConfigurationError, readRequirement } from '../index.ts'
import { assertKnownOptions } from '../known-options.ts'
import { createPages, type Pages, type PagesOptions } from '../pages/pages.ts'
import { reasonOf } from '../reason-of.ts'
import { auditToLog } from './audit-to-log.ts'
import { ANYONE, assertDeclaredOnce, assertOurs, type DeclaredRoute, type RouteDeclaration } from './declare.ts'
import { type DecoratedNames, readDecoratedNames, reserveNames } from './decorated-names.ts'
import { decorateEveryRoute } from './every-route.ts'
import { createGuards, type Guards } from './guards.ts'
import { loginRoutes } from './login-routes.ts'
import { createNamedRoutes } from './named-routes.ts'
import { documentGuard } from './openapi.ts'
import { PAGES_OPTIONS, PLUGIN_OPTIONS } from './option-names.ts'
import { type AnonymousAnswer, createRefusals } from './refusals.ts'
import { decorateRequests, keepRepliesPrivate } from './request-user.ts'
import { assertNoEarlierRoutes, createRouteLedger, type UndeclaredRoutes } from './route-ledger.ts'
import { installSameSiteCheck } from './same-site-hook.ts'
import { sendWithHandshakes } from './sent-cookies.ts'
import { keepTickShape } from './tick-shape.ts'

// Already now: what comes between here and the registration may be the very collection that does the harm.
keepTickShape()

/** What the plugin is told. Only `auth` is a must. */
export interface OstiaryOptions {
  readonly auth: Auth
  /** Where the login and logout routes are. Default: `/auth`. */
  readonly prefix?: `/${string}` | ''
  /**
   * What stands in front of every path for browsers, and is taken away before the application: `/app` where a proxy strips
   * it, or `rewriteUrl`. Default: nothing.
   */
  readonly publicPath?: `/${string}` | ''
  /**
   * Where one lands after signing in without a `next`: a path as browsers see it, or a URL at one of `returnOrigins`.
   * Default: `/` below `publicPath`.
   */
  readonly home?: string
  /**
   * Origins of front ends that may sign in and out, and read the session, by `fetch` with credentials: exact ones, such as
   * `http://localhost:5173` or `https://www.example.org`. Cookies reach them on the same site only. Default: none.
   */
  readonly trustedOrigins?: readonly string[]
  /**
   * Other origins where signing in may end: `next` may lead there, and the pages' content security policy lets Chromium
   * follow redirects there. `trustedOrigins` are among them. Default: none.
   */
  readonly returnOrigins?: readonly string[]
  /** What anonymous people get at a guarded route. Default: `forbid`, a 403 like everybody else. */
  readonly anonymous?: AnonymousAnswer
  /** What becomes of routes that declare nothing. Default: `refuse`, the application does not start. */
  readonly undeclared?: UndeclaredRoutes
  /** Whether the login form offers to stay signed in. Default: true. */
  readonly persistent?: boolean
  /**
   * Declares routes that other plugins bring, as `METHOD /path`: `{ 'OPTIONS *': anyone() }` for `@fastify/cors`.
   * A route that declares itself is its own master; one that nobody registers stops the start. A HEAD twin is what its
   * GET is, and a route of several methods has all of them declared, and alike. A route with constraints is named with
   * them: `'GET /articles version=2.0.0'`.
   */
  readonly routes?: Readonly<Record<string, DeclaredRoute>>
  /**
   * Other names for what the plugin decorates requests and the application with, where another plugin has taken one:
   * `{ user: 'visitor' }` beside `@fastify/jwt`. Default: `user`, `auth`, `everyRoute`, `routeMap`.
   */
  readonly decorateAs?: Partial<DecoratedNames>
  /** Texts, looks and templates of the pages. */
  readonly pages?: PagesOptions
}

/**
 * The doorkeeper of a Fastify application: a guard in front of every route, `request.user`, and login and logout routes.
 *
 * ```ts
 * const app = Fastify()
 * await app.register(ostiary, { auth })
 * app.get('/', anyone(), async ({ user }) => `Hello ${user.name}`)
 * ```
 *
 * Register it on the application itself, before any route and after `@fastify/swagger`. It awaits `auth.ready()`, so an
 * application that cannot reach its users does not start.
 * Closing the application leaves the `Auth` open, since another may use it: `app.addHook('onClose', () => auth.close())`.
 *
 * @throws {LatePluginError} when there are routes already; {UndeclaredRoutesError} at `ready()`; {ConfigurationError} when
 * a route asks for a role or permission that the `Auth` does not know, in a scope, and at `ready()` when a hook that
 * was added later has undone a guard.
 */
export const ostiary = fp<OstiaryOptions>(plugin, { name: 'ostiary', fastify: '5.x' })

async function plugin(app: FastifyInstance, options: OstiaryOptions): Promise<void> {
  const { auth, anonymous = 'forbid', undeclared = 'refuse', persistent = true } = options
  const { prefix, publicPath, home } = checked(options)
  const trustedOrigins = readOrigins(options.trustedOrigins, 'trustedOrigins')
  const returnOrigins = new Set([...trustedOrigins, ...readOrigins(options.returnOrigins, 'returnOrigins')])
  const paths = readPublicPaths({ prefix, publicPath, home, origins: returnOrigins })
  assertRoot(app)
  assertNoEarlierRoutes(app)

  const pages = pagesOf(options.pages, returnOrigins)
  const refusals = createRefusals(pages, paths)
  const sameSiteCheck = installSameSiteCheck(app, auth, refusals, trustedOrigins)
  const guards = createGuards(auth, refusals, anonymous)
  const ledger = createRouteLedger(app)
  const namedRoutes = createNamedRoutes(options.routes)
  const undocumented: (() => void)[] = []
  const seen: SeenRoute[] = []
  const swaggerSeesUs = app.hasDecorator('swagger')

  const names = readDecoratedNames(app, options.decorateAs)
  app.decorate(names.auth, auth)
  app.decorate(names.routeMap, () => [...ledger.entries()])
  const declaredFor = decorateEveryRoute(app, names.everyRoute, checkedDeclaration)
  decorateRequests(app, auth, names.user)
  reserveNames(app, names)
  app.addHook('onSend', keepRepliesPrivate)

  app.addHook('onRoute', function declareRoute(route) {
    assertOurs(route)
    // Null is no way to say nothing: whoever wrote it meant something, and gets an error rather than an open door.
    const byName = namedRoutes.declarationFor(route)
    const declared = route.protect === undefined ? (byName ?? declaredFor(this)) : route.protect
    const declaration = declared === undefined ? undefined : checkedDeclaration(declared)
    ledger.enter(route, declaration)
    seen.push({ route, declared: route.protect, declaration })
    if (declaration === undefined || declaration === ANYONE) {
      assertDeclaredOnce(route)
      return guards.openRoute(route)
    }
    auth.assertKnown(declaration, `${[route.method].flat().join('/')} ${route.url}`)
    guards.protectRoute(route, declaration)
    const jsonSchema = this.serializerCompiler === undefined
    undocumented.push(() => documentGuard(route, declaration, { anonymous, jsonSchema }))
  })

  app.addHook('onReady', async () => {
    namedRoutes.close(new Set(ledger.entries().map(nameOf)))
    ledger.close(undeclared, (message) => app.log.warn(message))
    assertStillGuarded(guards, seen)
    sendWithHandshakes(app)
    if (!app.hasDecorator('swagger')) return
    if (!swaggerSeesUs)
      throw new ConfigurationError('Register @fastify/swagger before ostiary: it documents what comes later.')
    for (const document of undocumented.splice(0)) document()
  })
  const stopLogging = auth.audit.hasLogs ? undefined : auditToLog(auth, app.log)
  app.addHook('onClose', async () => stopLogging?.())

  await app.register(loginRoutes, {
    prefix,
    auth,
    pages,
    refusals,
    anonymous,
    paths,
    sameSiteCheck,
    trustedOrigins,
    persistentOffered: persistent,
  })
  await auth.ready()
}

interface SeenRoute {
  readonly route: RouteOptions
  /** What the route itself said when we saw it. */
  readonly declared: RouteDeclaration | undefined
  readonly declaration: RouteDeclaration | undefined
}

/** @throws {ConfigurationError} when a hook that hears of routes later than ours has undone what ours did. */
function assertStillGuarded(guards: Guards, seen: readonly SeenRoute[]): void {
  const undone = seen.filter(({ route, declared, declaration }) => {
    if (route.protect !== declared) return true
    return declaration !== undefined && declaration !== ANYONE && !guards.standBefore(route, declaration)
  })
  if (undone.length === 0) return
  const names = undone.map(({ route }) => `${[route.method].flat().join('/')} ${route.url}`)
  throw new ConfigurationError(
    `An onRoute hook that was added after ostiary changes the guard of ${names.join(', ')}. ` +
      'Add such hooks before ostiary, and let them keep the hooks that a route has.',
  )
}

/** Only there are all routes seen. @throws {ConfigurationError} in any other scope. */
function assertRoot(app: FastifyInstance): void {
  if (!('register' in Object.getPrototypeOf(app))) return
  throw new ConfigurationError(
    `Register ostiary on the application itself: in the scope of ${JSON.stringify(app.pluginName.split(' -> ')[0])}, it would ` +
      'not see the routes outside. In a project of fastify-cli, that scope is the function that it loads: wrap each ' +
      'function between the application and ostiary with fastify-plugin, as in `export default fp(app)`.',
  )
}

function pagesOf(options: PagesOptions | undefined, formOrigins: Iterable<string>): Pages {
  try {
    return createPages(options, formOrigins)
  } catch (cause) {
    throw new ConfigurationError(`The pages of ostiary: ${reasonOf(cause)}`, { cause })
  }
}

/** Callers in JavaScript may have written anything. */
function checkedDeclaration(declaration: RouteDeclaration): RouteDeclaration {
  return declaration === ANYONE ? declaration : readRequirement(declaration)
}

function checked(options: OstiaryOptions) {
  assertKnownOptions('The options of ostiary', options, PLUGIN_OPTIONS)
  assertKnownOptions('The option pages of ostiary', options.pages, PAGES_OPTIONS)
  const { auth, prefix = '/auth', publicPath, home, anonymous = 'forbid', undeclared = 'refuse' } = options
  if (typeof auth?.authenticateRequest !== 'function') {
    throw new ConfigurationError('Register ostiary with what createAuth() returned: app.register(ostiary, { auth }).')
  }
  if (typeof prefix !== 'string' || !isPath(prefix)) {
    throw new ConfigurationError(
      `The prefix of the login routes is a path such as "/auth", not ${JSON.stringify(prefix)}.`,
    )
  }
  if (!['forbid', 'challenge', 'login'].includes(anonymous))
    throw new ConfigurationError('anonymous is "forbid", "challenge" or "login".')
  if (!['refuse', 'warn', 'allow'].includes(undeclared))
    throw new ConfigurationError('undeclared is "refuse", "warn" or "allow".')
  return { prefix, publicPath, home }
}
