import type { Context, Env, Hono, MiddlewareHandler, Schema } from 'hono'
import { matchedRoutes } from 'hono/route'
import {
  createHttpAuth,
  type Guard,
  HTTP_OPTIONS,
  type HttpAuth,
  type HttpOptions,
  type RouteDeclaration,
  type RouteMapEntry,
} from '../http/index.ts'
import { ConfigurationError, LatePluginError } from '../index.ts'
import { assertKnownOptions, type OptionNames } from '../known-options.ts'
import { type Connection, contextOf, endpointHandler } from '../web/index.ts'
import { type Mark, marked, markOf } from './marks.ts'
import { keepState, RequestState, stateOf } from './request-state.ts'
import { judgeRoutes, type RouteBook, refuse } from './route-book.ts'

/** The options of {@link ostiary}: the options of every adapter, and two more. */
export interface HonoAuthOptions extends HttpOptions {
  /**
   * Returns the data of the server about a request: the address of the client, and the values of a trusted proxy.
   * Default: read from the URL.
   */
  readonly connection?: (c: Context) => Connection
  /** Receives faults of the endpoints, which are answered with 500. Default: `console.error`. */
  readonly onFault?: (error: unknown) => void
}

/** The guard of one Hono application. */
export interface HonoAuth {
  readonly http: HttpAuth<Context>
  /**
   * Checks the routes, and makes the `Auth` and all extensions ready. Await the promise before the application serves.
   * Otherwise the first request does both.
   *
   * @throws {UndeclaredRoutesError} that lists every undeclared route.
   * @throws {ConfigurationError} when a route is for HEAD, or asks for a role or permission that the `Auth` lacks.
   */
  ready(): Promise<void>
  /** Closes the extensions. The `Auth` stays open. */
  close(): Promise<void>
}

/**
 * Guards a Hono application: a guard before every route, `c.var.user`, and endpoints for login and logout.
 *
 * ```ts
 * import { Hono } from 'hono'
 * import type { Auth } from 'ostiary'
 * import { anyone, ostiary } from 'ostiary/hono'
 *
 * export async function open(auth: Auth) {
 *   const app = new Hono()
 *   const guards = ostiary(app, { auth })
 *   app.get('/', anyone(), (c) => c.text(`Hello ${c.var.user.name}`))
 *   await guards.ready()
 *   return app
 * }
 * ```
 *
 * Call the function on the outermost application, before the first route. Only `app.use(middleware(…))` may come
 * earlier.
 *
 * @throws {LatePluginError} when a route was registered earlier.
 * @throws {ConfigurationError} when an option is invalid, or the application has a base path. The message says what to
 * do.
 */
export function ostiary<E extends Env, S extends Schema, BasePath extends string>(
  app: Hono<E, S, BasePath>,
  options: HonoAuthOptions,
): HonoAuth {
  assertKnownOptions('The options of ostiary', options, HONO_OPTIONS)
  const { connection, onFault = console.error, ...shared } = options
  const { routes } = app
  const early = routes.filter(({ handler }) => markOf(handler)?.kind !== 'middleware')
  if (early.length > 0)
    throw new LatePluginError(
      `These routes were registered before ostiary, which cannot guard them:\n${early.map(({ method, path }) => `  ${method} ${path}`).join('\n')}\n` +
        'Call ostiary(app, { auth }) before the first route. Only app.use(middleware(…)) may stand before it.',
    )

  const http = createHttpAuth<Context>(shared)
  const guards = new Map<RouteDeclaration<Context>, Guard<Context>>()
  function guardOf(declaration: RouteDeclaration<Context>, where = 'A guard'): Guard<Context> {
    const guard = guards.get(declaration) ?? http.guardOf(declaration, where)
    guards.set(declaration, guard)
    return guard
  }

  let judged: { readonly count: number; readonly book: RouteBook } | undefined
  /** Returns the judged routes. Why judged again after changes: some routers accept routes at any time. */
  function book(): RouteBook {
    if (judged?.count !== routes.length) judged = { count: routes.length, book: judgeRoutes(routes, guardOf) }
    return judged.book
  }

  let ready: Promise<void> | undefined
  function readyOnce(): Promise<void> {
    ready ??= http.ready().catch((error: unknown) => {
      ready = undefined
      throw error
    })
    return ready
  }

  const first: MiddlewareHandler = async (c, next) => {
    book().assertGuarded(matchedRoutes(c))
    await readyOnce()
    const state = new RequestState(contextOf(c.req.raw, connection?.(c)), http, guardOf)
    keepState(c, state)
    await next()
    const complete = state.complete(c.res)
    if (complete === c.res) return
    // Why: Hono would copy the headers of the earlier response over the headers of this response.
    c.res = undefined
    c.res = complete
  }
  app.use('*', marked(first, PASSES))
  if (routes.at(-1)?.path !== '/*')
    throw new ConfigurationError(
      'Call ostiary(app, { auth }) on the application itself, not on a part with a base path.',
    )

  for (const endpoint of http.endpoints) {
    const answer = endpointHandler(http, endpoint, onFault)
    const declaration = endpoint.requirement as RouteDeclaration<Context>
    const handler = (c: Context) => answer(c.req.raw, stateOf(c).context, c)
    app.on(endpoint.method, endpoint.path, marked(handler, { kind: 'endpoint', declaration }))
  }

  installed.set(routes, book)
  return {
    http,
    close: http.close,
    async ready() {
      refuse(book().entries)
      await readyOnce()
    },
  }
}

/**
 * Checks the routes of an application, and returns each route with its requirement. For tests and for the start.
 *
 * ```ts
 * import { Hono } from 'hono'
 * import type { Auth } from 'ostiary'
 * import { anyone, checkRoutes, ostiary } from 'ostiary/hono'
 *
 * export function publicRoutes(auth: Auth) {
 *   const app = new Hono()
 *   ostiary(app, { auth })
 *   app.get('/', anyone(), (c) => c.text('Hello'))
 *   return checkRoutes(app).filter(({ guard }) => guard === 'anyone')
 * }
 * ```
 *
 * @throws {UndeclaredRoutesError} that lists every undeclared route.
 * @throws {ConfigurationError} when the application has no guard, when a route is for HEAD, or when a route asks for a
 * role or permission that the `Auth` lacks.
 */
export function checkRoutes<E extends Env, S extends Schema, BasePath extends string>({
  routes,
}: Hono<E, S, BasePath>): readonly RouteMapEntry[] {
  const book = installed.get(routes)
  if (!book) throw new ConfigurationError('Nothing guards this application: call ostiary(app, { auth }) on it first.')
  const { entries } = book()
  refuse(entries)
  return entries
}

/** Route books by list of routes. Why by the list: an application shares it with its parts of other base paths. */
const installed = new WeakMap<object, () => RouteBook>()

const PASSES: Mark = Object.freeze({ kind: 'middleware' })

const HONO_OPTIONS: OptionNames<HonoAuthOptions> = { ...HTTP_OPTIONS, connection: true, onFault: true }
