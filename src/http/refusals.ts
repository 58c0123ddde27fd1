import { type Duration, toMilliseconds } from '../duration.ts'
import type { NoticePageInput, Pages } from '../pages/pages.ts'
import type { RequestContext } from '../request-context.ts'
import type { User } from '../users/user.ts'
import { languagesOf, wantsPage } from './accepts.ts'
import { type Answer, pageAnswer, problemAnswer, redirectAnswer } from './answer.ts'
import type { PublicPaths } from './public-path.ts'
import { LONGEST_RETURN_PATH } from './return-path.ts'

/** The answer for anonymous users at a guarded route: 403 as for every other user, 401, or the login page. */
export type AnonymousAnswer = 'forbid' | 'challenge' | 'login'

/**
 * The refusals of a guard. For programs they are constant. A page also names the user who is signed in. Roles and
 * requirements stay hidden.
 */
export interface Refusals {
  /** Returns 403, for a user who fails the requirement. */
  forbid(context: RequestContext, user: User | undefined): Answer
  /** Returns the answer for anonymous users, by the option `anonymous`. */
  refuseAnonymous(context: RequestContext): Answer
  /**
   * Returns the answer for allowed users who gave their password longer ago than `within`: 401 with a challenge in the
   * manner of RFC 9470, section 3. Browsers that ask for a page are sent to the login page and back.
   *
   * @throws {ConfigurationError} when `within` is an invalid duration.
   */
  askAgain(context: RequestContext, within: Duration): Answer
  /**
   * Returns the answer for allowed users who have still to prove the identity by `method`: 401 with a challenge, or a
   * redirect to the page of that method and back.
   *
   * @throws {ConfigurationError} when `within` is no duration.
   */
  askMethod(context: RequestContext, method: string, within: Duration | undefined): Answer
  /** Returns 503, while the session store is unavailable. The answer leaves open whether the user is allowed. */
  unavailable(context: RequestContext): Answer
  /** Returns true when a refused request is led to the login page: a browser navigates, and asks for a page. */
  leadsToLogin(context: RequestContext): boolean
}

export function createRefusals(
  pages: Pages,
  paths: PublicPaths,
  anonymous: AnonymousAnswer,
  stepUp: Readonly<Record<string, string>> = {},
): Refusals {
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
   * Returns the URL of the login page, with the path back to this request. `again` asks a signed-in user for the
   * password.
   *
   * Why a path of more than 2,048 characters is left out: the login ignores it, and the URL may exceed the limit for
   * request headers.
   */
  function loginAndBack(context: RequestContext, again = false): string {
    return andBack(context, paths.login, again)
  }

  function andBack({ path, query }: RequestContext, to: string, again: boolean): string {
    const next = paths.of(query === '' ? path : `${path}?${query}`)
    const parts = next.length > LONGEST_RETURN_PATH ? [] : [String(new URLSearchParams({ next }))]
    if (again) parts.push('again')
    return parts.length === 0 ? to : `${to}?${parts.join('&')}`
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

    askMethod(context, method, within) {
      const page = Object.hasOwn(stepUp, method) ? stepUp[method] : undefined
      const url = page === undefined ? `${paths.login}?again` : paths.below(page)
      const headers = { 'www-authenticate': methodChallenge(method, within) }
      if (!wantsPage(context, 'json')) return problemAnswer(401, 'Prove your identity again', headers)
      if (navigates(context))
        return redirectAnswer(page === undefined ? loginAndBack(context, true) : andBack(context, url, false))
      return notice(context, 401, { notice: 'again', loginUrl: url, name: undefined }, headers)
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

/**
 * The challenge of a 401, which RFC 9110, section 11.6.1, asks for. Why a scheme of its own: the registry lacks a
 * scheme for "sign in on the login page".
 */
export const CHALLENGE = 'Cookie realm="ostiary"'

function askAgainChallenge(within: Duration): string {
  const seconds = Math.floor(toMilliseconds(within, 'authenticatedWithin') / 1000)
  return `${CHALLENGE}, error="insufficient_user_authentication", error_description="Sign in again", max_age="${seconds}"`
}

/** RFC 9470, section 3: `acr_values` names what is asked for. */
function methodChallenge(method: string, within: Duration | undefined): string {
  const age = within === undefined ? '' : `, max_age="${Math.floor(toMilliseconds(within, 'within') / 1000)}"`
  return `${CHALLENGE}, error="insufficient_user_authentication", acr_values="${method}"${age}`
}

export const RETRY_AFTER_SECONDS = '10'
