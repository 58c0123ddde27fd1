import Fastify, { type FastifyRequest } from 'fastify'
import { anyone, type DeclaredRoute, type OstiaryOptions, ostiary, protect, sameSite } from 'ostiary/fastify'
import {
  adapterContract,
  type ContractAnswer,
  type ContractRequest,
  type ContractRoute,
} from 'ostiary/testing/contracts'

adapterContract('The plugin for Fastify', {
  async start({ auth, http, routes, trustProxy, headers }) {
    const app = Fastify({ trustProxy })
    app.addHook('onRequest', async (_request, reply) => void reply.headers(headers))
    await app.register(ostiary, { ...http, auth } as OstiaryOptions)
    for (const { method, path, declare, sameSite: isChecked, handle } of routes) {
      app.route({
        method,
        url: path,
        ...declared(declare),
        ...(isChecked && { onRequest: sameSite() }),
        handler: async (request, reply) => {
          const answer = await handle(asked(request))
          return reply
            .headers(headersOf(answer))
            .type('text/plain')
            .send(typeof answer === 'string' ? answer : answer.text)
        },
      })
    }
    const url = await app.listen({ port: 0, host: '127.0.0.1' })
    return {
      url,
      async close() {
        app.server.closeAllConnections()
        await app.close()
      },
    }
  },
})

function declared(declare: ContractRoute['declare']): DeclaredRoute | undefined {
  if (declare === undefined) return undefined
  if (declare === 'anyone') return anyone()
  if (declare === 'anyone-without-user') return anyone({ user: false })
  const translated =
    'check' in declare
      ? { ...declare, check: (_: unknown, request: FastifyRequest) => declare.check(request.user, asked(request)) }
      : declare
  return protect(translated as Parameters<typeof protect>[0])
}

function asked({ user, params, query, body }: FastifyRequest): ContractRequest {
  const entries = <T>(value: T) => value as ContractRequest['params']
  return { user, params: entries(params), query: entries(query), body }
}

function headersOf(answer: ContractAnswer): Record<string, string> {
  return typeof answer === 'string' ? {} : (answer.headers as Record<string, string>)
}
