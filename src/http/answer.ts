import type { Page } from '../pages/pages.ts'

/**
 * An HTTP answer as a value. The adapter sends the status, the headers, one `Set-Cookie` for each cookie, and the body.
 */
export interface Answer {
  readonly status: number
  /** Headers by name, in small letters. `vary` is joined with the header of the framework. The others replace it. */
  readonly headers: Readonly<Record<string, string>>
  /** Whole `Set-Cookie` headers, in order. */
  readonly cookies: readonly string[]
  /** The text, in UTF-8. Null for an answer without a body. */
  readonly body: string | null
}

/**
 * Returns a problem by RFC 9457 whose title is the reason phrase of the status.
 *
 * ```ts
 * import { problemAnswer } from 'ostiary/http'
 *
 * problemAnswer(503, undefined, { 'retry-after': '10' })
 * ```
 *
 * @param title Replaces the reason phrase.
 */
export function problemAnswer(
  status: keyof typeof TITLES,
  title: string = TITLES[status],
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return {
    status,
    headers: { 'cache-control': 'no-store', 'content-type': 'application/problem+json', ...headers },
    cookies: [],
    body: JSON.stringify({ type: 'about:blank', title, status }),
  }
}

/**
 * Returns a page, with its own headers such as the content security policy.
 *
 * ```ts
 * import { type Extension, languagesOf, pageAnswer } from 'ostiary/http'
 *
 * const maintenance: Extension = {
 *   name: 'maintenance',
 *   endpoints: ({ pages, paths }) => [
 *     {
 *       method: 'GET',
 *       path: '/maintenance',
 *       requirement: 'anyone-without-user',
 *       handle(context) {
 *         const notice = { notice: 'unavailable', retry: true, homeUrl: paths.home } as const
 *         return pageAnswer(503, pages.notice(notice, languagesOf(context)))
 *       },
 *     },
 *   ],
 * }
 * ```
 */
export function pageAnswer(status: number, page: Page, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, headers: { ...page.headers, ...headers }, cookies: [], body: page.html }
}

/**
 * Returns JSON with status 200 and `Cache-Control: no-store`.
 *
 * ```ts
 * import { jsonAnswer } from 'ostiary/http'
 *
 * jsonAnswer({ now: Date.now() }).body
 * ```
 */
export function jsonAnswer(value: unknown): Answer {
  const headers = { 'cache-control': 'no-store', 'content-type': 'application/json; charset=utf-8' }
  return { status: 200, headers, cookies: [], body: JSON.stringify(value) }
}

/**
 * Returns a redirect with status 303: a browser follows with GET (RFC 9110, section 15.4.4).
 *
 * ```ts
 * import { redirectAnswer } from 'ostiary/http'
 *
 * redirectAnswer('/auth/login?signed-out')
 * ```
 */
export function redirectAnswer(location: string): Answer {
  return { status: 303, headers: { 'cache-control': 'no-store', location }, cookies: [], body: null }
}

/**
 * Returns a copy of the answer with more headers. `vary` is joined. The others replace headers of the same name.
 *
 * ```ts
 * import { problemAnswer, withHeaders } from 'ostiary/http'
 *
 * withHeaders(problemAnswer(429), { 'retry-after': '30' })
 * ```
 */
export function withHeaders(answer: Answer, headers: Readonly<Record<string, string>>): Answer {
  const vary = joinVary(answer.headers.vary, headers.vary)
  return { ...answer, headers: { ...answer.headers, ...headers, ...(vary === undefined ? {} : { vary }) } }
}

/**
 * Returns a copy of the answer with more cookies. With at least one cookie, the copy has `Cache-Control: no-store`.
 *
 * ```ts
 * import { jsonAnswer, withCookies } from 'ostiary/http'
 *
 * withCookies(jsonAnswer({ saved: true }), ['theme=dark; Path=/; Secure; SameSite=Lax'])
 * ```
 */
export function withCookies(answer: Answer, cookies: readonly string[]): Answer {
  if (cookies.length === 0) return answer
  const headers = { ...answer.headers, 'cache-control': 'no-store' }
  return { ...answer, headers, cookies: [...answer.cookies, ...cookies] }
}

/**
 * Joins two `Vary` headers, each name once (RFC 9110, section 12.5.5). Returns undefined when both are missing.
 *
 * ```ts
 * import { joinVary } from 'ostiary/http'
 *
 * joinVary('Accept, Origin', 'origin') // 'Accept, origin'
 * ```
 */
export function joinVary(one: string | undefined, other: string | undefined): string | undefined {
  if (one === undefined || other === undefined) return one ?? other
  const names = [...one.split(','), ...other.split(',')].map((name) => name.trim()).filter(Boolean)
  const seen = new Map(names.map((name) => [name.toLowerCase(), name]))
  return seen.has('*') ? '*' : [...seen.values()].join(', ')
}

/** Why a copy of `STATUS_CODES`: importing `node:http` also loads WebSocket and fetch, a third of the start time. */
const TITLES = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  409: 'Conflict',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
} as const
