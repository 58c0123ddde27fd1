import type { Context, MiddlewareHandler } from 'hono'
import { type AnyoneOptions, type RouteDeclaration, readAnyone, readDeclaration } from '../http/index.ts'
import { type RequirementInput, type RequirementKey, readRequirement, type User } from '../index.ts'
import { toResponse } from '../web/index.ts'
import { marked } from './marks.ts'
import { stateOf } from './request-state.ts'

/** What handlers after {@link protect} and {@link anyone} find in `c.var`. */
export interface OstiaryEnv {
  Variables: { user: User }
}

/**
 * Lets in whoever meets the requirement: any of `roles`, a `permission`, or a `check` of the route's own.
 *
 * ```ts
 * app.get('/reports', protect({ permission: VIEW }), (c) => c.json({ by: c.var.user.name }))
 * app.use('/admin/*', protect({ roles: [ADMIN] }))
 * app.get('/mine', protect({ check: (user, c) => c.req.query('owner') === user.name }), (c) => c.text('Yours'))
 * ```
 *
 * In `app.use('/admin/*', protect(...))` it declares each later route below that path. A route below with a `protect()` of
 * its own asks for both.
 *
 * @throws {ConfigurationError} when the requirement is none, or several at once.
 */
export function protect<Key extends RequirementKey>(
  requirement: RequirementInput<User, Context, Key>,
): MiddlewareHandler<OstiaryEnv> {
  return guard(readDeclaration<Context>(readRequirement<User, Context>(requirement)))
}

/**
 * Lets everybody in, signed in or not. It declares the registration that it stands in, and nothing below its path.
 *
 * ```ts
 * app.get('/', anyone(), (c) => c.text(`Hello ${c.var.user.name}`))
 * ```
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
 * Says of a middleware that it only passes requests on, or refuses them: it may run before any guard.
 *
 * ```ts
 * app.use(middleware(logger()))
 * app.use('/api/*', middleware(cors({ origin: 'https://app.example.org' })))
 * ```
 *
 * Behind a guard it is not needed. Why it is said: Hono keeps middleware, handlers of all methods and mounted applications
 * in one list, where nothing tells them apart.
 */
export function middleware<Wrapped extends MiddlewareHandler>(handler: Wrapped): Wrapped {
  const passing: MiddlewareHandler = (c, next) => handler(c, next)
  return marked(passing, { kind: 'middleware' }) as Wrapped
}

/** What {@link sameSite} checks. */
export interface SameSiteOptions {
  /** Whether `GET`, `HEAD` and the other methods that change nothing are checked, too: for web sockets. Default: false. */
  readonly everyMethod?: boolean
}

/**
 * Refuses requests that a page of another site made the browser send: 403, and the event `request.cross-site`. Pages of
 * `trustedOrigins` are let through (OWASP ASVS 5.0, 3.5.1). Login and logout have it already.
 *
 * ```ts
 * app.post('/reports', protect({ roles: [EDITOR] }), sameSite(), (c) => c.text('Published'))
 * ```
 */
export function sameSite({ everyMethod = false }: SameSiteOptions = {}): MiddlewareHandler {
  const handler: MiddlewareHandler = async (c, next) => {
    const refusal = stateOf(c).checkSameSite(everyMethod)
    if (refusal !== undefined) return toResponse(refusal, c.req.method)
    await next()
  }
  return marked(handler, { kind: 'middleware' })
}
