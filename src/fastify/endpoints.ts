import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { HttpAuth } from '../http/index.ts'
import type { RouteDeclaration } from './declare.ts'
import { documentEndpoint } from './openapi.ts'
import { contextOf, stateOf } from './request-state.ts'
import { sendAnswer } from './send-answer.ts'

/** Registers the endpoints of Ostiary and of extensions, in a scope whose bodies arrive as text. */
export async function registerEndpoints(app: FastifyInstance, http: HttpAuth<FastifyRequest>): Promise<void> {
  await app.register((scope, _options, registered) => {
    const errorHandlerBefore = scope.errorHandler
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'string' }, async (_request: FastifyRequest, text: string) => text)
    for (const endpoint of http.endpoints) {
      const respond = async (request: FastifyRequest, reply: FastifyReply, body: unknown) => {
        const { verdict } = stateOf(request)
        const text = typeof body === 'string' ? body : undefined
        const onFault = (error: unknown) => request.log.error(error)
        return sendAnswer(reply, await http.answer(endpoint, contextOf(request), text, onFault, verdict ?? undefined))
      }
      scope.route({
        method: endpoint.method,
        url: endpoint.path,
        protect: endpoint.requirement as RouteDeclaration,
        config: documentEndpoint(endpoint, http),
        ...(endpoint.openapi === undefined && { schema: { hide: true } as object }),
        bodyLimit: endpoint.maxBodyBytes ?? 1,
        handler: (request, reply) => respond(request, reply, request.body),
        // Errors of other plugins, such as the 429 of `@fastify/rate-limit`, go on to the application's error handler.
        errorHandler(error, request, reply) {
          if (isAboutBody(error)) {
            void respond(request, reply, undefined)
            return
          }
          // Why: Fastify keeps the handler of the time of registration. The application may have set another since.
          if (scope.errorHandler !== errorHandlerBefore) return scope.errorHandler(error, request, reply)
          throw error
        },
      })
    }
    registered()
  })
}

/** Returns true for an error in reading a body. Why one answer: to the sender, every fault of a body is the same. */
function isAboutBody(error: unknown): boolean {
  const { code } = (error ?? {}) as Partial<FastifyError>
  return typeof code === 'string' && code.startsWith('FST_ERR_CTP_')
}
