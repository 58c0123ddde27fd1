import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { adapterContract, type ContractAnswer, type ContractRequest } from 'ostiary/testing/contracts'
import { createGuardedServer, type Route, type RoutedRequest } from '../../examples/node-http/adapter.ts'

adapterContract('The example for node:http', {
  async start({ auth, http, routes, trustProxy, headers }) {
    const table = routes.map(({ method, path, declare, sameSite, handle }): Route => {
      const translated =
        typeof declare === 'object' && 'check' in declare
          ? { ...declare, check: (_: unknown, request: RoutedRequest) => declare.check(request.user, asked(request)) }
          : declare
      return {
        method,
        path,
        declare: translated,
        ...(sameSite && { sameSite }),
        handle: async (request) => answerOf(await handle(asked(request))),
      }
    })
    const server = await createGuardedServer({ ...http, auth, routes: table, trustProxy, headers, onFault: () => {} })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return {
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      async close() {
        server.close()
        server.closeAllConnections()
        await once(server, 'close')
      },
    }
  },
})

function asked({ user, params, query, body }: RoutedRequest): ContractRequest {
  return { user, params, query: Object.fromEntries(query), body: body === undefined ? undefined : JSON.parse(body) }
}

function answerOf(answer: ContractAnswer) {
  if (typeof answer === 'string') return answer
  const { 'set-cookie': cookies = [], ...headers } = answer.headers
  return { status: 200, headers: headers as Record<string, string>, cookies: [cookies].flat(), body: answer.text }
}
