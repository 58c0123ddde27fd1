import type { FastifyInstance, RouteOptions } from 'fastify'
import { describeRoute, nameOf, type RouteMapEntry } from './route-map.ts'
import { LatePluginError, UndeclaredRoutesError } from '../index.ts'
import type { RouteDeclaration } from './declare.ts'

/** What happens to routes that declare nothing: they stop the start, are warned about, or are let be. */
export type UndeclaredRoutes = 'refuse' | 'warn' | 'allow'

/** Keeps account of every route, so that none is forgotten. */
export interface RouteLedger {
  enter(route: RouteOptions, declaration: RouteDeclaration | undefined): void
  /** All routes that answer, under each of their spellings. */
  entries(): readonly RouteMapEntry[]
  /** @throws {UndeclaredRoutesError} that lists every route that declares nothing, when they are to be refused. */
  close(undeclared: UndeclaredRoutes, warn: (message: string) => void): void
}

export function createRouteLedger(app: FastifyInstance): RouteLedger {
  const entered: Entered[] = []

  function entries(): readonly RouteMapEntry[] {
    const heardOf = new Set(entered.map(({ entry }) => nameOf(entry)))
    return entered.flatMap(({ entry, withSlash, constraints }) => {
      const { method, path } = withSlash
      const answers =
        path !== entry.path &&
        !heardOf.has(nameOf(withSlash)) &&
        app.hasRoute({ method: method as 'GET', url: path, constraints })
      return answers ? [entry, withSlash] : [entry]
    })
  }

  return {
    entries,
    enter(route, declaration) {
      // Fastify goes on to change these options: what they say has to be read now.
      const { url, routePath, prefix, constraints = {} }: RouteOptions & Placed = route
      const slashed = routePath === '' && prefix !== '' ? { ...route, url: `${url}/` } : route
      for (const method of [route.method].flat()) {
        const entry = describeRoute(method, route, declaration)
        entered.push({ entry, withSlash: describeRoute(method, slashed, declaration), constraints })
      }
    },
    close(undeclared, warn) {
      const silent = entries()
        .filter((entry) => entry.guard === 'undeclared')
        .map(nameOf)
      if (silent.length === 0 || undeclared === 'allow') return
      const message = [
        silent.length === 1
          ? 'A route does not say who may come in:'
          : `${silent.length} routes do not say who may come in:`,
        ...silent.map((route) => `  ${route}`),
        'Give each protect(...) or anyone(), or declare all routes of a scope with scope.everyRoute(...).',
        `Name routes of other plugins in the option routes of ostiary: ${exampleFor(silent)}`,
      ].join('\n')
      if (undeclared === 'refuse') throw new UndeclaredRoutesError(message, silent)
      warn(message)
    },
  }
}

/** For the preflight route of `@fastify/cors`, just what to write. */
function exampleFor(silent: readonly string[]): string {
  const name = silent.includes('OPTIONS *') ? 'OPTIONS *' : silent[0]
  return `routes: { '${name}': anyone() }${name === 'OPTIONS *' ? ', for @fastify/cors.' : '.'}`
}

interface Entered {
  readonly entry: RouteMapEntry
  /** A route `/` below a prefix may answer with a slash at its end as well. Fastify tells hooks of the other alone. */
  readonly withSlash: RouteMapEntry
  readonly constraints: NonNullable<RouteOptions['constraints']>
}

/** What Fastify adds to the options of a route that it tells of. */
interface Placed {
  readonly routePath?: string
  readonly prefix?: string
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
