// The part of OData for a question about one user: a name in a URL, and the wrapping of the answer.

import { inCapitals } from './basic-credentials.ts'

/**
 * Returns a text as a string literal of an OData URL, quotes included: `O'Neil` → `'O%27%27Neil'`.
 *
 * ```ts
 * import { odataString } from 'ostiary/sap'
 *
 * const path = `/sap/opu/odata/sap/ZUSER_SRV/Users(${odataString("O'Neil")})`
 * ```
 *
 * Quotes are doubled first. Then everything that could end the literal, the segment or the query is percent-encoded
 * (OData URL Conventions 4.01, section 2.2). The text therefore stays inside the literal.
 *
 * @throws {URIError} when the text holds half a surrogate pair.
 */
export function odataString(text: string): string {
  return `'${encodePiece(text.replaceAll("'", "''"))}'`
}

/** The place of the name in a configured path. Between quotes the name becomes an OData literal. */
const PLACEHOLDER = /'\{(user|USER)\}'|\{(user|USER)\}/g

export function hasPlaceholder(path: string): boolean {
  return path.search(PLACEHOLDER) >= 0
}

/**
 * Replaces `{user}` in a path by a user name, and `{USER}` by the name in capitals. Between quotes the name becomes the
 * inside of an OData literal, elsewhere one percent-encoded piece.
 *
 * Returns null when the name is unfit for its place: `.` or `..` without quotes, or a name without capitals of its own.
 */
export function fillPath(path: string, username: string): string | null {
  let fits = true
  const filled = path.replace(PLACEHOLDER, (_, quoted?: string, bare?: string) => {
    const text = (quoted ?? bare) === 'USER' ? inCapitals(username) : username
    if (text !== null && (quoted !== undefined || !/^\.{1,2}$/.test(text)))
      return quoted === undefined ? encodePiece(text) : odataString(text)
    fits = false
    return ''
  })
  return fits ? filled : null
}

/**
 * Removes the wrapping that OData puts around an entity or a list: `{ d: … }` and `{ results: […] }` of version 2, `{
 * value: […] }` of version 4. Other JSON stays as it is.
 *
 * A list stands for its only member. An empty list becomes undefined.
 *
 * @throws {Error} when a list has several members. Why: any of them could be the user who signed in.
 */
export function unwrap(json: unknown): unknown {
  const inner =
    isObject(json) && Object.keys(json).length === 1 && (isObject(json.d) || Array.isArray(json.d)) ? json.d : json
  const list = listIn(inner)
  if (!list) return inner
  if (list.length > 1) throw new Error(`the answer describes ${list.length} users instead of one`)
  return list[0]
}

/** Returns the members of a list in any wrapping, or undefined for other values. */
export function listIn(value: unknown): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value
  if (!isObject(value)) return undefined
  if (Array.isArray(value.results)) return value.results
  // Besides `value`, a list of version 4 has annotations only. An entity may have a property named `value`.
  const onlyValue = Object.keys(value).every((key) => key === 'value' || /^(?:@|odata\.)/.test(key))
  return onlyValue && Array.isArray(value.value) ? value.value : undefined
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * Encodes more than `encodeURIComponent`: also quotes, brackets, `*` and `!`. Why: these characters have a meaning in
 * OData.
 */
function encodePiece(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
}
