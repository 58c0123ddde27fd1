import Negotiator from 'negotiator'
import type { RequestContext } from '../request-context.ts'

/**
 * Returns true when the client wants a page rather than JSON, by `Accept`. Where the header leaves it open (missing, too
 * long to be read, or any type will do), `otherwise` decides.
 */
export function wantsPage({ headers }: Pick<RequestContext, 'headers'>, otherwise: 'page' | 'json'): boolean {
  const accept = [headers.accept ?? []].flat().join(', ')
  // Why a bound: the time to negotiate grows with the square of the length, and anybody may send the header.
  if (accept === '' || accept.length > LONGEST_ACCEPT) return otherwise === 'page'
  const offered = otherwise === 'page' ? [PAGE, ...JSON_TYPES] : [...JSON_TYPES, PAGE]
  const wanted = new Negotiator({ headers: { accept } }).mediaTypes(offered)[0]
  return (wanted ?? offered[0]) === PAGE
}

/** Returns the `Accept-Language` header as one text. */
export function languagesOf({ headers }: Pick<RequestContext, 'headers'>): string | undefined {
  const languages = headers['accept-language']
  return typeof languages === 'object' ? languages.join(', ') : languages
}

/** Characters. Browsers send fewer than 200. */
const LONGEST_ACCEPT = 1000
const PAGE = 'text/html'
const JSON_TYPES = ['application/json', 'application/problem+json']
