import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Duration, toMilliseconds } from '../duration.ts'
import type { PublicPaths } from '../http/public-path.ts'
import { LONGEST_RETURN_PATH } from '../http/return-path.ts'
import type { NoticePageInput, Pages } from '../pages/pages.ts'
import { wantsPage } from './accepts.ts'
import { getUser } from './request-user.ts'

/** What anonymous people get at a guarded route: 403 like everybody else, 401, or the login page. */
export type AnonymousAnswer = 'forbid' | 'challenge' | 'login'

/**
 * The answers of a guard that lets nobody in. To programs they are constant. A page also names the person who is signed
 * in, and no role and no requirement.
 */
export interface Refusals {
  forbid(request: FastifyRequest, reply: FastifyReply): void
  challenge(request: FastifyRequest, reply: FastifyReply): void
  /** For browsers that ask for a page: to the login page and back. A 401 for all others. */
  sendToLogin(request: FastifyRequest, reply: FastifyReply): void
  /**
   * For people who are signed in and may come in, but gave their password longer ago than this: 401 with a challenge in
   * the manner of RFC 9470, section 3. Browsers that ask for a page go to the login page and back.
   */
  askAgain(request: FastifyRequest, reply: FastifyReply, within: Duration): void
  /** Whether this request is led to the login page: a browser that navigates, and asks for a page. */
  leadToLogin(request: FastifyRequest): boolean
  /** Nobody can tell now: 503, and no word about whether the answer would be yes. */
  unavailable(request: FastifyRequest, reply: FastifyReply): void
}

export function createRefusals(pages: Pages, paths: PublicPaths): Refusals {
  const loginPath = paths.login

  function answer(request: FastifyRequest, reply: FastifyReply, status: 401 | 403 | 503): void {
    if (!wantsPage(request, 'json')) {
      sendProblem(reply, status)
      return
    }
    const retry = navigates(request)
    const loginUrl = retry ? loginAndBack(request) : loginPath
    if (status === 503) sendPage(request, reply, status, { notice: 'unavailable', retry })
    else sendPage(request, reply, status, { notice: 'forbidden', loginUrl, name: nameOf(request) })
  }

  function sendPage(request: FastifyRequest, reply: FastifyReply, status: number, input: NoticePageInput): void {
    const { html, headers } = pages.notice({ homeUrl: paths.home, ...input }, request.headers['accept-language'])
    reply.code(status).headers(headers).send(html)
  }

  /**
   * The login page, and the way back to what was asked for. `again` asks for the password of somebody who is signed in.
   *
   * Why the way back is left out where it is too long: no login follows it, and the address of the login page would not
   * fit into the headers of a request.
   */
  function loginAndBack(request: FastifyRequest, again = false): string {
    const next = paths.of(request.url)
    const parts = next.length > LONGEST_RETURN_PATH ? [] : [String(new URLSearchParams({ next }))]
    if (again) parts.push('again')
    return parts.length === 0 ? loginPath : `${loginPath}?${parts.join('&')}`
  }

  function leadToLogin(request: FastifyRequest): boolean {
    return navigates(request) && wantsPage(request, 'json')
  }

  function challenge(request: FastifyRequest, reply: FastifyReply): void {
    reply.header('www-authenticate', CHALLENGE)
    answer(request, reply, 401)
  }

  return {
    forbid: (request, reply) => answer(request, reply, 403),
    challenge,
    leadToLogin,
    sendToLogin(request, reply) {
      if (!leadToLogin(request)) {
        challenge(request, reply)
        return
      }
      reply.header('cache-control', 'no-store').redirect(loginAndBack(request), 303)
    },
    askAgain(request, reply, within) {
      if (!wantsPage(request, 'json')) {
        reply.header('www-authenticate', askAgainChallenge(within))
        sendProblem(reply, 401, 'Sign in again')
      } else if (navigates(request)) {
        reply.header('cache-control', 'no-store').redirect(loginAndBack(request, true), 303)
      } else {
        reply.header('www-authenticate', askAgainChallenge(within))
        sendPage(request, reply, 401, { notice: 'again', loginUrl: `${loginPath}?again` })
      }
    },
    unavailable(request, reply) {
      reply.header('retry-after', RETRY_AFTER_SECONDS)
      answer(request, reply, 503)
    },
  }
}

/** Undefined when nobody is signed in. */
function nameOf(request: FastifyRequest): string | undefined {
  const user = getUser(request)
  return user.isAnonymous ? undefined : user.name
}

function navigates({ method }: FastifyRequest): boolean {
  return method === 'GET' || method === 'HEAD'
}

/** RFC 9110, section 11.6.1, asks for a challenge; no registered scheme stands for "sign in on the login page". */
export const CHALLENGE = 'Cookie realm="ostiary"'

function askAgainChallenge(within: Duration): string {
  const seconds = Math.floor(toMilliseconds(within, 'authenticatedWithin') / 1000)
  return `${CHALLENGE}, error="insufficient_user_authentication", error_description="Sign in again", max_age="${seconds}"`
}

export const RETRY_AFTER_SECONDS = '10'

/** Sends a problem by RFC 9457 that says what its status says, and nothing more. */
export function sendProblem(reply: FastifyReply, status: keyof typeof TITLES, title: string = TITLES[status]): void {
  reply
    .code(status)
    .header('cache-control', 'no-store')
    .type('application/problem+json')
    .send(JSON.stringify({ type: 'about:blank', title, status }))
}

/** As `STATUS_CODES` has them. To import `node:http` for these took a third of the start: it loads WebSocket and fetch. */
const TITLES = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  409: 'Conflict',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
} as const
