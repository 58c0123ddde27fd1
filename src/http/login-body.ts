import type { RequestContext } from '../request-context.ts'

/**
 * Reads a form-encoded body. Returns undefined when a field comes twice.
 *
 * Why: a filter or a log in front of the application may read the other value of the two. {@link parseJsonBody} has the
 * same rule.
 */
export function parseFormBody(text: string): Record<string, string> | undefined {
  const fields: Record<string, string> = Object.create(null)
  for (const [name, value] of new URLSearchParams(text)) {
    if (name in fields) return undefined
    fields[name] = value
  }
  return fields
}

/**
 * Reads a JSON body. Returns undefined when the text is invalid JSON, or when an object at any depth has a name twice.
 *
 * RFC 8259, section 4, on duplicate names: "the behavior of software that receives such an object is unpredictable". A
 * name that is written with escapes is the same name.
 */
export function parseJsonBody(text: string): unknown {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  return membersIn(value) === membersWritten(text) ? value : undefined
}

/** Counts the members of all objects in a JSON text: one for each colon outside of strings. */
function membersWritten(json: string): number {
  return json.replace(STRINGS, '').split(':').length - 1
}

const STRINGS = /"[^"\\]*(?:\\.[^"\\]*)*"/g

/** Counts the members of all objects in the parsed value. Two members with the same name count as one. */
function membersIn(value: unknown): number {
  let count = 0
  // Why a loop rather than recursion: arrays may be nested thousands deep.
  const unread = [value]
  while (unread.length > 0) {
    const next = unread.pop()
    if (typeof next !== 'object' || next === null) continue
    const inner = Object.values(next)
    if (!Array.isArray(next)) count += inner.length
    for (const each of inner) unread.push(each)
  }
  return count
}

/**
 * Returns the kind of the body of a request. The answer has the same kind, unless `Accept` says otherwise.
 *
 * ```ts
 * import { answerInKind, type RequestContext, wantsPage } from 'ostiary/http'
 *
 * export const asksForPage = (context: RequestContext) => wantsPage(context, answerInKind(context))
 * ```
 */
export function answerInKind(context: RequestContext): 'page' | 'json' {
  return /^application\/(?:[\w.+-]+\+)?json\b/i.test(contentTypeOf(context)) ? 'json' : 'page'
}

/**
 * Reads a form or JSON. Returns undefined for a body of another kind. Why a parser of its own: small, strict, and
 * independent of the parsers of the application.
 *
 * ```ts
 * import { parseBody, type RequestContext } from 'ostiary/http'
 *
 * export const fieldsOf = (context: RequestContext, body: string | undefined) => parseBody(context, body)
 * ```
 */
export function parseBody(context: RequestContext, body: string | undefined): unknown {
  if (body === undefined) return undefined
  const [type = ''] = contentTypeOf(context).split(';', 1)
  if (/^application\/x-www-form-urlencoded$/i.test(type.trim())) return parseFormBody(body)
  return /^application\/json$/i.test(type.trim()) ? parseJsonBody(body) : undefined
}

function contentTypeOf({ headers }: RequestContext): string {
  const type = headers['content-type']
  return typeof type === 'string' ? type : ''
}
