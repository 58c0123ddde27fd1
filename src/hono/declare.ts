import type { Context, MiddlewareHandler } from 'hono'
import { type AnyoneOptions, type RouteDeclaration, readAnyone, readDeclaration } from '../http/index.ts'
import { type RequirementInput, type RequirementKey, readRequirement, type User } from '../index.ts'
import { toResponse } from '../web/index.ts'
import { marked } from './marks.ts'
import { stateOf } from './request-state.ts'

/** The types of `c.var` in handlers after {@link protect} and {@link anyone}. */
export interface OstiaryEnv {
  Variables: { user: User }
}

/**
 * Returns the guard of a route. The guard admits users with any of `roles`, with a `permission`, or for whom `check`
 * returns true.
 *
 * ```ts
 * import { Hono } from 'hono'
 * import { definePermission, defineRole } from 'ostiary'
 * import { protect } from 'ostiary/hono'
 *
 * const VIEW = definePermission({ name: 'view', description: 'See reports' })
 * const ADMIN = defineRole({ name: 'Admin', description: 'Keeps reports', permissions: [VIEW] })
 *
 * export const app = new Hono()
 * app.get('/reports', protect({ permission: VIEW }), (c) => c.json({ by: c.var.user.name }))
 * app.use('/admin/*', protect({ roles: [ADMIN] }))
 * app.get('/mine', protect({ check: (user, c) => c.req.query('owner') === user.name }), (c) => c.text('Yours'))
 * ```
 *
 * `app.use('/admin/*', protect(...))` declares every later route below the path. A route below with its own `protect()`
 * requires both.
 *
 * @throws {ConfigurationError} unless the requirement has exactly one of `roles`, `permission` and `check`, or
 * `authenticatedWithin` alone. Also when a value is invalid.
 */
export function protect<Key extends RequirementKey>(
  requirement: RequirementInput<User, Context, Key>,
): MiddlewareHandler<OstiaryEnv> {
  return guard(readDeclaration<Context>(readRequirement<User, Context>(requirement)))
}

/**
 * Declares a public route. The handler gets the user if one is signed in. The declaration holds for the registration
 * that contains it, and leaves the paths below undeclared.
 *
 * ```ts
 * import { Hono } from 'hono'
 * import { anyone } from 'ostiary/hono'
 *
 * export const app = new Hono()
 * app.get('/', anyone(), (c) => c.text(`Hello ${c.var.user.name}`))
 * ```
 *
 * @throws {ConfigurationError} unless `user` is true, false or undefined.
 */
export function anyone(options?: AnyoneOptions): MiddlewareHandler<OstiaryEnv> {
  return guard(readAnyone(options))
}

function guard(declaration: RouteDeclaration<Context>): MiddlewareHandler<OstiaryEnv> {
  const handler: MiddlewareHandler<OstiaryEnv> = async (c, next) => {
    const refusal = await stateOf(c).enter(declaration, c)
    if (refusal !== undefined) return toResponse(refusal, c.req.method)
    await next()
  }
  return marked(handler, { kind: 'guard', declaration })
}

/**
 * Marks a middleware that only passes requests on, or refuses them. The middleware may run before any guard.
 *
 * ```ts
 * import { Hono } from 'hono'
 * import { cors } from 'hono/cors'
 * import { logger } from 'hono/logger'
 * import { middleware } from 'ostiary/hono'
 *
 * export const app = new Hono()
 * app.use(middleware(logger()))
 * app.use('/api/*', middleware(cors({ origin: 'https://app.example.org' })))
 * ```
 *
 * Middleware behind a guard needs no mark. Why a mark: Hono keeps middleware, handlers of all methods and mounted
 * applications in one list, where all look alike.
 */
export function middleware<Wrapped extends MiddlewareHandler>(handler: Wrapped): Wrapped {
  const passing: MiddlewareHandler = (c, next) => handler(c, next)
  return marked(passing, { kind: 'middleware' }) as Wrapped
}

/** Options of {@link sameSite}. */
export interface SameSiteOptions {
  /** True when safe methods such as `GET` and `HEAD` are checked too: for web sockets. Default: false. */
  readonly everyMethod?: boolean
}

/**
 * Returns a middleware that refuses requests which a page of another site made the browser send: 403, and the event
 * `request.cross-site`. Pages of `trustedOrigins` pass (OWASP ASVS 5.0, 3.5.1). Login and logout have the check
 * already.
 *
 * ```ts
 * import { Hono } from 'hono'
 * import { anyone, sameSite } from 'ostiary/hono'
 *
 * export const app = new Hono()
 * app.post('/feedback', anyone(), sameSite(), (c) => c.text('Thank you'))
 * ```
 *
 * Without a guarded application, the middleware fails each request with a `ConfigurationError`.
 */
export function sameSite({ everyMethod = false }: SameSiteOptions = {}): MiddlewareHandler {
  const handler: MiddlewareHandler = async (c, next) => {
    const refusal = stateOf(c).checkSameSite(everyMethod)
    if (refusal !== undefined) return toResponse(refusal, c.req.method)
    await next()
  }
  return marked(handler, { kind: 'middleware' })
}
