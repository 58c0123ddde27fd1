import type { Endpoint, HttpAuth, RequestContext, RouteDeclaration } from '../http/index.ts'
import { readText } from './read-text.ts'
import { personal, toResponse } from './web-response.ts'

/**
 * Answers requests to one endpoint: guard, body, check, handler. `subject` is passed to the checker of the endpoint.
 */
export type EndpointHandler<Subject> = (
  request: Request,
  context: RequestContext,
  subject: Subject,
) => Promise<Response>

/**
 * Returns the handler of an endpoint, for adapters of frameworks that use `Request` and `Response`.
 *
 * ```ts
 * import type { Auth } from 'ostiary'
 * import { createHttpAuth } from 'ostiary/http'
 * import { contextOf, endpointHandler } from 'ostiary/web'
 *
 * export function loginHandlers(auth: Auth) {
 *   const http = createHttpAuth<Request>({ auth })
 *   return http.endpoints.map((endpoint) => {
 *     const answer = endpointHandler(http, endpoint, console.error)
 *     const handle = (request: Request) => answer(request, contextOf(request), request)
 *     return { method: endpoint.method, path: endpoint.path, handle }
 *   })
 * }
 * ```
 *
 * @param onFault Receives faults of the endpoint, which are answered with 500.
 * @throws {ConfigurationError} when the endpoint asks for a role or permission that the `Auth` lacks.
 */
export function endpointHandler<Subject>(
  http: HttpAuth<Subject>,
  endpoint: Endpoint,
  onFault: (error: unknown) => void,
): EndpointHandler<Subject> {
  const { method, path, requirement, maxBodyBytes } = endpoint
  const guard = http.guardOf(requirement as RouteDeclaration<Subject>, `${method} ${path}`)
  return async (request, context, subject) => {
    const verdict = await guard.enter(context)
    const isRead = verdict.refusal === null && maxBodyBytes !== undefined
    const body = isRead ? await readText(request, maxBodyBytes) : undefined
    const refusal = verdict.refusal ?? (await guard.check?.(verdict.user, subject, context))
    const answer = refusal ?? (await http.answer(endpoint, context, body, onFault, verdict))
    return personal(toResponse(answer, context.method), verdict, guard.isPrivate)
  }
}
