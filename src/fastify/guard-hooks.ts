import type {
  FastifyReply,
  FastifyRequest,
  onRequestHookHandler,
  preHandlerAsyncHookHandler,
  RouteOptions,
} from 'fastify'
import { type Guard, reasonOf, type Verdict } from '../http/index.ts'
import { refuseUnguarded } from './declare.ts'
import { stateOf } from './request-state.ts'
import { getUser, noteReply } from './request-user.ts'
import { sendAnswer } from './send-answer.ts'
import { sendCookie } from './sent-cookies.ts'

type RouteGuard = Guard<FastifyRequest>

/** The hooks of Ostiary, each with its guard. */
const guardOfHook = new WeakMap<object, RouteGuard>()

/** Puts a guard in front of all hooks of a route. A route that Fastify reports twice is guarded once. */
export function putGuard(route: RouteOptions, guard: RouteGuard): void {
  if (route.preParsing !== undefined)
    route.preParsing = [route.preParsing].flat().filter((hook) => hook !== refuseUnguarded)
  route.onRequest = inFront(guard, enterHook(guard), route.onRequest)
  if (guard.check) route.preHandler = inFront(guard, checkHook(guard.check), route.preHandler)
}

/** Returns true when the guard still runs first. Why: a later `onRoute` hook may have moved the guard. */
export function hasGuard(route: RouteOptions, guard: RouteGuard): boolean {
  const isFirst = (hooks: unknown) => guardOfHook.get([hooks].flat()[0] as object) === guard
  return isFirst(route.onRequest) && (guard.check === undefined || isFirst(route.preHandler))
}

function inFront<Hook extends object>(guard: RouteGuard, hook: Hook, others: unknown): Hook[] {
  guardOfHook.set(hook, guard)
  return [hook, ...([others ?? []].flat() as Hook[]).filter((other) => !guardOfHook.has(other))]
}

/** Returns the hook that asks the guard for user and verdict. A verdict without a promise is handled synchronously. */
function enterHook(guard: RouteGuard): onRequestHookHandler {
  return function enter(request, reply, done) {
    const state = noteReply(request, reply)
    state.isGuarded = guard.isPrivate
    // A handler may set another value.
    if (guard.isPrivate) reply.header('cache-control', 'no-store')
    try {
      const verdict = guard.enter(state)
      if (verdict instanceof Promise) {
        const failed = (thrown: unknown) => done(asError(thrown))
        verdict.then((settled) => goesOn(request, reply, settled)).then((goes) => void (goes && done()), failed)
      } else if (goesOn(request, reply, verdict)) done()
    } catch (thrown) {
      done(asError(thrown))
    }
  }
}

/** Records the verdict, and sends its refusal if any. Returns true when the request goes on. */
function goesOn(request: FastifyRequest, reply: FastifyReply, verdict: Verdict): boolean {
  stateOf(request).verdict = verdict
  if (verdict.setCookie !== null) sendCookie(reply, verdict.setCookie)
  if (verdict.refusal === null) return true
  sendAnswer(reply, verdict.refusal)
  return false
}

function checkHook(check: NonNullable<RouteGuard['check']>): preHandlerAsyncHookHandler {
  return async function askChecker(request, reply) {
    try {
      const refusal = await check(getUser(request), request, stateOf(request))
      return refusal === undefined ? undefined : sendAnswer(reply, refusal)
    } catch (thrown) {
      throw asError(thrown)
    }
  }
}

/**
 * Returns an `Error` for every thrown value. Why: Fastify reads an empty value as success, and the request would go on.
 */
function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(`A guard failed: ${reasonOf(thrown)}`)
}
