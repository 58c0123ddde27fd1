import type { RequestContext } from '../request-context.ts'

/**
 * Returns a request as an adapter would pass it: a `POST /auth/login` over HTTPS, with the given fields replaced.
 *
 * ```ts
 * import { testRequest } from 'ostiary/testing'
 *
 * const request = testRequest({ clientAddress: '198.51.100.7' })
 * ```
 */
export function testRequest(over: Partial<RequestContext> = {}): RequestContext {
  return Object.freeze({
    method: 'POST',
    path: '/auth/login',
    query: '',
    headers: {},
    https: true,
    host: 'app.example.org',
    clientAddress: '127.0.0.1',
    requestId: undefined,
    ...over,
  })
}
