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
import type { AnonymousAnswer, Refusals } from './refusals.ts'
import { createDemand, keepDemand, keepIdentity, pathOf, sendCookie, visitOf } from './request-user.ts'

type RouteRequirement = Requirement<User, FastifyRequest>

/** The hooks that stand in front of a handler. */
export interface Guards {
  /** Puts the guard of a requirement in front of everything else that the route does. */
  protectRoute(route: RouteOptions, requirement: RouteRequirement): void
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
      request: audited(request),
    })
    if (user.isAnonymous) answers[anonymous](request, reply)
    else refusals.forbid(request, reply)
  }

  /** Works out who it is, then goes on. Without a promise where none is needed: that is the way of nearly every request. */
  function identifyThen(
    request: FastifyRequest,
    reply: FastifyReply,
    goOn: () => void,
    onUnavailable: (error: SessionUnavailableError) => void,
    done: (error?: Error) => void,
  ): void {
    const proceed = (identity: Identity): void => {
      keepIdentity(request, identity)
      if (identity.setCookie !== null) sendCookie(reply, identity.setCookie)
      goOn()
    }
    const identity = auth.identify(visitOf(request))
    if (!(identity instanceof Promise)) {
      proceed(identity)
      return
    }
    identity.then(proceed).catch((error: unknown) => {
      if (!(error instanceof SessionUnavailableError)) {
        done(error as Error)
        return
      }
      auth.audit.record({ type: 'session.unavailable', reason: reasonOf(error), request: audited(request) })
      onUnavailable(error)
    })
  }

  function guardOf(requirement: RouteRequirement): onRequestHookHandler {
    return (request, reply, done) => {
      const goOn = (): void => {
        // What a guard lets through is meant for one person. The handler may say otherwise.
        reply.header('cache-control', 'no-store')
        const decision = 'check' in requirement ? undefined : decide(request.user, requirement)
        if (decision?.allowed === false) refuse(request, reply, decision)
        else done()
      }
      identifyThen(request, reply, goOn, () => refusals.unavailable(request, reply), done)
    }
  }

  function checkOf(requirement: RouteRequirement): preHandlerAsyncHookHandler {
    return async (request, reply) => {
      const decision = await decide(request.user, requirement, request)
      if (decision.allowed) return
      refuse(request, reply, decision)
      return reply
    }
  }

  /** A route that is entered twice, under two spellings of one prefix, is guarded once. */
  function inFront<Hook extends object>(hook: Hook, others: unknown): Hook[] {
    ours.add(hook)
    return [hook, ...([others ?? []].flat() as Hook[]).filter((other) => !ours.has(other))]
  }

  return {
    protectRoute(route, requirement) {
      route.onRequest = inFront(guardOf(requirement), route.onRequest)
      if ('check' in requirement) route.preHandler = inFront(checkOf(requirement), route.preHandler)
    },

    openRoute(route) {
      const demand = createDemand()
      const identifyAhead: onRequestHookHandler = (request, reply, done) => {
        if (request.headers.cookie === undefined) return done()
        keepDemand(request, demand)
        if (!demand.expects()) return done()
        // Whoever cannot be confirmed now is anonymous on this one page. The cookie stays.
        identifyThen(request, reply, done, () => done(), done)
      }
      route.onRequest = inFront(identifyAhead, route.onRequest)
    },
  }
}

function audited(request: FastifyRequest) {
  return { method: request.method, path: pathOf(request), clientAddress: request.ip }
}

function reasonOf(error: Error): string {
  return error.cause instanceof Error ? `${error.message} ${error.cause.message}` : error.message
}
