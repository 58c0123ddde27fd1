import { type Context, Hono } from 'hono'
import { anyone, getUser, middleware, ostiary, protect, sameSite } from 'ostiary/hono'
import {
  adapterContract,
  type ContractAnswer,
  type ContractRequest,
  type ContractRoute,
} from 'ostiary/testing/contracts'
import { connectionOf, type NodeInfo, serveFetch } from './serve-fetch.ts'

adapterContract('The adapter for Hono', {
  async start({ auth, http, routes, trustProxy, headers }) {
    const app = new Hono<{ Bindings: NodeInfo }>()
    app.use(
      middleware(async (c, next) => {
        await next()
        for (const [name, value] of Object.entries(headers)) c.header(name, value, { append: name === 'vary' })
      }),
    )
    const connection = (c: Context) => connectionOf(c.req.raw, c.env as NodeInfo, trustProxy)
    const doorkeeper = ostiary(app, { ...http, auth, connection })
    for (const { method, path, declare, sameSite: isChecked, handle } of routes) {
      const handler = async (c: Context) => responseOf(await handle(await asked(c)))
      const checks = isChecked ? [sameSite()] : []
      app.on(method, [path], ...declared(declare), ...checks, handler)
    }
    await doorkeeper.ready()
    return serveFetch((request, info) => app.fetch(request, info))
  },
})

function declared(declare: ContractRoute['declare']) {
  if (declare === undefined) return []
  if (typeof declare === 'string') return [anyone({ user: declare === 'anyone' })]
  const translated =
    'check' in declare
      ? { ...declare, check: async (_: unknown, c: Context) => declare.check(getUser(c), await asked(c)) }
      : declare
  return [protect(translated as Parameters<typeof protect>[0])]
}

async function asked(c: Context): Promise<ContractRequest> {
  const isJson = c.req.header('content-type')?.startsWith('application/json')
  return {
    user: c.var.user,
    params: c.req.param(),
    query: c.req.query(),
    body: isJson ? await c.req.json() : undefined,
  }
}

function responseOf(answer: ContractAnswer): Response {
  const { text, headers } = typeof answer === 'string' ? { text: answer, headers: {} } : answer
  const response = new Response(text, { headers: { 'content-type': 'text/plain' } })
  for (const [name, values] of Object.entries(headers))
    for (const value of [values].flat()) response.headers.append(name, value)
  return response
}
