import type { RequestContext } from '../request-context.ts'

/** Headers of an answer, with names in small letters. */
export type AnswerHeaders = Readonly<Record<string, string>>

/**
 * Returns the headers by which a page of a trusted origin may read an answer, cookies included (Fetch standard, "CORS
 * protocol"). Empty for every other origin: the browser keeps the answer from the page. The caller sets `Vary: Origin`.
 */
export function corsHeaders(origin: unknown, trustedOrigins: ReadonlySet<string>): AnswerHeaders {
  if (typeof origin !== 'string' || !trustedOrigins.has(origin)) return NO_HEADERS
  return {
    'access-control-allow-origin': origin,
    'access-control-allow-credentials': 'true',
    // Why: a page can then say how long to wait.
    'access-control-expose-headers': 'Retry-After',
  }
}

/**
 * Answers a preflight, which a browser sends before a request to another origin. A trusted origin gets 204 and may use
 * `methods`. Every other origin gets 403.
 */
export function answerPreflight(
  { headers }: Pick<RequestContext, 'headers'>,
  trustedOrigins: ReadonlySet<string>,
  methods: readonly string[],
): { readonly status: 204 | 403; readonly headers: AnswerHeaders } {
  const allowed = corsHeaders(headers.origin, trustedOrigins)
  if (allowed === NO_HEADERS) return { status: 403, headers: NO_HEADERS }
  return {
    status: 204,
    headers: {
      ...allowed,
      'access-control-allow-methods': methods.join(', '),
      'access-control-allow-headers': allowedHeaders(headers['access-control-request-headers']),
      'access-control-max-age': MAX_AGE_SECONDS,
    },
  }
}

/** A trusted page may send any headers, such as the headers of a tracing library. Ostiary ignores them. */
function allowedHeaders(asked: string | readonly string[] | undefined): string {
  const isList = typeof asked === 'string' && asked.length <= LONGEST_LIST && HEADER_NAMES.test(asked)
  return isList ? asked : 'content-type'
}

const NO_HEADERS: AnswerHeaders = Object.freeze({})
const MAX_AGE_SECONDS = '600'
const LONGEST_LIST = 1000
const HEADER_NAMES = /^[\w!#$%&'*+.^`|~-]+(?:, ?[\w!#$%&'*+.^`|~-]+)*$/
