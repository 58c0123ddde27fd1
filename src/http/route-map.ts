import type { Duration } from '../duration.ts'
import { UndeclaredRoutesError } from '../errors.ts'
import { isPublic, type RouteDeclaration } from './declaration.ts'

/** One route of the application and what it asks for. */
export interface RouteMapEntry {
  readonly method: string
  readonly path: string
  /** The other conditions of the route, such as `version` or `host`, each as text. */
  readonly constraints?: Readonly<Record<string, string>>
  /** `anyone`, `undeclared`, or the kind of requirement; `authenticatedWithin` where it asks for nothing else. */
  readonly guard: 'anyone' | 'undeclared' | 'roles' | 'permission' | 'check' | 'authenticatedWithin'
  /** Names of roles, any of which will do. */
  readonly roles?: readonly string[]
  readonly permission?: string
  /** How long ago the password may have been given. */
  readonly authenticatedWithin?: Duration
}

/** The fate of routes that declare nothing: they stop the start, cause a warning, or are let be. */
export type UndeclaredRoutes = 'refuse' | 'warn' | 'allow'

/** A route as a framework knows it. */
export interface DescribedRoute {
  readonly method: string
  readonly path: string
  readonly constraints?: Readonly<Record<string, unknown>> | undefined
}

/** Describes a route under one of its methods. Frozen with everything in it. */
export function describeRoute<Request>(
  { method, path, constraints }: DescribedRoute,
  declaration: RouteDeclaration<Request> | undefined,
): RouteMapEntry {
  const limits = Object.entries(constraints ?? {}).map(([key, value]) => [key, String(value)])
  const constrained = limits.length === 0 ? {} : { constraints: Object.freeze(Object.fromEntries(limits)) }
  return Object.freeze({ method, path, ...constrained, ...describe(declaration) })
}

/**
 * Returns the name of a route: method and path, then its constraints in the order of their names.
 *
 * ```ts
 * nameOfRoute(entry) // 'GET /articles version=2.0.0'
 * ```
 */
export function nameOfRoute({ method, path, constraints = {} }: DescribedRoute): string {
  const limits = Object.entries(constraints).map(([key, value]) => ` ${key}=${String(value)}`)
  return `${method} ${path}${limits.sort().join('')}`
}

/**
 * Refuses routes that declare nothing.
 *
 * @param howTo Says in the words of the framework how to declare them.
 * @throws {UndeclaredRoutesError} that lists every such route, when they are to be refused.
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
  const { authenticatedWithin } = declaration
  const recency = authenticatedWithin === undefined ? {} : { authenticatedWithin }
  if ('roles' in declaration)
    return { guard: 'roles', roles: Object.freeze(declaration.roles.map((role) => role.name)), ...recency }
  if ('permission' in declaration) return { guard: 'permission', permission: declaration.permission.name, ...recency }
  return { guard: 'check' in declaration ? 'check' : 'authenticatedWithin', ...recency }
}
