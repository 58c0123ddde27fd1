import { type Duration, toMilliseconds } from '../duration.ts'
import type { NoticePageInput, Pages } from '../pages/pages.ts'
import type { RequestContext } from '../request-context.ts'
import type { User } from '../users/user.ts'
import { languagesOf, wantsPage } from './accepts.ts'
import { type Answer, pageAnswer, problemAnswer, redirectAnswer } from './answer.ts'
import type { PublicPaths } from './public-path.ts'
import { LONGEST_RETURN_PATH } from './return-path.ts'

/** The answer for anonymous people at a guarded route: 403 like everybody else, 401, or the login page. */
export type AnonymousAnswer = 'forbid' | 'challenge' | 'login'

/**
 * The answers of a guard that refuses. For programs they are constant. A page also names the person who is signed in; it
 * names no role and no requirement.
 */
export interface Refusals {
  /** 403, for somebody who may not come in. */
  forbid(context: RequestContext, user: User | undefined): Answer
  /** The answer for anonymous people, by the option `anonymous`. */
  refuseAnonymous(context: RequestContext): Answer
  /**
   * For people who may come in and gave their password longer ago than `within`: 401 with a challenge in the manner of
   * RFC 9470, section 3. Browsers that ask for a page go to the login page and back.
   */
  askAgain(context: RequestContext, within: Duration): Answer
  /** 503: the store cannot tell now. The answer leaves open whether it would be yes. */
  unavailable(context: RequestContext): Answer
  /** Returns true when a refused request is led to the login page: a browser navigates, and asks for a page. */
  leadsToLogin(context: RequestContext): boolean
}

export function createRefusals(pages: Pages, paths: PublicPaths, anonymous: AnonymousAnswer): Refusals {
  function answer(
    context: RequestContext,
    status: 401 | 403 | 503,
    user: User | undefined,
    headers: Readonly<Record<string, string>> = {},
  ): Answer {
    if (!wantsPage(context, 'json')) return problemAnswer(status, undefined, headers)
    const retry = navigates(context)
    if (status === 503) return notice(context, status, { notice: 'unavailable', retry }, headers)
    const loginUrl = retry ? loginAndBack(context) : paths.login
    return notice(context, status, { notice: 'forbidden', loginUrl, name: nameOf(user) }, headers)
  }

  function notice(
    context: RequestContext,
    status: number,
    input: NoticePageInput,
    headers: Readonly<Record<string, string>>,
  ): Answer {
    return pageAnswer(status, pages.notice({ homeUrl: paths.home, ...input }, languagesOf(context)), headers)
  }

  /**
   * Returns the login page, with the way back to this request. `again` asks for the password of somebody who is signed in.
   *
   * Why a way back that is too long is left out: a login ignores it, and its address would not fit into a request's head.
   */
  function loginAndBack({ path, query }: RequestContext, again = false): string {
    const next = paths.of(query === '' ? path : `${path}?${query}`)
    const parts = next.length > LONGEST_RETURN_PATH ? [] : [String(new URLSearchParams({ next }))]
    if (again) parts.push('again')
    return parts.length === 0 ? paths.login : `${paths.login}?${parts.join('&')}`
  }

  const leadsToLogin = (context: RequestContext) => navigates(context) && wantsPage(context, 'json')

  return {
    leadsToLogin,
    forbid: (context, user) => answer(context, 403, user),

    refuseAnonymous(context) {
      if (anonymous === 'forbid') return answer(context, 403, undefined)
      if (anonymous === 'login' && leadsToLogin(context)) return redirectAnswer(loginAndBack(context))
      return answer(context, 401, undefined, { 'www-authenticate': CHALLENGE })
    },

    askAgain(context, within) {
      const headers = { 'www-authenticate': askAgainChallenge(within) }
      if (!wantsPage(context, 'json')) return problemAnswer(401, 'Sign in again', headers)
      if (navigates(context)) return redirectAnswer(loginAndBack(context, true))
      return notice(context, 401, { notice: 'again', loginUrl: `${paths.login}?again`, name: undefined }, headers)
    },

    unavailable: (context) => answer(context, 503, undefined, { 'retry-after': RETRY_AFTER_SECONDS }),
  }
}

/** Undefined for the anonymous user. */
function nameOf(user: User | undefined): string | undefined {
  return user === undefined || user.isAnonymous ? undefined : user.name
}

function navigates({ method }: RequestContext): boolean {
  return method === 'GET' || method === 'HEAD'
}

/** RFC 9110, section 11.6.1, asks for a challenge; no registered scheme stands for "sign in on the login page". */
export const CHALLENGE = 'Cookie realm="ostiary"'

function askAgainChallenge(within: Duration): string {
  const seconds = Math.floor(toMilliseconds(within, 'authenticatedWithin') / 1000)
  return `${CHALLENGE}, error="insufficient_user_authentication", error_description="Sign in again", max_age="${seconds}"`
}

export const RETRY_AFTER_SECONDS = '10'
