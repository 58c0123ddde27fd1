import Negotiator from 'negotiator'
import type { RequestContext } from '../request-context.ts'

/**
 * Returns true when the `Accept` header asks for a page rather than JSON. `otherwise` decides where the header leaves
 * the choice open: missing, above 1,000 characters, or satisfied with any type.
 *
 * ```ts
 * import { wantsPage } from 'ostiary/http'
 *
 * wantsPage({ headers: { accept: 'text/html' } }, 'json') // true
 * wantsPage({ headers: {} }, 'json') // false
 * ```
 */
export function wantsPage({ headers }: Pick<RequestContext, 'headers'>, otherwise: 'page' | 'json'): boolean {
  const accept = [headers.accept ?? []].flat().join(', ')
  // Why a bound: the time to negotiate grows with the square of the length, and any client may send the header.
  if (accept === '' || accept.length > LONGEST_ACCEPT) return otherwise === 'page'
  const offered = otherwise === 'page' ? [PAGE, ...JSON_TYPES] : [...JSON_TYPES, PAGE]
  const wanted = new Negotiator({ headers: { accept } }).mediaTypes(offered)[0]
  return (wanted ?? offered[0]) === PAGE
}

/**
 * Returns the `Accept-Language` header as one text.
 *
 * ```ts
 * import { languagesOf } from 'ostiary/http'
 *
 * languagesOf({ headers: { 'accept-language': 'de, en;q=0.5' } }) // 'de, en;q=0.5'
 * ```
 */
export function languagesOf({ headers }: Pick<RequestContext, 'headers'>): string | undefined {
  const languages = headers['accept-language']
  return typeof languages === 'object' ? languages.join(', ') : languages
}

/** Characters. Browsers send fewer than 200. */
const LONGEST_ACCEPT = 1000
const PAGE = 'text/html'
const JSON_TYPES = ['application/json', 'application/problem+json']
