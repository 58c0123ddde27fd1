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

/** The options of {@link ostiary}: those of every adapter, and two. */
export interface HonoAuthOptions extends HttpOptions {
  /** Tells what the server knows of a request: the client's address, and what a trusted proxy says. Default: by the URL. */
  readonly connection?: (c: Context) => Connection
  /** Hears of faults of the endpoints, which are answered with 500. Default: `console.error`. */
  readonly onFault?: (error: unknown) => void
}

/** The guard of one Hono application. */
export interface HonoAuth {
  readonly http: HttpAuth<Context>
  /**
   * Checks the routes, and makes the `Auth` and all extensions ready. Await it before the application serves. Without it,
   * the first request does both.
   *
   * @throws {UndeclaredRoutesError} that lists every route which does not say who may come in.
   */
  ready(): Promise<void>
  /** Closes the extensions. The `Auth` stays open. */
  close(): Promise<void>
}

/**
 * The doorkeeper of a Hono application: a guard before every route, `c.var.user`, and login and logout routes.
 *
 * ```ts
 * const app = new Hono()
 * const doorkeeper = ostiary(app, { auth })
 * app.get('/', anyone(), (c) => c.text(`Hello ${c.var.user.name}`))
 * await doorkeeper.ready()
 * ```
 *
 * Call it on the outermost application, before the first route. Only `app.use(middleware(…))` may stand before it.
 *
 * @throws {LatePluginError} when there are routes already.
 * @throws {ConfigurationError} that names the option, and says what to do.
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
  /** Routers that build no matcher take routes at any time. */
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
    // Why: Hono would write the headers of the response before over those of this one.
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
 * Checks the routes of an application, and returns each with what it asks for. For tests and for the start.
 *
 * ```ts
 * test('every route says who may come in', () => {
 *   expect(checkRoutes(app)).toMatchSnapshot()
 * })
 * ```
 *
 * @throws {UndeclaredRoutesError} that lists every route which does not say who may come in.
 * @throws {ConfigurationError} when nothing guards the application, or a route asks for a role that the `Auth` lacks.
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

/** By the list of routes, which an application shares with its parts of other base paths. */
const installed = new WeakMap<object, () => RouteBook>()

const PASSES: Mark = Object.freeze({ kind: 'middleware' })

const HONO_OPTIONS: OptionNames<HonoAuthOptions> = { ...HTTP_OPTIONS, connection: true, onFault: true }
