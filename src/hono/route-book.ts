import type { Context } from 'hono'
import type { RouterRoute } from 'hono/types'
import { assertDeclared, describeRoute, isPublic, type RouteDeclaration, type RouteMapEntry } from '../http/index.ts'
import { ConfigurationError } from '../index.ts'
import { markOf } from './marks.ts'

/** The routes of an application, judged once. */
export interface RouteBook {
  readonly entries: readonly RouteMapEntry[]
  /**
   * Looks at the routes that a request has matched, in the order in which they run.
   *
   * Why at those, though all have been judged: whether one pattern lies below another is read from texts there. Here the
   * router itself says which guard runs before which handler.
   *
   * @throws {UndeclaredRoutesError} when a handler would run that no guard stands before.
   * @throws {ConfigurationError} when a route belongs to another application, around this one.
   */
  assertGuarded(matched: readonly RouterRoute[]): void
}

/**
 * Judges all routes.
 *
 * @param assertKnown Throws when a declaration asks for a role or permission that there is not.
 * @throws {ConfigurationError} when a route is for HEAD, which Hono dispatches as GET.
 */
export function judgeRoutes(
  routes: readonly RouterRoute[],
  assertKnown: (declaration: RouteDeclaration<Context>, where: string) => void,
): RouteBook {
  const kinds = new Map<RouterRoute, Kind>()
  const named = new Map<string, { route: RouterRoute; declaration: RouteDeclaration<Context> | undefined }>()
  const protectors: { route: RouterRoute; declaration: RouteDeclaration<Context> }[] = []
  /** What was declared by the entries right before, as long as they are of the same method and path. */
  let run: { readonly key: string; readonly declaration: RouteDeclaration<Context> | undefined } | undefined

  for (const route of routes) {
    const key = `${route.method} ${route.path}`
    if (route.method === 'HEAD')
      throw new ConfigurationError(`${key} is never reached: Hono answers HEAD by the route of GET. Take it away.`)
    if (run?.key !== key) run = { key, declaration: undefined }
    const mark = markOf(route.handler)
    if (mark?.kind === 'middleware') {
      kinds.set(route, 'middleware')
    } else if (mark !== undefined) {
      const { kind, declaration } = mark
      assertKnown(declaration, key)
      kinds.set(route, kind === 'guard' && isPublic(declaration) ? 'declared' : kind)
      if (run.declaration === undefined || isPublic(run.declaration)) run = { key, declaration }
      const cover = protectors.find((each) => covers(each.route, route))?.declaration
      if (!named.has(key))
        named.set(key, { route, declaration: isPublic(declaration) ? (cover ?? declaration) : declaration })
      if (kind === 'guard' && !isPublic(declaration)) protectors.push({ route, declaration })
    } else {
      const declaration = run.declaration ?? protectors.find((each) => covers(each.route, route))?.declaration
      kinds.set(route, run.declaration === undefined ? 'handler' : 'declared')
      if (declaration === undefined || !named.has(key)) named.set(key, { route, declaration })
    }
  }

  const entries = [...named.values()].map(({ route, declaration }) => describeRoute(route, declaration))
  return {
    entries,
    assertGuarded(matched) {
      let isGuarded = false
      for (const route of matched) {
        const kind = kinds.get(route)
        if (kind === undefined) throw new ConfigurationError(FOREIGN)
        if (kind === 'endpoint') return
        if (kind === 'guard') isGuarded = true
        if (kind === 'handler' && !isGuarded) refuse([...entries, describeRoute(route, undefined)])
      }
    },
  }
}

/** @throws {UndeclaredRoutesError} that lists every route which declares nothing. */
export function refuse(entries: readonly RouteMapEntry[]): void {
  const distinct = new Map(entries.map((entry) => [`${entry.method} ${entry.path} ${entry.guard}`, entry]))
  assertDeclared(
    [...distinct.values()],
    'refuse',
    () => HOW_TO,
    () => {},
  )
}

/**
 * A `guard` stands before what comes after it. A `declared` handler stands in one registration with its declaration. A
 * `handler` declares nothing. An `endpoint` has its own guard, and nothing runs after it.
 */
type Kind = 'guard' | 'declared' | 'endpoint' | 'middleware' | 'handler'

/** Returns true when every request to the second route also matches the first, as far as their patterns show it. */
function covers(outer: RouterRoute, inner: RouterRoute): boolean {
  if (outer.method !== 'ALL' && outer.method !== inner.method) return false
  if (outer.path === inner.path) return true
  if (!outer.path.endsWith('/*')) return false
  const base = outer.path.slice(0, -2)
  return inner.path === base || inner.path.startsWith(`${base}/`)
}

const HOW_TO =
  'Write protect(…) or anyone() as the first handler of each, or app.use("/path/*", protect(…)) before them. ' +
  'ALL stands for app.use(), app.all() and app.mount(): write app.use(middleware(…)) for what only passes requests on.'

const FOREIGN =
  'The application that ostiary() was called on is part of another one, whose routes it cannot see. ' +
  'Call ostiary(app, { auth }) on the outermost application, before its first route.'
