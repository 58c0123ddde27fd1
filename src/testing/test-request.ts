import type { RequestContext } from '../request-context.ts'

/**
 * Returns a request as an adapter would hand it over: a `POST /auth/login` over HTTPS, unless told otherwise.
 *
 * ```ts
 * await auth.signIn(form, testRequest({ clientAddress: '198.51.100.7' }), null)
 * auth.authenticateRequest(testRequest({ headers: { cookie } }))
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
