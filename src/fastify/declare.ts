import type { FastifyRequest, preParsingHookHandler, RouteGenericInterface, RouteOptions } from 'fastify'
import { type AnyoneOptions, type RouteDeclaration as Declaration, readAnyone } from '../http/index.ts'
import {
  type Checker,
  ConfigurationError,
  type Duration,
  type RequirementInput,
  type RequirementKey,
  readRequirement,
  type User,
} from '../index.ts'

/** The declaration of a route: a requirement, or one of the words for a public route. */
export type RouteDeclaration = Declaration<FastifyRequest>

/** The route options that {@link protect} and {@link anyone} return. Used alone, or spread beside others. */
export interface DeclaredRoute {
  readonly protect: RouteDeclaration
  /** Takes the place of the guard until the plugin adds the guard. Without the plugin, every request is refused. */
  readonly preParsing?: preParsingHookHandler
}

/**
 * Declares a guarded route. The guard admits users with any of `roles`, with a `permission`, or for whom `check`
 * returns true.
 *
 * ```ts
 * import type { FastifyInstance } from 'fastify'
 * import { definePermission, defineRole } from 'ostiary'
 * import { protect } from 'ostiary/fastify'
 *
 * const VIEW = definePermission({ name: 'view', description: 'See reports' })
 * const EDITOR = defineRole({ name: 'Editor', description: 'Changes reports', permissions: [VIEW] })
 *
 * export async function reports(app: FastifyInstance) {
 *   app.get('/reports', protect({ permission: VIEW }), async ({ user }) => ({ user }))
 *   app.post('/reports', { ...protect({ roles: [EDITOR] }), bodyLimit: 1000 }, async ({ user }) => ({ user }))
 *   app.delete('/reports', protect({ roles: [EDITOR], authenticatedWithin: '15m' }), async ({ user }) => ({ user }))
 * }
 * ```
 *
 * A checker with the types of its route reads the request without a cast:
 *
 * ```ts
 * import type { FastifyInstance } from 'fastify'
 * import { protect } from 'ostiary/fastify'
 *
 * type Mine = { Querystring: { owner: string } }
 *
 * export async function mine(app: FastifyInstance) {
 *   const own = protect<Mine>({ check: (user, { query }) => query.owner === user.name })
 *   app.get<Mine>('/mine', own, async ({ user }) => ({ user }))
 * }
 * ```
 *
 * Roles and permissions are checked before the body is read, a checker once the request is complete.
 * `authenticatedWithin` stands alone or beside one of the three: users who gave their password longer ago are asked for
 * it again.
 *
 * @throws {ConfigurationError} unless the requirement has exactly one of `roles`, `permission` and `check`, or
 * `authenticatedWithin` alone. Also when a value is invalid.
 */
export function protect<Key extends RequirementKey>(
  requirement: RequirementInput<User, FastifyRequest, Key>,
): DeclaredRoute
export function protect<Route extends RouteGenericInterface>(requirement: RouteCheck<Route>): DeclaredRoute
export function protect(requirement: Parameters<typeof readRequirement<User, FastifyRequest>>[0]): DeclaredRoute {
  return { protect: readRequirement<User, FastifyRequest>(requirement), preParsing: refuseUnguarded }
}

/** A requirement with a checker that knows the types of its route. */
export interface RouteCheck<Route extends RouteGenericInterface> {
  readonly check: Checker<User, FastifyRequest<Route>>
  readonly authenticatedWithin?: Duration
}

/**
 * Declares a public route. The handler gets the user if one is signed in.
 *
 * With `{ user: false }`, the user is always the anonymous user. Why: the guard skips the cookie, so the route costs
 * less, and answers while the session store or a source hangs.
 *
 * ```ts
 * import type { FastifyInstance } from 'fastify'
 * import { anyone } from 'ostiary/fastify'
 *
 * export async function open(app: FastifyInstance) {
 *   app.get('/', anyone(), async ({ user }) => `Hello ${user.name}`)
 *   app.get('/health', anyone({ user: false }), async () => app.auth.health())
 * }
 * ```
 *
 * @throws {ConfigurationError} unless `user` is true, false or undefined.
 */
export function anyone(options?: AnyoneOptions): DeclaredRoute {
  return { protect: readAnyone(options) }
}

/**
 * The hook of a protected route without a guard: the plugin is missing, or is registered in another scope. It fails
 * every request. Why `preParsing`: routes seldom have such hooks of their own, so spreading `protect(...)` keeps the
 * others.
 */
export const refuseUnguarded: preParsingHookHandler = (request, _reply, _payload, done) => {
  const { method, url } = request.routeOptions
  done(
    new ConfigurationError(
      `${method} ${url} is protected, but nothing guards it: register ostiary in its scope or in one above, before it.`,
    ),
  )
}

/** Marks the hook, so that another copy of this package recognises it. */
const GUARD_STANDS_HERE = Symbol.for('ostiary.refuseUnguarded')
Object.defineProperty(refuseUnguarded, GUARD_STANDS_HERE, { value: true })

/**
 * Refuses a route that was declared by another copy of this package. Why: this copy cannot add its guard, so the route
 * would answer every request with 500.
 *
 * @throws {ConfigurationError} when another copy declared the route.
 */
export function assertOurs({ preParsing, method, url }: RouteOptions): void {
  const foreign = [preParsing ?? []].flat().some((hook) => hook !== refuseUnguarded && isGuardStandIn(hook))
  if (!foreign) return
  throw new ConfigurationError(
    `${[method].flat().join('/')} ${url} has protect() from another copy of ostiary than the plugin. ` +
      'Have one copy for the whole application: `npm ls ostiary` shows where the copies are, `npm dedupe` removes them.',
  )
}

/**
 * Refuses a route with the hook of `protect()` but without its requirement: options that were spread later have
 * replaced the requirement. Why: the route would answer every request with 500.
 *
 * @throws {ConfigurationError} when the requirement was replaced.
 */
export function assertDeclaredOnce({ preParsing, method, url }: RouteOptions): void {
  if (![preParsing ?? []].flat().includes(refuseUnguarded)) return
  throw new ConfigurationError(
    `${[method].flat().join('/')} ${url} has protect(), and anyone() or another "protect" in its place. ` +
      'Declare it once.',
  )
}

/** Recognises the hook by its mark, or by its name. Why by name: the hook of version 0.1.0 lacks the mark. */
function isGuardStandIn(hook: { readonly name: string }): boolean {
  return GUARD_STANDS_HERE in hook || hook.name === refuseUnguarded.name
}
