import type { FastifyRequest } from 'fastify'
import Negotiator from 'negotiator'

/**
 * Whether a page is wanted rather than JSON, by `Accept`. Where that leaves it open (absent, too long to be read, or any
 * type will do), `otherwise` decides.
 */
export function wantsPage(request: FastifyRequest, otherwise: 'page' | 'json'): boolean {
  const { accept } = request.raw.headers
  // Why: to negotiate takes time that grows with the square of the header's length, and anybody may send it.
  if (accept === undefined || accept.length > LONGEST_ACCEPT) return otherwise === 'page'
  const offered = otherwise === 'page' ? [PAGE, ...JSON_TYPES] : [...JSON_TYPES, PAGE]
  const wanted = new Negotiator({ headers: { accept } }).mediaTypes(offered)[0]
  return (wanted ?? offered[0]) === PAGE
}

/** Characters. Browsers send fewer than 200. */
const LONGEST_ACCEPT = 1000
const PAGE = 'text/html'
const JSON_TYPES = ['application/json', 'application/problem+json']
