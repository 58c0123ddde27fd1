import { isObject } from './odata.ts'
import type { SapAnswer } from './sap-server.ts'

/**
 * Returns the JSON of an answer with the status 200.
 *
 * @throws {Error} when the answer is anything else, such as an HTML page. The message leaves out the body. Why: the
 * body may be confidential, and messages end in logs.
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
 * Returns true when a 404 means an unknown user: only an OData error does. Why: a proxy, a wrong path or an inactive
 * service (SAP Gateway's `/IWFND/MED/…`) also answers 404, and would otherwise sign everybody out.
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

/**
 * Parses JSON as UTF-8 (RFC 8259, section 8.1). Replaces V8's error. Why: V8 quotes the invalid text in its message.
 */
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
