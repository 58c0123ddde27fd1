import type { RequestContext } from '../request-context.ts'

/** Headers to answer with; names in small letters. */
export type AnswerHeaders = Readonly<Record<string, string>>

/**
 * The headers by which a page of a trusted origin may read an answer, cookies included (Fetch standard, "CORS protocol").
 * Empty for every other origin: then the browser keeps the answer from the page. `Vary: Origin` is left to the caller.
 */
export function corsHeaders(origin: unknown, trustedOrigins: ReadonlySet<string>): AnswerHeaders {
  if (typeof origin !== 'string' || !trustedOrigins.has(origin)) return NO_HEADERS
  return {
    'access-control-allow-origin': origin,
    'access-control-allow-credentials': 'true',
    // So that a page can say how long the wait is.
    'access-control-expose-headers': 'Retry-After',
  }
}

/**
 * Answers the question that a browser asks before a request to another origin: yes to a trusted origin, for `methods`; no
 * to every other.
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

/** A trusted page may send whatever headers it likes, such as those of a tracing library. None of them is read here. */
function allowedHeaders(asked: string | readonly string[] | undefined): string {
  const isList = typeof asked === 'string' && asked.length <= LONGEST_LIST && HEADER_NAMES.test(asked)
  return isList ? asked : 'content-type'
}

const NO_HEADERS: AnswerHeaders = Object.freeze({})
const MAX_AGE_SECONDS = '600'
const LONGEST_LIST = 1000
const HEADER_NAMES = /^[\w!#$%&'*+.^`|~-]+(?:, ?[\w!#$%&'*+.^`|~-]+)*$/
