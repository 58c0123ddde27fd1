import {
  adapterContract,
  type ContractAnswer,
  type ContractRequest,
  type ContractRoute,
} from 'ostiary/testing/contracts'
import { type Admitted, createWebAuth } from 'ostiary/web'
import { connectionOf, type NodeInfo, serveFetch } from './serve-fetch.ts'

adapterContract('The adapter for Request and Response', {
  without: {
    'undeclared-routes': 'the routes are those of whoever calls it',
  },
  async start({ auth, http, routes, trustProxy, headers }) {
    const connection = (request: Request, info: NodeInfo) => connectionOf(request, info, trustProxy)
    const web = createWebAuth({ ...http, auth, connection })
    const table = routes.map(({ method, path, declare, sameSite, handle }) => {
      const pattern = new RegExp(`^${path.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/:(\w+)/g, '(?<$1>[^/]+)')}$`)
      const guarded = web.guarded<never, NodeInfo>(
        translated(declare, pattern) as never,
        async (request, { user }: Admitted, info) => {
          const refusal = sameSite ? web.sameSite(request, {}, info) : undefined
          return refusal ?? responseOf(await handle(await asked(request, user, pattern)))
        },
        `${method} ${path}`,
      )
      return { method, pattern, guarded }
    })

    async function answer(request: Request, info: NodeInfo): Promise<Response> {
      const own = await web.handle(request, info)
      if (own) return own
      const method = request.method === 'HEAD' ? 'GET' : request.method
      const { pathname } = new URL(request.url)
      const route = table.find((each) => each.method === method && each.pattern.test(pathname))
      if (!route) return new Response('Not Found', { status: 404 })
      try {
        return await route.guarded(request, info)
      } catch {
        return web.respond(request, new Response('Internal Server Error', { status: 500 }))
      }
    }

    await web.ready()
    return serveFetch(async (request, info) => {
      const response = await answer(request, info)
      for (const [name, value] of Object.entries(headers)) response.headers.append(name, value)
      return response
    })
  },
})

function translated(declare: ContractRoute['declare'], pattern: RegExp) {
  if (typeof declare !== 'object' || !('check' in declare)) return declare
  return {
    ...declare,
    check: async (user: ContractRequest['user'], request: Request) =>
      declare.check(user, await asked(request.clone(), user, pattern)),
  }
}

async function asked(request: Request, user: ContractRequest['user'], pattern: RegExp): Promise<ContractRequest> {
  const { pathname, searchParams } = new URL(request.url)
  const groups = Object.entries(pattern.exec(pathname)?.groups ?? {})
  const params = Object.fromEntries(groups.map(([name, text]) => [name, decodeURIComponent(text)]))
  const isJson = request.headers.get('content-type')?.startsWith('application/json')
  return { user, params, query: Object.fromEntries(searchParams), body: isJson ? await request.json() : undefined }
}

function responseOf(answer: ContractAnswer): Response {
  const { text, headers } = typeof answer === 'string' ? { text: answer, headers: {} } : answer
  const response = new Response(text, { headers: { 'content-type': 'text/plain' } })
  for (const [name, values] of Object.entries(headers))
    for (const value of [values].flat()) response.headers.append(name, value)
  return response
}
