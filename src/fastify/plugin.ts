import type { FastifyInstance, FastifyRequest, RegisterOptions, RouteOptions } from 'fastify'
import fp from 'fastify-plugin'
import {
  assertDeclared,
  assertKnownOptions,
  auditLineOf,
  createHttpAuth,
  type Guard,
  HTTP_OPTIONS,
  type HttpAuth,
  type HttpOptions,
  isPublic,
  nameOfRoute,
  type OptionNames,
  readDeclaration,
  type UndeclaredRoutes,
} from '../http/index.ts'
import { ConfigurationError } from '../index.ts'
import { assertDeclaredOnce, assertOurs, type DeclaredRoute, type RouteDeclaration } from './declare.ts'
import { type DecoratedNames, readDecoratedNames, reserveNames } from './decorated-names.ts'
import { registerEndpoints } from './endpoints.ts'
import { decorateEveryRoute } from './every-route.ts'
import { hasGuard, putGuard } from './guard-hooks.ts'
import { createNamedRoutes } from './named-routes.ts'
import { documentGuard } from './openapi.ts'
import { assertNoEarlierRoutes, createRegisteredRoutes, howToDeclare } from './registered-routes.ts'
import { decorateRequests } from './request-user.ts'
import { keepSameSiteCheck } from './same-site.ts'
import { sendWithHandshakes } from './sent-cookies.ts'
import { keepTickShape } from './tick-shape.ts'

// Why at import: a garbage collection before the registration may already lose the shape.
keepTickShape()

/** Options of the plugin. Only `auth` is required. */
export interface OstiaryOptions extends HttpOptions {
  /** The treatment of undeclared routes. Default: `refuse`, which stops the start of the application. */
  readonly undeclared?: UndeclaredRoutes
  /**
   * Declares routes of other plugins, as `METHOD /path`: `{ 'OPTIONS *': anyone() }` for `@fastify/cors`. The
   * declaration of a route itself takes precedence. A name without a route stops the start. A HEAD route has the
   * declaration of its GET route. All methods of one route need the same declaration. The name of a route includes its
   * constraints: `'GET /articles version=2.0.0'`.
   */
  readonly routes?: Readonly<Record<string, DeclaredRoute>>
  /**
   * Other names for the decorations of requests and the application, for use beside a plugin that has taken one:
   * `{ user: 'visitor' }` beside `@fastify/jwt`. Default: `user`, `auth`, `everyRoute`, `routeMap`.
   */
  readonly decorateAs?: Partial<DecoratedNames>
}

/**
 * The Fastify plugin: a guard in front of every route, `request.user`, and endpoints for login and logout.
 *
 * ```ts
 * import Fastify from 'fastify'
 * import type { Auth } from 'ostiary'
 * import { anyone, ostiary } from 'ostiary/fastify'
 *
 * export async function open(auth: Auth) {
 *   const app = Fastify()
 *   await app.register(ostiary, { auth })
 *   app.addHook('onClose', () => auth.close())
 *   app.get('/', anyone(), async ({ user }) => `Hello ${user.name}`)
 *   return app
 * }
 * ```
 *
 * Register the plugin on the application itself, before any route and after `@fastify/swagger`. The plugin awaits
 * `auth.ready()`, so the start fails while the users are out of reach. Closing the application leaves the `Auth` open.
 * Why: another application may use the same `Auth`.
 *
 * @throws {LatePluginError} when a route was registered earlier.
 * @throws {UndeclaredRoutesError} at `ready()`, when a route has no declaration and `undeclared` is `refuse`.
 * @throws {ConfigurationError} when an option is invalid, when the plugin is registered in a scope, or when a route
 * asks for a role or permission that the `Auth` lacks. At `ready()`, when a later hook has removed a guard.
 */
export const ostiary = fp<OstiaryOptions>(plugin, { name: 'ostiary', fastify: '5.x' })

