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

// Already now: what comes between here and the registration may be the very collection that does the harm.
keepTickShape()

/** Options of the plugin. Only `auth` is a must. */
export interface OstiaryOptions extends HttpOptions {
  /** The fate of routes that declare nothing. Default: `refuse`, the application does not start. */
  readonly undeclared?: UndeclaredRoutes
  /**
   * Declares routes that other plugins bring, as `METHOD /path`: `{ 'OPTIONS *': anyone() }` for `@fastify/cors`.
   * The declaration of a route itself goes first; a name that no route has stops the start. A HEAD twin is what its
   * GET is, and a route of several methods has all of them declared, and alike. A route with constraints is named with
   * them: `'GET /articles version=2.0.0'`.
   */
  readonly routes?: Readonly<Record<string, DeclaredRoute>>
  /**
   * Other names for the decorations of requests and the application, where another plugin has taken one:
   * `{ user: 'visitor' }` beside `@fastify/jwt`. Default: `user`, `auth`, `everyRoute`, `routeMap`.
   */
  readonly decorateAs?: Partial<DecoratedNames>
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
    // Why `undefined` alone says nothing: whoever wrote null meant something, and gets an error rather than a public route.
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
  /** The declaration of the route itself, when we saw it. */
  readonly declared: RouteDeclaration | undefined
  readonly declaration: RouteDeclaration | undefined
  readonly guard: Guard<FastifyRequest>
  readonly jsonSchema: boolean
}

/** A route that declares nothing has its user until the start refuses it, or for good where `undeclared` allows it. */
function guardFor(
  http: HttpAuth<FastifyRequest>,
  { method, url }: RouteOptions,
  declaration: RouteDeclaration = 'anyone',
): Guard<FastifyRequest> {
  return http.guardOf(declaration, `${[method].flat().join('/')} ${url}`)
}

/** @throws {ConfigurationError} when a hook that hears of routes later than ours has undone what ours did. */
function assertStillGuarded(seen: readonly SeenRoute[]): void {
  const undone = seen.filter(({ route, declared, guard }) => route.protect !== declared || !hasGuard(route, guard))
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

/** Writes each event as a line of the application's own log. Returns a function that ends it. */
function logEvents(app: FastifyInstance, { auth }: HttpAuth<FastifyRequest>): () => void {
  return auth.on('*', (event) => {
    const { level, message, requestId, fields } = auditLineOf(event)
    // Under the name that Fastify gives it in its own lines.
    app.log[level]({ ...(requestId !== undefined && { reqId: requestId }), ...fields }, message)
  })
}

/** `logLevel` and `logSerializers` are Fastify's own, for any plugin. */
const PLUGIN_OPTIONS: OptionNames<OstiaryOptions & Pick<RegisterOptions, 'logLevel' | 'logSerializers'>> = {
  ...HTTP_OPTIONS,
  undeclared: true,
  routes: true,
  decorateAs: true,
  logLevel: true,
  logSerializers: true,
}
