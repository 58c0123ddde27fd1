import type { Auth } from '../auth.ts'
import { RecordsUnavailableError, SessionUnavailableError } from '../errors.ts'
import { audited } from '../login/audited.ts'
import { type Decision, decide } from '../policy/decide.ts'
import { explain } from '../policy/explain.ts'
import type { Requirement } from '../policy/requirement.ts'
import type { RequestContext } from '../request-context.ts'
import { type Authentication, NOBODY } from '../sessions/authenticate-request.ts'
import type { User } from '../users/user.ts'
import { type Answer, problemAnswer } from './answer.ts'
import { ANYONE, ANYONE_WITHOUT_USER, type RouteDeclaration } from './declaration.ts'
import { type AnonymousAnswer, CHALLENGE, type Refusals } from './refusals.ts'

/** The guard of one route. An adapter asks the guard before everything else in the route runs. */
export interface Guard<Request> {
  /**
   * Tells the user of the request, and whether the request goes on. Returns a plain verdict while the lease of the
   * session lasts, which is the usual case. Returns a promise at the end of a lease.
   */
  enter(context: RequestContext): Verdict | Promise<Verdict>
  /**
   * Asks the checker of the route, once the request is complete. Resolves to a refusal, or to undefined when the
   * request goes on. Only routes with a checker have this function.
   */
  readonly check?: (user: User, request: Request, context: RequestContext) => Promise<Answer | undefined>
  /** True when every answer of the route is for one person, so that caches must skip it. */
  readonly isPrivate: boolean
}

/** The verdict of a guard about a request: the user, and the refusal if any. `setCookie` is sent in any case. */
export interface Verdict extends Authentication {
  /** The answer in place of the handler's. Null when the request goes on. */
  readonly refusal: Answer | null
}

interface GuardParts {
  readonly auth: Auth
  readonly refusals: Refusals
  readonly anonymous: AnonymousAnswer
}

/** Returns a function that makes the guard of a declaration. */
export function createGuards<Request>({ auth, refusals, anonymous }: GuardParts) {
  function refuse(context: RequestContext, user: User, decision: Decision): Answer {
    const { code } = decision.reason
    const isTooLongAgo = !user.isAnonymous && (code === 'signed-in-too-long-ago' || code === 'missing-method')
    const sentToLogin = (isTooLongAgo || (user.isAnonymous && anonymous === 'login')) && refusals.leadsToLogin(context)
    auth.audit.record({
      type: 'denied',
      user: user.id,
      decision,
      explanation: explain(decision),
      ...(sentToLogin && { sentToLogin }),
      request: audited(context),
    })
    if (user.isAnonymous) return refusals.refuseAnonymous(context)
    const { reason } = decision
    if (reason.code === 'signed-in-too-long-ago') return refusals.askAgain(context, reason.within)
    if (reason.code === 'missing-method') return refusals.askMethod(context, reason.method, reason.within)
    return refusals.forbid(context, user)
  }

  /** Refuses an invalid `Authorization` header, on public routes too: the cookie beside it is left unread. */
  function unauthorized({ challenge = CHALLENGE, ...known }: Authentication, context: RequestContext): Verdict {
    auth.audit.record({ type: 'credential.refused', challenge, request: audited(context) })
    return { ...known, refusal: problemAnswer(401, undefined, { 'www-authenticate': challenge }) }
  }

  /** Finds the user of the request. While the session store is unavailable, `otherwise` decides. */
  function authenticate(
    context: RequestContext,
    judge: (known: Authentication) => Verdict,
    otherwise: () => Verdict,
  ): Verdict | Promise<Verdict> {
    const known = auth.authenticateRequest(context)
    if (!(known instanceof Promise)) return known.challenge === undefined ? judge(known) : unauthorized(known, context)
    const judged = (answer: Authentication) =>
      answer.challenge === undefined ? judge(answer) : unauthorized(answer, context)
    return known.then(judged, (error: unknown) => {
      if (!(error instanceof SessionUnavailableError) && !(error instanceof RecordsUnavailableError)) throw error
      auth.audit.record({ type: 'session.unavailable', reason: explainOutage(error), request: audited(context) })
      return otherwise()
    })
  }

  function requirementGuard(requirement: Requirement<User, Request>): Guard<Request> {
    const waits = 'check' in requirement
    // Why only then: reading the clock costs as much as deciding, and most decisions ignore the time.
    const now = requirement.authenticatedWithin === undefined ? () => Number.NaN : auth.clock
    const enter = (context: RequestContext) =>
      authenticate(
        context,
        ({ user, session, setCookie, isUnavailable }) => {
          if (waits) return { user, session, setCookie, isUnavailable, refusal: null }
          const decision = decide(user, requirement, undefined as Request, now()) as Decision
          const refusal = decision.allowed ? null : refuse(context, user, decision)
          return { user, session, setCookie, isUnavailable, refusal }
        },
        () => ({ ...NOBODY, isUnavailable: true, refusal: refusals.unavailable(context) }),
      )
    if (!waits) return { enter, isPrivate: true }
    return {
      enter,
      isPrivate: true,
      async check(user, request, context) {
        const decision = await decide(user, requirement, request, now())
        return decision.allowed ? undefined : refuse(context, user, decision)
      },
    }
  }

  const publicGuard: Guard<Request> = {
    isPrivate: false,
    enter: (context) =>
      context.headers.cookie === undefined && !auth.readsCredentials
        ? ADMITTED
        : authenticate(
            context,
            ({ user, session, setCookie, isUnavailable }) => ({
              user,
              session,
              setCookie,
              isUnavailable,
              refusal: null,
            }),
            () => UNCERTAIN,
          ),
  }

  const noUserGuard: Guard<Request> = { isPrivate: false, enter: () => ADMITTED }

  return function guardOf(declaration: RouteDeclaration<Request>): Guard<Request> {
    if (declaration === ANYONE) return publicGuard
    if (declaration === ANYONE_WITHOUT_USER) return noUserGuard
    return requirementGuard(declaration)
  }
}

const ADMITTED: Verdict = Object.freeze({ ...NOBODY, refusal: null })
/** The user counts as anonymous for this one request. The cookie stays. */
const UNCERTAIN: Verdict = Object.freeze({ ...ADMITTED, isUnavailable: true })

function explainOutage(error: Error): string {
  return error.cause instanceof Error ? `${error.message} ${error.cause.message}` : error.message
}
