import { isObject } from './odata.ts'
import type { SapAnswer } from './sap-server.ts'

/**
 * The JSON of an answer that is one: 200, and no page for people.
 *
 * @throws {Error} which says what came instead. Nothing of the body is in it: it is not ours to log.
 */
export function readJson(answer: SapAnswer): unknown {
  const { status } = answer
  if (status >= 300 && status < 400)
    throw new Error(`a redirect (${status}), which is not followed: does the service sign people in with a form?`)
  if (status !== 200) throw new Error(`the status ${status}`)
  if (isHtml(answer))
    throw new Error('an HTML page instead of JSON: the service shows a logon page, and is to use Basic authentication')
  if (!isJson(answer)) throw new Error('an answer that is not JSON')
  return parse(answer)
}

/**
 * Whether a 404 speaks of a user who is not there. It does when it is an error of OData. A proxy, a path that is not
 * there and a service that is not activated (SAP Gateway's `/IWFND/MED/…`) would otherwise sign everybody out.
 */
export function saysNobody(answer: SapAnswer): boolean {
  if (answer.status !== 404 || !isJson(answer)) return false
  const json = parse(answer)
  if (!isObject(json) || !isObject(json.error)) return false
  return !String(json.error.code ?? '').startsWith('/IWFND/MED/')
}

function isHtml({ contentType, body }: SapAnswer): boolean {
  return /^text\/html\b/i.test(contentType) || /^\s*<(?:!doctype|html)\b/i.test(body.toString('latin1', 0, 200))
}

function isJson({ contentType }: SapAnswer): boolean {
  return /^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i.test(contentType)
}

/** JSON is UTF-8 (RFC 8259, section 8.1). V8 quotes the text that it cannot read, so its message goes no further. */
function parse({ body }: SapAnswer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body), withAllDigits)
  } catch {
    throw new Error('JSON that cannot be read')
  }
}

/**
 * Keeps a whole number beyond 2^53 as the text of its digits. Why: as a number it would be rounded, and two people whose
 * ids are close together would be one.
 */
function withAllDigits(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value
  const source = context?.source ?? ''
  return /^-?\d+$/.test(source) ? source : value
}