async function plugin(app: FastifyInstance, options: OstiaryOptions): Promise<void> {
  assertKnownOptions('The options of ostiary', options, PLUGIN_OPTIONS)
  const { undeclared = 'refuse' } = options
  if (!['refuse', 'warn', 'allow'].includes(undeclared))
    throw new ConfigurationError('undeclared is "refuse", "warn" or "allow".')
  const http = createHttpAuth<FastifyRequest>(options)
  const { auth, settings } = http
  assertRoot(app)
  assertNoEarlierRoutes(app)

  const registered = createRegisteredRoutes(app)
  const namedRoutes = createNamedRoutes(options.routes)
  const seen: SeenRoute[] = []
  const swaggerSeesUs = app.hasDecorator('swagger')
  const names = readDecoratedNames(app, options.decorateAs)
  app.decorate(names.auth, auth)
  app.decorate(names.routeMap, () => [...registered.entries()])
  const declaredFor = decorateEveryRoute(app, names.everyRoute, readDeclaration)
  decorateRequests(app, auth, names.user)
  keepSameSiteCheck(app, http)
  reserveNames(app, names)

  app.addHook('onRoute', function declareRoute(route) {
    assertOurs(route)
    // Why only `undefined` counts as undeclared: null may be a mistake, and gets an error rather than a public route.
    const byName = namedRoutes.declarationFor(route)
    const declaration = route.protect === undefined ? (byName ?? declaredFor(this)) : route.protect
    if (declaration === undefined || isPublic(declaration)) assertDeclaredOnce(route)
    const guard = guardFor(http, route, declaration)
    registered.add(route, declaration)
    const jsonSchema = this.serializerCompiler === undefined
    seen.push({ route, declared: route.protect, declaration, guard, jsonSchema })
    putGuard(route, guard)
  })

  app.addHook('onReady', async () => {
    const entries = registered.entries()
    namedRoutes.close(new Set(entries.map(nameOfRoute)))
    assertDeclared(entries, undeclared, howToDeclare, (message) => app.log.warn(message))
    assertStillGuarded(seen)
    sendWithHandshakes(app)
    if (!app.hasDecorator('swagger')) return
    if (!swaggerSeesUs)
      throw new ConfigurationError('Register @fastify/swagger before ostiary: it documents what comes later.')
    for (const { route, declaration, jsonSchema } of seen) {
      const isOpen = declaration === undefined || isPublic(declaration)
      if (!isOpen) documentGuard(route, declaration, { anonymous: settings.anonymous, jsonSchema })
    }
  })
  const stopLogging = auth.audit.hasLogs ? undefined : logEvents(app, http)
  app.addHook('onClose', async () => {
    stopLogging?.()
    await http.close()
  })

  await registerEndpoints(app, http)
  await http.ready()
}

interface SeenRoute {
  readonly route: RouteOptions
  /** The declaration of the route itself, at the time of the `onRoute` hook. */
  readonly declared: RouteDeclaration | undefined
  readonly declaration: RouteDeclaration | undefined
  readonly guard: Guard<FastifyRequest>
  readonly jsonSchema: boolean
}

/**
 * Returns the guard of a route. An undeclared route counts as public until the start refuses it or `undeclared` allows
 * it.
 */
function guardFor(
  http: HttpAuth<FastifyRequest>,
  { method, url }: RouteOptions,
  declaration: RouteDeclaration = 'anyone',
): Guard<FastifyRequest> {
  return http.guardOf(declaration, `${[method].flat().join('/')} ${url}`)
}

/** @throws {ConfigurationError} when a later `onRoute` hook has changed a guard. */
function assertStillGuarded(seen: readonly SeenRoute[]): void {
  const undone = seen.filter(({ route, declared, guard }) => route.protect !== declared || !hasGuard(route, guard))
  if (undone.length === 0) return
  const names = undone.map(({ route }) => `${[route.method].flat().join('/')} ${route.url}`)
  throw new ConfigurationError(
    `An onRoute hook that was added after ostiary changes the guard of ${names.join(', ')}. ` +
      'Add such hooks before ostiary, and let them keep the hooks that a route has.',
  )
}

/** Why only the root: its hooks see all routes. @throws {ConfigurationError} in any other scope. */
function assertRoot(app: FastifyInstance): void {
  if (!('register' in Object.getPrototypeOf(app))) return
  throw new ConfigurationError(
    `Register ostiary on the application itself: in the scope of ${JSON.stringify(app.pluginName.split(' -> ')[0])}, it would ` +
      'not see the routes outside. In a project of fastify-cli, that scope is the function that it loads: wrap each ' +
      'function between the application and ostiary with fastify-plugin, as in `export default fp(app)`.',
  )
}

/** Writes each event as a line of the application's own log. Returns a function that stops the logging. */
function logEvents(app: FastifyInstance, { auth }: HttpAuth<FastifyRequest>): () => void {
  return auth.on('*', (event) => {
    const { level, message, requestId, fields } = auditLineOf(event)
    // Why `reqId`: Fastify's own lines use the same name.
    app.log[level]({ ...(requestId !== undefined && { reqId: requestId }), ...fields }, message)
  })
}

/** The known options. `logLevel` and `logSerializers` are options of Fastify for every plugin. */
const PLUGIN_OPTIONS: OptionNames<OstiaryOptions & Pick<RegisterOptions, 'logLevel' | 'logSerializers'>> = {
  ...HTTP_OPTIONS,
  undeclared: true,
  routes: true,
  decorateAs: true,
  logLevel: true,
  logSerializers: true,
}
