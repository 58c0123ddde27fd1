import type { Answer, Authentication } from '../http/index.ts'

/** Returns an answer as a `Response`. An answer to HEAD has no body. */
export function toResponse({ status, headers, cookies, body }: Answer, method: string): Response {
  const all = new Headers(headers)
  for (const cookie of cookies) all.append('set-cookie', cookie)
  return new Response(method === 'HEAD' || WITHOUT_BODY.has(status) ? null : body, { status, headers: all })
}

/**
 * Returns a response with what belongs to the person who asked: the renewed cookie, and `cache-control: no-store` where
 * the answer is for one person. The handler may set another `cache-control`, unless a cookie goes out. A cookie of the
 * same name that the handler has set stays.
 *
 * Why a copy: a handler may return one `Response` to everybody.
 */
export function personal(
  response: Response,
  { user, setCookie }: Pick<Authentication, 'user' | 'setCookie'>,
  isPrivate: boolean,
): Response {
  if (setCookie === null && ((user.isAnonymous && !isPrivate) || response.headers.has('cache-control'))) return response
  // The answer to an upgrade, or an error of the network: neither can be copied.
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

/** The Fetch standard refuses a body with these, an empty one included. */
const WITHOUT_BODY = new Set([204, 205, 304])
