// OData as far as a question about one user needs it: a name in a URL, and what is wrapped around the answer.

import { inCapitals } from './basic-credentials.ts'

/**
 * A text as a string literal in an OData URL, quotes included: `O'Neil` → `'O%27%27Neil'`. A quote is doubled first
 * and everything that could end the literal, the segment or the query is percent-encoded then (OData URL Conventions 4.01,
 * section 2.2), so that no name reaches out of its place.
 */
export function odataString(text: string): string {
  return `'${encodePiece(text.replaceAll("'", "''"))}'`
}

/** Where the name goes in a path that was configured. Between quotes it becomes an OData literal. */
const PLACEHOLDER = /'\{(user|USER)\}'|\{(user|USER)\}/g

export function hasPlaceholder(path: string): boolean {
  return path.search(PLACEHOLDER) >= 0
}

/**
 * Puts a user name where the path has `{user}`, or in capitals where it has `{USER}`: between quotes as the inside of
 * an OData literal, elsewhere as one percent-encoded piece.
 *
 * Null when the name cannot stand there: a step up or down the path, or a name that has no capitals of its own.
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
 * Takes off what OData puts around an entity or a list: `{ d: … }` and `{ results: […] }` of version 2, `{ value: […] }`
 * of version 4. Any other JSON stays as it is. A list stands for its only member: of nobody there is undefined, and of
 * several there is an error, since nobody can say which one signed in.
 */
export function unwrap(json: unknown): unknown {
  const inner =
    isObject(json) && Object.keys(json).length === 1 && (isObject(json.d) || Array.isArray(json.d)) ? json.d : json
  const list = listIn(inner)
  if (!list) return inner
  if (list.length > 1) throw new Error(`the answer describes ${list.length} users instead of one`)
  return list[0]
}

/** The members of a list in any of its wrappings, or undefined when it is none. */
export function listIn(value: unknown): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value
  if (!isObject(value)) return undefined
  if (Array.isArray(value.results)) return value.results
  // Besides `value`, an answer of version 4 has annotations only. An entity may well have a property of that name.
  const onlyValue = Object.keys(value).every((key) => key === 'value' || /^(?:@|odata\.)/.test(key))
  return onlyValue && Array.isArray(value.value) ? value.value : undefined
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Also what `encodeURIComponent` leaves as it is and OData gives a meaning: quotes, brackets, `*` and `!`. */
function encodePiece(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
}
