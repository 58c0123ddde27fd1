import type { RouteOptions } from 'fastify'
import type { Duration } from '../index.ts'
import { ANYONE, type RouteDeclaration } from './declare.ts'

/** One route of the application and what it asks for. */
export interface RouteMapEntry {
  readonly method: string
  readonly path: string
  /** What else decides whether the route answers, such as `version` or `host`, each as text. */
  readonly constraints?: Readonly<Record<string, string>>
  /** `anyone`, `undeclared`, or the kind of requirement; `authenticatedWithin` where it asks for nothing else. */
  readonly guard: 'anyone' | 'undeclared' | 'roles' | 'permission' | 'check' | 'authenticatedWithin'
  /** Names of roles, any of which will do. */
  readonly roles?: readonly string[]
  readonly permission?: string
  /** How long ago the password may have been given. */
  readonly authenticatedWithin?: Duration
}

/** Describes a route under one of its methods. Frozen with everything in it. */
export function describeRoute(
  method: string,
  { url, constraints }: RouteOptions,
  declaration: RouteDeclaration | undefined,
): RouteMapEntry {
  const limits = Object.entries(constraints ?? {}).map(([key, value]) => [key, String(value)])
  const constrained = limits.length === 0 ? {} : { constraints: Object.freeze(Object.fromEntries(limits)) }
  return Object.freeze({ method, path: url, ...constrained, ...describe(declaration) })
}

/**
 * The name of a route: method and path, then its constraints in the order of their names.
 *
 * ```ts
 * nameOf(entry) // 'GET /articles version=2.0.0'
 * ```
 */
export function nameOf({ method, path, constraints = {} }: Pick<RouteMapEntry, 'method' | 'path' | 'constraints'>) {
  const limits = Object.entries(constraints).map(([key, value]) => ` ${key}=${value}`)
  return `${method} ${path}${limits.sort().join('')}`
}

function describe(declaration: RouteDeclaration | undefined): Omit<RouteMapEntry, 'method' | 'path'> {
  if (declaration === undefined) return { guard: 'undeclared' }
  if (declaration === ANYONE) return { guard: 'anyone' }
  const { authenticatedWithin } = declaration
  const recency = authenticatedWithin === undefined ? {} : { authenticatedWithin }
  if ('roles' in declaration)
    return { guard: 'roles', roles: Object.freeze(declaration.roles.map((role) => role.name)), ...recency }
  if ('permission' in declaration) return { guard: 'permission', permission: declaration.permission.name, ...recency }
  return { guard: 'check' in declaration ? 'check' : 'authenticatedWithin', ...recency }
}
