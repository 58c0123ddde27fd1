import type {
  FastifyReply,
  FastifyRequest,
  onRequestHookHandler,
  preHandlerAsyncHookHandler,
  RouteOptions,
} from 'fastify'
import {
  type Auth,
  type Decision,
  decide,
  explain,
  type Identity,
  type Requirement,
  SessionUnavailableError,
  type User,
} from '../index.ts'
import { reasonOf } from '../reason-of.ts'
import { refuseUnguarded } from './declare.ts'
import type { AnonymousAnswer, Refusals } from './refusals.ts'
import { auditedRequest, createDemand, keepDemand, keepIdentity, sendCookie, visitOf } from './request-user.ts'

type RouteRequirement = Requirement<User, FastifyRequest>

/** The hooks that stand in front of a handler. */
export interface Guards {
  /** Puts the guard of a requirement in front of everything else that the route does. */
  protectRoute(route: RouteOptions, requirement: RouteRequirement): void
  /** Whether the guard still stands before everything else: hooks that hear of routes later than ours may have moved it. */
  standBefore(route: RouteOptions, requirement: RouteRequirement): boolean
  /** Works out the user of a route that lets everybody in, as far as its handlers ask for one. */
  openRoute(route: RouteOptions): void
}

export function createGuards(auth: Auth, refusals: Refusals, anonymous: AnonymousAnswer): Guards {
  const ours = new WeakSet<object>()
  const answers = { forbid: refusals.forbid, challenge: refusals.challenge, login: refusals.sendToLogin }

  function refuse(request: FastifyRequest, reply: FastifyReply, decision: Decision): void {
    const { user } = request
    auth.audit.record({
      type: 'denied',
      user: user.id,
      decision,
      explanation: explain(decision),
      request: auditedRequest(request),
    })
    if (user.isAnonymous) answers[anonymous](request, reply)
    else if (decision.reason.code === 'signed-in-too-long-ago')
      refusals.askAgain(request, reply, decision.reason.within)
    else refusals.forbid(request, reply)
  }

  /**
   * Works out who it is, and whether they may go on. Without a promise where none is needed: that is the way of nearly
   * every request.
   */
  function identifyThen(
    request: FastifyRequest,
    reply: FastifyReply,
    mayGoOn: () => boolean,
    mayGoOnUnconfirmed: () => boolean,
    done: (error?: Error) => void,
  ): void {
    const proceed = (identity: Identity): boolean => {
      keepIdentity(request, identity)
      if (identity.setCookie !== null) sendCookie(reply, identity.setCookie)
      return mayGoOn()
    }
    const unconfirmed = (error: unknown): boolean => {
      if (!(error instanceof SessionUnavailableError)) throw error
      auth.audit.record({ type: 'session.unavailable', reason: explainOutage(error), request: auditedRequest(request) })
      return mayGoOnUnconfirmed()
    }
    const settle = (goesOn: boolean): void => {
      if (goesOn) done()
    }
    let goesOn: boolean | Promise<boolean>
    try {
      const identity = auth.identify(visitOf(request))
      goesOn = identity instanceof Promise ? identity.then(proceed).catch(unconfirmed) : proceed(identity)
    } catch (thrown) {
      done(asError(thrown))
      return
    }
    if (goesOn instanceof Promise) goesOn.then(settle, (thrown: unknown) => done(asError(thrown)))
    else settle(goesOn)
  }

  function guardOf(requirement: RouteRequirement): onRequestHookHandler {
    return (request, reply, done) => {
      const mayGoOn = (): boolean => {
        // What a guard lets through is meant for one person. The handler may say otherwise.
        reply.header('cache-control', 'no-store')
        const decision = 'check' in requirement ? undefined : decide(request.user, requirement, request, auth.clock())
        if (decision?.allowed === false) refuse(request, reply, decision)
        return decision?.allowed !== false
      }
      const mayGoOnUnconfirmed = (): boolean => {
        refusals.unavailable(request, reply)
        return false
      }
      identifyThen(request, reply, mayGoOn, mayGoOnUnconfirmed, done)
    }
  }

  function checkOf(requirement: RouteRequirement): preHandlerAsyncHookHandler {
    return async (request, reply) => {
      const decision = await decide(request.user, requirement, request, auth.clock())
      if (decision.allowed) return
      try {
        refuse(request, reply, decision)
      } catch (thrown) {
        throw asError(thrown)
      }
      return reply
    }
  }

  function isOurs(hooks: unknown): boolean {
    const [first] = [hooks].flat()
    return typeof first === 'function' && ours.has(first)
  }

  /** A route that is entered twice, under two spellings of one prefix, is guarded once. */
  function inFront<Hook extends object>(hook: Hook, others: unknown): Hook[] {
    ours.add(hook)
    return [hook, ...([others ?? []].flat() as Hook[]).filter((other) => !ours.has(other))]
  }

  return {
    protectRoute(route, requirement) {
      route.preParsing = [route.preParsing ?? []].flat().filter((hook) => hook !== refuseUnguarded)
      route.onRequest = inFront(guardOf(requirement), route.onRequest)
      if ('check' in requirement) route.preHandler = inFront(checkOf(requirement), route.preHandler)
    },

    standBefore: (route, requirement) =>
      isOurs(route.onRequest) && ('check' in requirement ? isOurs(route.preHandler) : true),

    openRoute(route) {
      const demand = createDemand()
      const identifyAhead: onRequestHookHandler = (request, reply, done) => {
        if (request.headers.cookie === undefined) return done()
        keepDemand(request, reply, demand)
        if (!demand.expects()) return done()
        // Whoever cannot be confirmed now is anonymous on this one page. The cookie stays.
        identifyThen(
          request,
          reply,
          () => true,
          () => true,
          done,
        )
      }
      route.onRequest = inFront(identifyAhead, route.onRequest)
    },
  }
}

function explainOutage(error: Error): string {
  return error.cause instanceof Error ? `${error.message} ${error.cause.message}` : error.message
}

/** Fastify takes an error that is no value at all for none, and goes on. */
function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(`A guard failed: ${reasonOf(thrown)}`)
}
