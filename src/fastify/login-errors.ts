import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest, RouteHandlerMethod } from 'fastify'
import { sendProblem } from './refusals.ts'

/**
 * Answers the errors of the login routes that are Ostiary's own: a body that cannot be read, and a fault of a handler.
 *
 * All other errors keep their status and go on to the application's error handler: they come from hooks of the
 * application, such as the 429 of `@fastify/rate-limit`. Call it before the scope has routes.
 */
export function answerOwnErrors(
  scope: FastifyInstance,
  badRequest: (request: FastifyRequest, reply: FastifyReply) => FastifyReply,
): void {
  const handlerBefore = scope.errorHandler
  scope.addHook('onRoute', (route) => {
    route.errorHandler = (error: FastifyError, request, reply) => {
      if (isAboutBody(error)) return badRequest(request, reply)
      // Why: Fastify passes errors on to the handler from the time of registration. The application may have set one since.
      if (scope.errorHandler !== handlerBefore) return scope.errorHandler(error, request, reply)
      throw error
    }
    route.handler = answerFaults(route.handler)
  })
}

/** Whether the body could not be read. Whatever is wrong with a body is one and the same to whoever sent it. */
function isAboutBody(error: unknown): boolean {
  const { code } = (error ?? {}) as Partial<FastifyError>
  return typeof code === 'string' && code.startsWith('FST_ERR_CTP_')
}

/** The same handler, whose faults are answered with 500 and without a word about why. */
function answerFaults(handler: RouteHandlerMethod): RouteHandlerMethod {
  return async function answer(request, reply) {
    try {
      return await handler.call(this, request, reply)
    } catch (error) {
      request.log.error(error)
      sendProblem(reply, 500)
      return reply
    }
  }
}
