import type { LoginResult } from '../login/login-result.ts'
import type { ProvedLogin } from '../login/login-step.ts'
import { PENDING_MS } from '../login/pending-logins.ts'
import type { LoginNotice } from '../pages/login-page.ts'
import type { LoginPageInput } from '../pages/pages.ts'
import type { RequestContext } from '../request-context.ts'
import { cookieHeaderOf } from '../sessions/authenticate-request.ts'
import { languagesOf, wantsPage } from './accepts.ts'
import { type Answer, jsonAnswer, pageAnswer, problemAnswer, redirectAnswer, withCookies } from './answer.ts'
import type { AuthServices } from './extension.ts'
import { answerInKind } from './login-body.ts'
import { CHALLENGE, RETRY_AFTER_SECONDS } from './refusals.ts'

/** The answers for the end of a login, whichever way the identity was proved. */
export interface LoginFlow {
  /**
   * Returns the answer for the end of a login: a redirect and the session cookie, the next step, or the login page with
   * a notice. Programs get JSON.
   *
   * @throws {CookieTooLargeError} when the session is too large for a cookie.
   */
  answer(context: RequestContext, result: LoginResult, submitted?: SubmittedLogin): Answer
  /** Resolves to the login of this browser that waits for a step, and its token. */
  pending(context: RequestContext): Promise<{ readonly token: string; readonly login: ProvedLogin } | undefined>
  /**
   * Continues the login of this browser after its step was done, and returns the answer.
   *
   * @throws {CookieTooLargeError} when the session is too large for a cookie.
   */
  continue(context: RequestContext, method: string): Promise<Answer>
  /**
   * Counts the beginning of a login that keeps a record, such as one at an identity provider. Resolves to a refusal
   * when there were 1,000 from the client address in ten minutes. Why: a stranger must not fill the store of records.
   */
  begin(context: RequestContext): Promise<Answer | undefined>
  /**
   * Returns the paths of the other pages where the step `method` can be done, for a link between them.
   *
   * @param own The path of the page itself, below the prefix of the login routes.
   */
  otherWays(method: string, own: string): readonly string[]
  /** Returns the login page. */
  page(
    context: RequestContext,
    status: number,
    input: Omit<LoginPageInput, 'action' | 'persistentOffered' | 'ways'>,
    headers?: Readonly<Record<string, string>>,
  ): Answer
}

/** The part of a login that the login page shows again. */
export interface SubmittedLogin {
  readonly username?: string | undefined
  readonly persistent?: boolean | undefined
  readonly next?: string | undefined
}

/** Returns the answers for the end of a login. */
export function createLoginFlow(services: () => AuthServices, persistentOffered: boolean): LoginFlow {
  const cookieOf = (context: RequestContext) => services().cookie('-login').for(context)

  function tokenOf(context: RequestContext): string | undefined {
    const found = cookieOf(context).read(cookieHeaderOf(context))
    return typeof found === 'object' ? found.value : undefined
  }

  const flow: LoginFlow = {
    answer(context, result, submitted = {}) {
      const { paths } = services()
      if (result.outcome === 'signed-in') {
        const path = paths.after(result.next ?? submitted.next)
        const { user } = result
        const answer = wantsPage(context, answerInKind(context)) ? redirectAnswer(path) : jsonAnswer({ user })
        const forget = tokenOf(context) === undefined ? [] : [cookieOf(context).clear()]
        return withCookies(answer, [...services().setCookies(result, context), ...forget])
      }
      if (result.outcome === 'step-required') {
        const path = paths.below(result.path)
        const answer = wantsPage(context, answerInKind(context)) ? redirectAnswer(path) : stepAnswer(result.step, path)
        return withCookies(answer, [cookieOf(context).set(result.token, PENDING_MS / 1000)])
      }
      return failed(context, result, submitted)
    },

    async pending(context) {
      const token = tokenOf(context)
      const login = token === undefined ? undefined : await services().pending(token)
      return token === undefined || login === undefined ? undefined : { token, login }
    },

    async continue(context, method) {
      const token = tokenOf(context)
      const before = services().sessionToEnd(context)
      const result: LoginResult =
        token === undefined ? { outcome: 'refused' } : await services().continueSignIn(token, method, context, before)
      return flow.answer(context, result)
    },

    async begin(context) {
      const counted = await services().attempts.consume('begin', context.clientAddress, MOST_BEGUN, BEGUN_WITHIN_MS)
      if (counted.allowed) return undefined
      return failed(context, { outcome: 'throttled', retryAfterSeconds: counted.retryAfterSeconds }, {})
    },

    otherWays(method, own) {
      const { extensions, paths } = services()
      const found = extensions.flatMap(({ stepUp = {} }) =>
        Object.hasOwn(stepUp, method) ? [stepUp[method] ?? own] : [],
      )
      return [...new Set(found)].filter((path) => path !== own).map((path) => paths.below(path))
    },

    page(context, status, input, headers) {
      const { extensions, pages, paths } = services()
      const rest = new URLSearchParams(input.next === undefined ? {} : { next: input.next })
      if (input.notice === 'again') rest.set('again', '')
      const query = rest.size === 0 ? '' : `?${rest}`
      const ways = extensions
        .flatMap((extension) => extension.loginLinks?.(services()) ?? [])
        .map(({ label, path }) => ({ label, href: `${paths.below(path)}${query}` }))
      const form = { action: paths.login, persistentOffered, ways, ...input }
      return pageAnswer(status, pages.login(form, languagesOf(context)), headers)
    },
  }

  function failed(
    context: RequestContext,
    result: Exclude<LoginResult, { outcome: 'signed-in' | 'step-required' }>,
    { username, persistent, next }: SubmittedLogin,
  ): Answer {
    const { outcome } = result
    const { status, title } = NOT_SIGNED_IN[outcome]
    const retryAfterSeconds = outcome === 'throttled' ? result.retryAfterSeconds : undefined
    const headers: Record<string, string> = {}
    if (status === 401) headers['www-authenticate'] = CHALLENGE
    if (status === 503) headers['retry-after'] = RETRY_AFTER_SECONDS
    if (retryAfterSeconds !== undefined) headers['retry-after'] = String(retryAfterSeconds)
    if (!wantsPage(context, answerInKind(context))) return problemAnswer(status, title, headers)
    const notice: LoginNotice = outcome
    const carried = services().paths.carried(next)
    const input = { username, persistent: persistent ?? false, next: carried, notice, retryAfterSeconds }
    return flow.page(context, status, input, headers)
  }

  return flow
}

const MOST_BEGUN = 1000
const BEGUN_WITHIN_MS = 10 * 60_000

/** Tells a program that the password was right, and which step is left. */
function stepAnswer(step: string, location: string): Answer {
  const answer = problemAnswer(401, 'One more step', { 'www-authenticate': CHALLENGE })
  const body = { type: 'about:blank', title: 'One more step', status: 401, step, location }
  return { ...answer, body: JSON.stringify(body) }
}

const NOT_SIGNED_IN = {
  refused: { status: 401, title: 'Sign-in refused' },
  throttled: { status: 429, title: 'Too many sign-in attempts' },
  unavailable: { status: 503, title: 'Sign-in cannot be checked now' },
  'too-many-sessions': { status: 409, title: 'Too many sessions' },
} as const
