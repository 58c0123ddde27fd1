import type { Context, Handler } from 'hono'
import { findTargetHandler } from 'hono/utils/handler'
import type { RouteDeclaration } from '../http/index.ts'

/**
 * The kind of a handler: a guard of the handlers after it, an endpoint with its own guard, or a middleware that only
 * passes requests on.
 */
export type Mark =
  | { readonly kind: 'guard' | 'endpoint'; readonly declaration: RouteDeclaration<Context> }
  | { readonly kind: 'middleware' }

/** Marks a handler of Ostiary. A handler of the application is wrapped first. Why: it may be in use elsewhere. */
export function marked<Marked extends (...parameters: never[]) => unknown>(handler: Marked, mark: Mark): Marked {
  return Object.defineProperty(handler, MARK, { value: mark })
}

/**
 * Returns the mark of a handler. A sub-application with its own `onError` wraps its handlers: the wrapper is removed.
 */
export function markOf(handler: Handler): Mark | undefined {
  return (findTargetHandler(handler) as { [MARK]?: Mark })[MARK]
}

const MARK = Symbol('ostiary.mark')
