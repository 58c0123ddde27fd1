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

/** What a route declares about who may come in. */
export type RouteDeclaration = Declaration<FastifyRequest>

/** The route options that {@link protect} and {@link anyone} return. Stand alone, or spread beside others. */
export interface DeclaredRoute {
  readonly protect: RouteDeclaration
  /** Stands in for the guard until the plugin puts it there: without the plugin, nobody comes in. */
  readonly preParsing?: preParsingHookHandler
}

/**
 * Lets in whoever meets the requirement: any of `roles`, a `permission`, or a `check` of the route's own.
 *
 * ```ts
 * app.get('/reports', protect({ permission: VIEW }), async ({ user }) => ({ user }))
 * app.post('/reports', { ...protect({ roles: [EDITOR] }), schema }, async ({ user }) => ({ user }))
 * app.get('/mine', protect({ check: (user, request) => request.query.owner === user.name }), async ({ user }) => ({ user }))
 * app.delete('/reports', protect({ roles: [EDITOR], authenticatedWithin: '15m' }), async ({ user }) => ({ user }))
 * ```
 *
 * A checker that is told the types of its route needs no cast:
 *
 * ```ts
 * type Mine = { Querystring: { owner: string } }
 * app.get<Mine>('/mine', protect<Mine>({ check: (user, { query }) => query.owner === user.name }), handler)
 * ```
 *
 * Roles and permissions are checked before the body is read, a checker once the request is complete. With
 * `authenticatedWithin`, beside one of these or alone, whoever gave the password longer ago is asked for it again.
 *
 * @throws {ConfigurationError} when the requirement is none, or several at once.
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
 * Declares a public route. The handler gets the user all the same.
 *
 * With `{ user: false }`, the user is always the anonymous one. Why: no cookie is read then, so the route costs less, and
 * answers while the session store or a source hangs.
 *
 * ```ts
 * app.get('/', anyone(), async ({ user }) => `Hello ${user.name}`)
 * app.get('/health', anyone({ user: false }), async () => auth.health())
 * ```
 *
 * @throws {ConfigurationError} when `user` is neither true nor false.
 */
export function anyone(options?: AnyoneOptions): DeclaredRoute {
  return { protect: readAnyone(options) }
}

/**
 * The hook of a protected route that no guard stands in front of: the plugin is missing, or is registered in another scope.
 * In a place where routes seldom have hooks of their own, so that spreading `protect(...)` beside them loses none.
 */
export const refuseUnguarded: preParsingHookHandler = (request, _reply, _payload, done) => {
  const { method, url } = request.routeOptions
  done(
    new ConfigurationError(
      `${method} ${url} is protected, but nothing guards it: register ostiary in its scope or in one above, before it.`,
    ),
  )
}

/** Names the hook to other copies of this package, and theirs to us. */
const GUARD_STANDS_HERE = Symbol.for('ostiary.refuseUnguarded')
Object.defineProperty(refuseUnguarded, GUARD_STANDS_HERE, { value: true })

/**
 * Refuses a route that was declared by another copy of this package. Why: this copy cannot put its guard there, so the
 * route would answer every request with 500.
 *
 * @throws {ConfigurationError} that says so.
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
 * Refuses a route that has the hook of `protect()` and no requirement: something that was spread later has replaced it.
 * Why: the route would answer every request with 500.
 *
 * @throws {ConfigurationError} that says so.
 */
export function assertDeclaredOnce({ preParsing, method, url }: RouteOptions): void {
  if (![preParsing ?? []].flat().includes(refuseUnguarded)) return
  throw new ConfigurationError(
    `${[method].flat().join('/')} ${url} has protect(), and anyone() or another "protect" in its place. ` +
      'Declare it once.',
  )
}

/** By its mark, or by its name: version 0.1.0 had no mark. */
function isGuardStandIn(hook: { readonly name: string }): boolean {
  return GUARD_STANDS_HERE in hook || hook.name === refuseUnguarded.name
}
