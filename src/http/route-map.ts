import type { Duration } from '../duration.ts'
import { UndeclaredRoutesError } from '../errors.ts'
import { isPublic, type RouteDeclaration } from './declaration.ts'

/** One route of the application, with its requirement. */
export interface RouteMapEntry {
  readonly method: string
  readonly path: string
  /** The other conditions of the route, such as `version` or `host`, each as text. */
  readonly constraints?: Readonly<Record<string, string>>
  /**
   * `anyone`, `undeclared`, or the kind of requirement. `authenticatedWithin` and `authenticatedWith` stand for a
   * requirement of that alone.
   */
  readonly guard:
    | 'anyone'
    | 'undeclared'
    | 'roles'
    | 'permission'
    | 'check'
    | 'authenticatedWithin'
    | 'authenticatedWith'
  /** Names of roles. One of them is enough. */
  readonly roles?: readonly string[]
  readonly permission?: string
  /** The longest time since the user gave the password. */
  readonly authenticatedWithin?: Duration
  /** The method that the user must have used. */
  readonly authenticatedWith?: string
}

/** The treatment of routes without a declaration: refused when the application starts, warned about, or allowed. */
export type UndeclaredRoutes = 'refuse' | 'warn' | 'allow'

/** A route as a framework knows it. */
export interface DescribedRoute {
  readonly method: string
  readonly path: string
  readonly constraints?: Readonly<Record<string, unknown>> | undefined
}

/**
 * Describes a route under one of its methods. The description is deeply frozen.
 *
 * ```ts
 * import { ANYONE, describeRoute } from 'ostiary/http'
 *
 * describeRoute({ method: 'GET', path: '/' }, ANYONE) // { method: 'GET', path: '/', guard: 'anyone' }
 * ```
 */
export function describeRoute<Request>(
  { method, path, constraints }: DescribedRoute,
  declaration: RouteDeclaration<Request> | undefined,
): RouteMapEntry {
  const limits = Object.entries(constraints ?? {}).map(([key, value]) => [key, String(value)])
  const constrained = limits.length === 0 ? {} : { constraints: Object.freeze(Object.fromEntries(limits)) }
  return Object.freeze({ method, path, ...constrained, ...describe(declaration) })
}

/**
 * Returns the name of a route: method and path, then the constraints in the order of their names.
 *
 * ```ts
 * import { nameOfRoute } from 'ostiary/http'
 *
 * nameOfRoute({ method: 'GET', path: '/articles', constraints: { version: '2.0.0' } })
 * // 'GET /articles version=2.0.0'
 * ```
 */
export function nameOfRoute({ method, path, constraints = {} }: DescribedRoute): string {
  const limits = Object.entries(constraints).map(([key, value]) => ` ${key}=${String(value)}`)
  return `${method} ${path}${limits.sort().join('')}`
}

/**
 * Refuses routes without a declaration, or warns about them.
 *
 * ```ts
 * import { assertDeclared, describeRoute } from 'ostiary/http'
 *
 * const entries = [describeRoute({ method: 'GET', path: '/reports' }, undefined)]
 * assertDeclared(entries, 'warn', () => 'Declare each route.', console.warn)
 * ```
 *
 * @param howTo Says in the words of the framework how to declare the routes.
 * @throws {UndeclaredRoutesError} that lists every undeclared route, when `undeclared` is `refuse`.
 */
export function assertDeclared(
  entries: readonly RouteMapEntry[],
  undeclared: UndeclaredRoutes,
  howTo: (silent: readonly string[]) => string,
  warn: (message: string) => void,
): void {
  const silent = entries.filter(({ guard }) => guard === 'undeclared').map(nameOfRoute)
  if (silent.length === 0 || undeclared === 'allow') return
  const message = [
    silent.length === 1
      ? 'A route does not say who may come in:'
      : `${silent.length} routes do not say who may come in:`,
    ...silent.map((route) => `  ${route}`),
    howTo(silent),
  ].join('\n')
  if (undeclared === 'refuse') throw new UndeclaredRoutesError(message, silent)
  warn(message)
}

function describe<Request>(
  declaration: RouteDeclaration<Request> | undefined,
): Omit<RouteMapEntry, 'method' | 'path' | 'constraints'> {
  if (declaration === undefined) return { guard: 'undeclared' }
  if (isPublic(declaration)) return { guard: 'anyone' }
  const { authenticatedWith, authenticatedWithin } = declaration
  const recency = {
    ...(authenticatedWithin === undefined ? {} : { authenticatedWithin }),
    ...(authenticatedWith === undefined ? {} : { authenticatedWith }),
  }
  if ('roles' in declaration)
    return { guard: 'roles', roles: Object.freeze(declaration.roles.map((role) => role.name)), ...recency }
  if ('permission' in declaration) return { guard: 'permission', permission: declaration.permission.name, ...recency }
  if ('check' in declaration) return { guard: 'check', ...recency }
  return { guard: authenticatedWith === undefined ? 'authenticatedWithin' : 'authenticatedWith', ...recency }
}
