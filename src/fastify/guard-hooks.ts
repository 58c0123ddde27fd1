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

/** The hooks of ours, each with the guard that it asks. */
const guardOfHook = new WeakMap<object, RouteGuard>()

/** Puts a guard in front of everything else that a route does. A route that is told of twice is guarded once. */
export function putGuard(route: RouteOptions, guard: RouteGuard): void {
  if (route.preParsing !== undefined)
    route.preParsing = [route.preParsing].flat().filter((hook) => hook !== refuseUnguarded)
  route.onRequest = inFront(guard, enterHook(guard), route.onRequest)
  if (guard.check) route.preHandler = inFront(guard, checkHook(guard.check), route.preHandler)
}

/** Returns whether the guard still stands in front: hooks that hear of routes later than ours may have moved it. */
export function hasGuard(route: RouteOptions, guard: RouteGuard): boolean {
  const isFirst = (hooks: unknown) => guardOfHook.get([hooks].flat()[0] as object) === guard
  return isFirst(route.onRequest) && (guard.check === undefined || isFirst(route.preHandler))
}

function inFront<Hook extends object>(guard: RouteGuard, hook: Hook, others: unknown): Hook[] {
  guardOfHook.set(hook, guard)
  return [hook, ...([others ?? []].flat() as Hook[]).filter((other) => !guardOfHook.has(other))]
}

/** Asks the guard who it is and whether the request goes on. Without a promise where the guard needs none. */
function enterHook(guard: RouteGuard): onRequestHookHandler {
  return function enter(request, reply, done) {
    const state = noteReply(request, reply)
    state.isGuarded = guard.isPrivate
    // A handler may say otherwise.
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

/** Takes down the verdict, and sends its refusal if there is one. Returns whether the request goes on. */
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

/** Why: Fastify takes an error without a value for none, and goes on. */
function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(`A guard failed: ${reasonOf(thrown)}`)
}
