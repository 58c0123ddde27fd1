import type { FastifyRequest } from 'fastify'
import Negotiator from 'negotiator'

/**
 * Whether a page is wanted rather than JSON, by `Accept`. Where that leaves it open (absent, or any type will do),
 * `otherwise` decides.
 */
export function wantsPage(request: FastifyRequest, otherwise: 'page' | 'json'): boolean {
  const offered = otherwise === 'page' ? [PAGE, ...JSON_TYPES] : [...JSON_TYPES, PAGE]
  const wanted = new Negotiator(request.raw).mediaTypes(offered)[0]
  return (wanted ?? offered[0]) === PAGE
}

const PAGE = 'text/html'
const JSON_TYPES = ['application/json', 'application/problem+json']
