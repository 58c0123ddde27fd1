import type { Context } from 'hono'
import type { RouterRoute } from 'hono/types'
import { assertDeclared, describeRoute, isPublic, type RouteDeclaration, type RouteMapEntry } from '../http/index.ts'
import { ConfigurationError } from '../index.ts'
import { markOf } from './marks.ts'

/** The routes of an application, judged once. */
export interface RouteBook {
  readonly entries: readonly RouteMapEntry[]
  /**
   * Checks the routes that a request has matched, in the order in which they run.
   *
   * Why again, though all routes have been judged: the judgement compares the patterns as texts. Here the router itself
   * tells which guard runs before which handler.
   *
   * @throws {UndeclaredRoutesError} when a handler would run without a guard before it.
   * @throws {ConfigurationError} when a route belongs to another application, around this one.
   */
  assertGuarded(matched: readonly RouterRoute[]): void
}

/**
 * Judges all routes: finds the declaration of each.
 *
 * @param assertKnown Throws when a declaration asks for an unknown role or permission.
 * @throws {ConfigurationError} when a route is for HEAD, which Hono dispatches as GET.
 */
export function judgeRoutes(
  routes: readonly RouterRoute[],
  assertKnown: (declaration: RouteDeclaration<Context>, where: string) => void,
): RouteBook {
  const kinds = new Map<RouterRoute, Kind>()
  const named = new Map<string, { route: RouterRoute; declaration: RouteDeclaration<Context> | undefined }>()
  const protectors: { route: RouterRoute; declaration: RouteDeclaration<Context> }[] = []
  /** The declaration of the entries right before, as long as they have the same method and path. */
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

/** @throws {UndeclaredRoutesError} that lists every undeclared route. */
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
 * The kind of a route. A `guard` protects the handlers after it. A `declared` handler is in one registration with its
 * declaration. A `handler` is undeclared. An `endpoint` has its own guard, and ends the chain.
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
