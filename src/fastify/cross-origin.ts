import type { FastifyInstance, FastifyReply } from 'fastify'
import { answerPreflight, corsHeaders } from '../http/cors.ts'
import { anyone, nobodyAsks } from './declare.ts'
import { sendProblem } from './refusals.ts'

/** Lets pages of trusted origins call the routes of a scope, and read what they answer. */
export function allowTrustedOrigins(
  scope: FastifyInstance,
  trustedOrigins: ReadonlySet<string>,
  routes: Readonly<Record<string, readonly string[]>>,
): void {
  if (trustedOrigins.size === 0) return

  scope.addHook('onRequest', (request, reply, done) => {
    reply.headers(corsHeaders(request.headers.origin, trustedOrigins))
    varyByOrigin(reply)
    done()
  })

  const options = { ...anyone(), config: nobodyAsks, schema: { hide: true } as object }
  for (const [path, methods] of Object.entries(routes)) {
    scope.options(path, options, (request, reply) => {
      const { status, headers } = answerPreflight(request, trustedOrigins, methods)
      if (status === 204) return reply.code(status).headers(headers).send()
      sendProblem(reply, status)
      return reply
    })
  }
}

/** Beside what the answer depends on anyway. */
function varyByOrigin(reply: FastifyReply): void {
  const before = [reply.getHeader('vary') ?? []].flat().join(', ')
  if (!/(?:^|,)\s*(?:origin|\*)\s*(?:,|$)/i.test(before)) reply.header('vary', before ? `${before}, Origin` : 'Origin')
}
