import type { FastifyInstance, RouteOptions } from 'fastify'
import { describeRoute, nameOfRoute, type RouteMapEntry } from '../http/index.ts'
import { LatePluginError } from '../index.ts'
import type { RouteDeclaration } from './declare.ts'

/** All routes of the application, as Fastify reports them. */
export interface RegisteredRoutes {
  add(route: RouteOptions, declaration: RouteDeclaration | undefined): void
  /** Returns all routes that answer, under each of their spellings. */
  entries(): readonly RouteMapEntry[]
}

export function createRegisteredRoutes(app: FastifyInstance): RegisteredRoutes {
  const added: Added[] = []

  return {
    add(route, declaration) {
      // Why now: Fastify changes these options later.
      const { url, routePath, prefix, constraints = {} }: RouteOptions & Placed = route
      const slashed = routePath === '' && prefix !== '' ? `${url}/` : url
      for (const method of [route.method].flat()) {
        const describe = (path: string) => describeRoute({ method, path, constraints }, declaration)
        added.push({ entry: describe(url), withSlash: describe(slashed), constraints })
      }
    },

    entries() {
      const known = new Set(added.map(({ entry }) => nameOfRoute(entry)))
      return added.flatMap(({ entry, withSlash, constraints }) => {
        const { method, path } = withSlash
        const answers =
          path !== entry.path &&
          !known.has(nameOfRoute(withSlash)) &&
          app.hasRoute({ method: method as 'GET', url: path, constraints })
        return answers ? [entry, withSlash] : [entry]
      })
    },
  }
}

/** Returns the advice about undeclared routes. For the preflight route of `@fastify/cors`, the exact text to write. */
export function howToDeclare(silent: readonly string[]): string {
  const name = silent.includes('OPTIONS *') ? 'OPTIONS *' : silent[0]
  return (
    'Give each protect(...) or anyone(), or declare all routes of a scope with scope.everyRoute(...).\n' +
    `Name routes of other plugins in the option routes of ostiary: routes: { '${name}': anyone() }` +
    (name === 'OPTIONS *' ? ', for @fastify/cors.' : '.')
  )
}

interface Added {
  readonly entry: RouteMapEntry
  /** The spelling with a slash at the end, for a route `/` below a prefix. Fastify reports only the other spelling. */
  readonly withSlash: RouteMapEntry
  readonly constraints: NonNullable<RouteOptions['constraints']>
}

/** The members that Fastify adds to the options of a route. */
interface Placed {
  readonly routePath?: string
  readonly prefix?: string
}

/** @throws {LatePluginError} when earlier routes exist. Why: the plugin cannot guard them. */
export function assertNoEarlierRoutes(app: FastifyInstance): void {
  const routes = app.printRoutes({ commonPrefix: false }).trim()
  if (routes === '' || routes === '(empty tree)') return
  throw new LatePluginError(
    `These routes were registered before ostiary, which cannot guard them:\n${routes}\n` +
      'Write `await app.register(ostiary, { auth })` before the first route and before every plugin that brings routes.',
  )
}
