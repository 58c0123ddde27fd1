import type { Answer, Authentication } from '../http/index.ts'

/**
 * Returns an answer as a `Response`. A response to HEAD has an empty body.
 *
 * ```ts
 * import { problemAnswer } from 'ostiary/http'
 * import { toResponse } from 'ostiary/web'
 *
 * toResponse(problemAnswer(403), 'GET').status // 403
 * ```
 */
export function toResponse({ status, headers, cookies, body }: Answer, method: string): Response {
  const all = new Headers(headers)
  for (const cookie of cookies) all.append('set-cookie', cookie)
  return new Response(method === 'HEAD' || WITHOUT_BODY.has(status) ? null : body, { status, headers: all })
}

/**
 * Returns a response with the headers for the user: the renewed cookie, and `cache-control: no-store` where the answer
 * is for one person. The handler may set another `cache-control`, unless a cookie is sent. A cookie of the same name
 * that the handler has set stays.
 *
 * Why a copy: a handler may return the same `Response` to all users.
 *
 * ```ts
 * import type { Verdict } from 'ostiary/http'
 * import { personal } from 'ostiary/web'
 *
 * export const greet = (verdict: Verdict) => personal(new Response(`Hello ${verdict.user.name}`), verdict, true)
 * ```
 *
 * @param isPrivate True when the answer is for one person.
 */
export function personal(
  response: Response,
  { user, setCookie }: Pick<Authentication, 'user' | 'setCookie'>,
  isPrivate: boolean,
): Response {
  if (setCookie === null && ((user.isAnonymous && !isPrivate) || response.headers.has('cache-control'))) return response
  // Responses to upgrades and network errors are returned as they are. Why: copying them fails.
  if (response.status < 200) return response
  const headers = new Headers(response.headers)
  if (setCookie !== null && !headers.getSetCookie().some((other) => nameOf(other) === nameOf(setCookie)))
    headers.append('set-cookie', setCookie)
  headers.set('cache-control', 'no-store')
  const { status, statusText, body } = response
  return new Response(body, { status, statusText, headers })
}

function nameOf(setCookie: string): string {
  return setCookie.slice(0, setCookie.indexOf('='))
}

/** Statuses for which the Fetch standard refuses every body, even an empty body. */
const WITHOUT_BODY = new Set([204, 205, 304])
