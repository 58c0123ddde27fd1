import type { FastifyInstance, RouteOptions } from 'fastify'
import { ConfigurationError, type Duration, LatePluginError, UndeclaredRoutesError } from '../index.ts'
import { ANYONE, type DeclaredRoute, type RouteDeclaration } from './declare.ts'

/** One route of the application and what it asks for. */
export interface RouteMapEntry {
  readonly method: string
  readonly path: string
  /** `anyone`, `undeclared`, or the kind of requirement; `authenticatedWithin` where it asks for nothing else. */
  readonly guard: 'anyone' | 'undeclared' | 'roles' | 'permission' | 'check' | 'authenticatedWithin'
  /** Names of roles, any of which will do. */
  readonly roles?: readonly string[]
  readonly permission?: string
  /** How long ago the password may have been given. */
  readonly authenticatedWithin?: Duration
}

/** What happens to routes that declare nothing: they stop the start, are warned about, or are let be. */
export type UndeclaredRoutes = 'refuse' | 'warn' | 'allow'

/** Keeps account of every route, so that none is forgotten. */
export interface RouteLedger {
  /** What was declared for a route that another plugin brings. */
  declarationFor(route: RouteOptions): RouteDeclaration | undefined
  enter(route: RouteOptions, declaration: RouteDeclaration | undefined): void
  readonly entries: readonly RouteMapEntry[]
  /**
   * @throws {UndeclaredRoutesError} that lists every route that declares nothing, when they are to be refused.
   * @throws {ConfigurationError} when a route was declared that there is not.
   */
  close(undeclared: UndeclaredRoutes, warn: (message: string) => void): void
}

export function createRouteLedger(foreign: Readonly<Record<string, DeclaredRoute>> = {}): RouteLedger {
  const entries: RouteMapEntry[] = []
  const awaited = new Map(Object.entries(foreign))
  const missing = new Set(awaited.keys())
  return {
    entries,
    declarationFor(route) {
      const names = [route.method].flat().map((method) => `${method} ${route.url}`)
      // A HEAD twin is what its GET is, unless it is named itself.
      const declared = names.flatMap((name) => awaited.get(name) ?? awaited.get(name.replace(/^HEAD /, 'GET ')) ?? [])
      for (const name of names) missing.delete(name)
      if (declared.length === 0) return undefined
      // One handler for several methods: what is said of one of them is not said of the others.
      if (new Set(declared.map(({ protect }) => protect)).size > 1 || declared.length < names.length) {
        throw new ConfigurationError(
          `Declare these alike in the option routes, for they are one route: ${names.join(', ')}.`,
        )
      }
      return declared[0]?.protect
    },
    enter({ method, url }, declaration) {
      for (const each of [method].flat())
        entries.push(Object.freeze({ method: each, path: url, ...describe(declaration) }))
    },
    close(undeclared, warn) {
      if (missing.size > 0) {
        throw new ConfigurationError(`The option routes declares what nobody registers: ${[...missing].join(', ')}.`)
      }
      const silent = entries
        .filter((entry) => entry.guard === 'undeclared')
        .map(({ method, path }) => `${method} ${path}`)
      if (silent.length === 0 || undeclared === 'allow') return
      const message = [
        silent.length === 1
          ? 'A route does not say who may come in:'
          : `${silent.length} routes do not say who may come in:`,
        ...silent.map((route) => `  ${route}`),
        'Give each protect(...) or anyone(), or declare all routes of a scope with scope.everyRoute(...).',
      ].join('\n')
      if (undeclared === 'refuse') throw new UndeclaredRoutesError(message, silent)
      warn(message)
    },
  }
}

function describe(declaration: RouteDeclaration | undefined): Omit<RouteMapEntry, 'method' | 'path'> {
  if (declaration === undefined) return { guard: 'undeclared' }
  if (declaration === ANYONE) return { guard: 'anyone' }
  const { authenticatedWithin } = declaration
  const recency = authenticatedWithin === undefined ? {} : { authenticatedWithin }
  if ('roles' in declaration) {
    return { guard: 'roles', roles: Object.freeze(declaration.roles.map((role) => role.name)), ...recency }
  }
  if ('permission' in declaration) return { guard: 'permission', permission: declaration.permission.name, ...recency }
  return { guard: 'check' in declaration ? 'check' : 'authenticatedWithin', ...recency }
}

/** @throws {LatePluginError} when there are routes that the plugin has not seen coming, and so cannot guard. */
export function assertNoEarlierRoutes(app: FastifyInstance): void {
  const routes = app.printRoutes({ commonPrefix: false }).trim()
  if (routes === '' || routes === '(empty tree)') return
  throw new LatePluginError(
    `These routes were registered before ostiary, which cannot guard them:\n${routes}\n` +
      'Write `await app.register(ostiary, { auth })` before the first route and before every plugin that brings routes.',
  )
}
