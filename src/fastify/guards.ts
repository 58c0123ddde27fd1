import type {
  FastifyReply,
  FastifyRequest,
  onRequestHookHandler,
  preHandlerAsyncHookHandler,
  RouteOptions,
} from 'fastify'
import {
  type Auth,
  type Authentication,
  type Decision,
  decide,
  explain,
  type Requirement,
  SessionUnavailableError,
  type User,
} from '../index.ts'
import { audited } from '../login/login.ts'
import { reasonOf } from '../reason-of.ts'
import { ANYONE, doesNobodyAsk, refuseUnguarded } from './declare.ts'
import type { AnonymousAnswer, Refusals } from './refusals.ts'
import { contextOf, createDemand, getUser, keepAuthentication, keepDemand, sendCookie } from './request-user.ts'

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
  /** Our hooks, each with the requirement that it guards. */
  const ours = new WeakMap<object, RouteRequirement | typeof ANYONE>()
  const answers = { forbid: refusals.forbid, challenge: refusals.challenge, login: refusals.sendToLogin }

  function refuse(request: FastifyRequest, reply: FastifyReply, decision: Decision): void {
    const user = getUser(request)
    const tooLongAgo = !user.isAnonymous && decision.reason.code === 'signed-in-too-long-ago'
    const sentToLogin = (tooLongAgo || (user.isAnonymous && anonymous === 'login')) && refusals.leadToLogin(request)
    auth.audit.record({
      type: 'denied',
      user: user.id,
      decision,
      explanation: explain(decision),
      ...(sentToLogin && { sentToLogin }),
      request: audited(contextOf(request)),
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
    guard: RouteGuard,
    done: (error?: Error) => void,
  ): void {
    let goesOn: boolean
    try {
      const identity = auth.authenticateRequest(contextOf(request))
      if (identity instanceof Promise) {
        identifyLater(identity, request, reply, guard, done)
        return
      }
      goesOn = proceed(identity, request, reply, guard)
    } catch (thrown) {
      done(asError(thrown))
      return
    }
    if (goesOn) done()
  }

  function proceed(identity: Authentication, request: FastifyRequest, reply: FastifyReply, guard: RouteGuard): boolean {
    keepAuthentication(request, reply, identity)
    if (identity.setCookie !== null) sendCookie(reply, identity.setCookie)
    return guard.authorize(request, reply, identity.user)
  }

  function identifyLater(
    identity: Promise<Authentication>,
    request: FastifyRequest,
    reply: FastifyReply,
    guard: RouteGuard,
    done: (error?: Error) => void,
  ): void {
    identity
      .then((known) => proceed(known, request, reply, guard))
      .catch((error: unknown) => {
        if (!(error instanceof SessionUnavailableError)) throw error
        const reason = explainOutage(error)
        auth.audit.record({ type: 'session.unavailable', reason, request: audited(contextOf(request)) })
        return guard.authorizeUnconfirmed(request, reply)
      })
      .then(
        (goesOn) => {
          if (goesOn) done()
        },
        (thrown: unknown) => done(asError(thrown)),
      )
  }

  /** Where a decision does not depend on the time, to ask for it would cost as much as to decide. */
  function clockFor({ authenticatedWithin }: RouteRequirement): () => number {
    return authenticatedWithin === undefined ? () => Number.NaN : auth.clock
  }

  function guardOf(requirement: RouteRequirement): onRequestHookHandler {
    const waits = 'check' in requirement
    const now = clockFor(requirement)
    const guard: RouteGuard = {
      authorize(request, reply, user) {
        // What a guard lets through is meant for one person. The handler may say otherwise.
        reply.header('cache-control', 'no-store')
        if (waits) return true
        const decision = decide(user, requirement, request, now()) as Decision
        if (!decision.allowed) refuse(request, reply, decision)
        return decision.allowed
      },
      authorizeUnconfirmed(request, reply) {
        refusals.unavailable(request, reply)
        return false
      },
    }
    return (request, reply, done) => identifyThen(request, reply, guard, done)
  }

  function checkOf(requirement: RouteRequirement): preHandlerAsyncHookHandler {
    const now = clockFor(requirement)
    return async (request, reply) => {
      const decision = await decide(getUser(request), requirement, request, now())
      if (decision.allowed) return
      try {
        refuse(request, reply, decision)
      } catch (thrown) {
        throw asError(thrown)
      }
      return reply
    }
  }

  /** Whether the first hook is ours, and of this very requirement: that of another route would let others in. */
  function guards(requirement: RouteRequirement, hooks: unknown): boolean {
    const [first] = [hooks].flat()
    return typeof first === 'function' && ours.get(first) === requirement
  }

  /** A route that is entered twice, under two spellings of one prefix, is guarded once. */
  function inFront<Hook extends object>(
    declared: RouteRequirement | typeof ANYONE,
    hook: Hook,
    others: unknown,
  ): Hook[] {
    ours.set(hook, declared)
    return [hook, ...([others ?? []].flat() as Hook[]).filter((other) => !ours.has(other))]
  }

  return {
    protectRoute(route, requirement) {
      route.preParsing = [route.preParsing ?? []].flat().filter((hook) => hook !== refuseUnguarded)
      route.onRequest = inFront(requirement, guardOf(requirement), route.onRequest)
      if ('check' in requirement) route.preHandler = inFront(requirement, checkOf(requirement), route.preHandler)
    },

    standBefore: (route, requirement) =>
      guards(requirement, route.onRequest) && ('check' in requirement ? guards(requirement, route.preHandler) : true),

    openRoute(route) {
      if (doesNobodyAsk(route.config)) return
      const demand = createDemand()
      const identifyAhead: onRequestHookHandler = (request, reply, done) => {
        if (request.headers.cookie === undefined) return done()
        keepDemand(request, reply, demand)
        if (!demand.expects()) return done()
        identifyThen(request, reply, OPEN_ROUTE, done)
      }
      route.onRequest = inFront(ANYONE, identifyAhead, route.onRequest)
    },
  }
}

/** What becomes of somebody who is known, and of somebody whom nobody can confirm now. */
interface RouteGuard {
  authorize(request: FastifyRequest, reply: FastifyReply, user: User): boolean
  authorizeUnconfirmed(request: FastifyRequest, reply: FastifyReply): boolean
}

/** Whoever cannot be confirmed now is anonymous on this one page. The cookie stays. */
const OPEN_ROUTE: RouteGuard = Object.freeze({ authorize: () => true, authorizeUnconfirmed: () => true })

function explainOutage(error: Error): string {
  return error.cause instanceof Error ? `${error.message} ${error.cause.message}` : error.message
}

/** Fastify takes an error that is no value at all for none, and goes on. */
function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(`A guard failed: ${reasonOf(thrown)}`)
}
