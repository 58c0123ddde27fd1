import type { Page } from '../pages/pages.ts'

/** An HTTP answer as a value. An adapter sends it: status, headers, one `Set-Cookie` a cookie, and the body. */
export interface Answer {
  readonly status: number
  /** Names in small letters. `vary` adds to what the framework says already; the others replace it. */
  readonly headers: Readonly<Record<string, string>>
  /** Whole `Set-Cookie` headers, in order. */
  readonly cookies: readonly string[]
  /** The text, in UTF-8. Null for an answer without a body. */
  readonly body: string | null
}

/**
 * Returns a problem by RFC 9457 that says what its status says.
 *
 * @param title Replaces the reason phrase of the status.
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

/** Returns a page, with the headers that belong to it. */
export function pageAnswer(status: number, page: Page, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, headers: { ...page.headers, ...headers }, cookies: [], body: page.html }
}

/** Returns JSON that no cache keeps. */
export function jsonAnswer(value: unknown): Answer {
  const headers = { 'cache-control': 'no-store', 'content-type': 'application/json; charset=utf-8' }
  return { status: 200, headers, cookies: [], body: JSON.stringify(value) }
}

/** Returns a redirect that a browser follows with GET (RFC 9110, section 15.4.4). */
export function redirectAnswer(location: string): Answer {
  return { status: 303, headers: { 'cache-control': 'no-store', location }, cookies: [], body: null }
}

/** Returns the same answer with more headers. `vary` is joined; the others replace those of before. */
export function withHeaders(answer: Answer, headers: Readonly<Record<string, string>>): Answer {
  const vary = joinVary(answer.headers.vary, headers.vary)
  return { ...answer, headers: { ...answer.headers, ...headers, ...(vary === undefined ? {} : { vary }) } }
}

/** Returns the same answer with more cookies, and kept by no cache. */
export function withCookies(answer: Answer, cookies: readonly string[]): Answer {
  if (cookies.length === 0) return answer
  const headers = { ...answer.headers, 'cache-control': 'no-store' }
  return { ...answer, headers, cookies: [...answer.cookies, ...cookies] }
}

/** Joins two `Vary` headers, each name once (RFC 9110, section 12.5.5). Undefined when both are missing. */
export function joinVary(one: string | undefined, other: string | undefined): string | undefined {
  if (one === undefined || other === undefined) return one ?? other
  const names = [...one.split(','), ...other.split(',')].map((name) => name.trim()).filter(Boolean)
  const seen = new Map(names.map((name) => [name.toLowerCase(), name]))
  return seen.has('*') ? '*' : [...seen.values()].join(', ')
}

/** Why a copy of `STATUS_CODES`: importing `node:http` for it loads WebSocket and fetch, a third of the start. */
const TITLES = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  409: 'Conflict',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
} as const
