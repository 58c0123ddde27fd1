import type { RouteOptions } from 'fastify'
import { nameOfRoute } from '../http/index.ts'
import { ConfigurationError } from '../index.ts'
import type { DeclaredRoute, RouteDeclaration } from './declare.ts'

/** Routes of other plugins, declared by their names in the option `routes`. */
export interface NamedRoutes {
  /**
   * Returns the declaration of a route by its name, if any.
   *
   * A HEAD route has the declaration of its GET route, unless it is named itself. A route `/` below a prefix has two
   * spellings, and each names both. Constraints are part of the name: an unnamed version or host stays undeclared.
   *
   * @throws {ConfigurationError} when the methods of one route have different declarations, or only some have one.
   */
  declarationFor(route: RouteOptions): RouteDeclaration | undefined
  /**
   * Checks the declared names once all routes are registered. `names`: the names of all routes that answer.
   *
   * @throws {ConfigurationError} when the route of a name is missing, or when a name is ambiguous.
   */
  close(names: ReadonlySet<string>): void
}

export function createNamedRoutes(routes: Readonly<Record<string, DeclaredRoute>> = {}): NamedRoutes {
  const declared = new Map(Object.entries(routes))
  const missing = new Set(declared.keys())
  const heardOf = new Set<string>()
  /** Names with a slash at the end whose route Fastify may report without the slash. */
  const withSlash: { readonly name: string; readonly own: string; readonly counts: boolean }[] = []

  function find(method: string, route: RouteOptions): DeclaredRoute | undefined {
    const own = nameOf(method, route)
    heardOf.add(own)
    missing.delete(own)
    const slashed = isBelowPrefix(route, '') ? nameOf(method, slashedUrl(route)) : undefined
    if (slashed !== undefined && declared.has(slashed)) {
      missing.delete(slashed)
      withSlash.push({ name: slashed, own, counts: route.protect === undefined && !declared.has(own) })
    }
    const names = [own, slashed, twinWithoutSlash(method, route)]
    const asGet = method === 'HEAD' ? names.map((name) => name?.replace(/^HEAD /, 'GET ')) : []
    const name = [...names, ...asGet].find((each) => each !== undefined && declared.has(each))
    return name === undefined ? undefined : declared.get(name)
  }

  /**
   * Returns the name of a HEAD route without the slash at its end. Why: with the slash, Fastify reports the HEAD route
   * alone. Its GET route is reported only without the slash.
   */
  function twinWithoutSlash(method: string, route: RouteOptions): string | undefined {
    if (method !== 'HEAD' || !isBelowPrefix(route, '/')) return undefined
    const withoutSlash = { ...route, url: route.url.slice(0, -1) }
    const get = (of: RouteOptions) => nameOf('GET', of)
    if (heardOf.has(get(route)) || !heardOf.has(get(withoutSlash))) return undefined
    return nameOf('HEAD', withoutSlash)
  }

  return {
    declarationFor(route) {
      const methods = [route.method].flat()
      const found = methods.map((method) => find(method, route))
      const given = found.filter((declaration) => declaration !== undefined)
      if (given.length === 0) return undefined
      // Why: one handler serves all methods, and a declaration of one method leaves the other methods undeclared.
      if (new Set(given.map(({ protect }) => protect)).size > 1 || given.length < methods.length)
        throw notAlike(methods.map((method) => nameOf(method, route)))
      return given[0]?.protect
    },

    close(names) {
      for (const { name, own, counts } of withSlash) {
        const isRouteOfItsOwn = heardOf.has(name) && !name.startsWith('HEAD ')
        if (isRouteOfItsOwn && counts)
          throw new ConfigurationError(`${name} and ${own} are two routes. ${DECLARE_EACH}`)
        if (isRouteOfItsOwn) continue
        if (!names.has(name)) missing.add(name)
        else if (declared.has(own) && declared.get(own)?.protect !== declared.get(name)?.protect)
          throw notAlike([own, name])
      }
      if (missing.size === 0) return
      throw new ConfigurationError(`The option routes declares what nobody registers: ${[...missing].join(', ')}.`)
    },
  }
}

function nameOf(method: string, { url, constraints }: RouteOptions): string {
  return nameOfRoute({ method, path: url, constraints })
}

/** Returns true when the route is this path below a prefix. */
function isBelowPrefix({ routePath, prefix }: RouteOptions & Placed, path: string): boolean {
  return routePath === path && prefix !== undefined && prefix !== ''
}

/** The members that Fastify adds to the options of a route. */
interface Placed {
  readonly routePath?: string
  readonly prefix?: string
}

function slashedUrl(route: RouteOptions): RouteOptions {
  return { ...route, url: `${route.url}/` }
}

function notAlike(names: readonly string[]): ConfigurationError {
  return new ConfigurationError(
    `Declare these alike in the option routes, for they are one route: ${names.join(', ')}.`,
  )
}

const DECLARE_EACH = 'Declare each of them in the option routes.'
