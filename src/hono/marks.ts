import type { Context, Handler } from 'hono'
import { findTargetHandler } from 'hono/utils/handler'
import type { RouteDeclaration } from '../http/index.ts'

/**
 * The word of a handler about itself: it guards what comes after it, it is an endpoint with a guard of its own, or it only
 * passes requests on.
 */
export type Mark =
  | { readonly kind: 'guard' | 'endpoint'; readonly declaration: RouteDeclaration<Context> }
  | { readonly kind: 'middleware' }

/** Marks a handler of ours. A handler of somebody else is wrapped first: it may be in use elsewhere, too. */
export function marked<Marked extends (...parameters: never[]) => unknown>(handler: Marked, mark: Mark): Marked {
  return Object.defineProperty(handler, MARK, { value: mark })
}

/** Returns the mark of a handler. A sub-application with an `onError` of its own wraps its handlers: that is undone. */
export function markOf(handler: Handler): Mark | undefined {
  return (findTargetHandler(handler) as { [MARK]?: Mark })[MARK]
}

const MARK = Symbol('ostiary.mark')
