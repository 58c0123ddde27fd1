// An adapter for bare `node:http`: a small route table, and `ostiary/http` in front of it.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { unescape as decode } from 'node:querystring'
import type { User } from 'ostiary'
import * as ostiary from 'ostiary/http'

/** A request, as handlers and checkers see it. */
export interface RoutedRequest {
  readonly user: User
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  /** The text of the body. Undefined when there is none. */
  readonly body: string | undefined
}

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS'
  /** Parts that begin with a colon are parameters: `/items/:id`. */
  readonly path: string
  /** Says who may come in. A route without it stops the start. */
  readonly declare?: ostiary.RouteDeclaration<RoutedRequest> | undefined
  /** Whether requests that pages of other sites cause are refused. Default: false. */
  readonly sameSite?: boolean
  /** Default: 1 MiB. */
  readonly maxBodyBytes?: number
  /** Returns a text, or a whole answer. */
  handle(request: RoutedRequest): string | ostiary.Answer | Promise<string | ostiary.Answer>
}

export interface ServerOptions extends ostiary.HttpOptions {
  readonly routes: readonly Route[]
  /** Whether one proxy stands in front, whose `X-Forwarded-*` count. Default: false. */
  readonly trustProxy?: boolean
  /** Headers of every answer. */
  readonly headers?: Readonly<Record<string, string>>
  /** Told of faults, which are answered with 500 and without a word. Default: `console.error`. */
  readonly onFault?: (error: unknown) => void
}

/** @throws {UndeclaredRoutesError} when a route does not say who may come in. */
export async function createGuardedServer(options: ServerOptions): Promise<Server> {
  const { routes, trustProxy = false, headers = {}, onFault = console.error } = options
  const http = ostiary.createHttpAuth<RoutedRequest>(options)
  const entries = routes.map((route) => ostiary.describeRoute(route, route.declare))
  ostiary.assertDeclared(entries, 'refuse', () => 'Give each route "declare".', console.warn)
  const targets = [...http.endpoints, ...routes].map((route) => {
    const { method, path } = route
    const declaration = 'requirement' in route ? route.requirement : route.declare
    const guard = http.guardOf(declaration as ostiary.RouteDeclaration<RoutedRequest>, `${method} ${path}`)
    const pattern = path.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/:(\w+)/g, '(?<$1>[^/]+)')
    return { route, guard, method, pattern: new RegExp(`^${pattern}$`) }
  })

  function fault(error: unknown): ostiary.Answer {
    onFault(error)
    return ostiary.problemAnswer(500)
  }

  async function answer(raw: IncomingMessage): Promise<ostiary.Answer> {
    const context = contextOf(raw, trustProxy)
    const method = context.method === 'HEAD' ? 'GET' : context.method
    const found = targets.find((target) => target.method === method && target.pattern.test(context.path))
    if (!found) return textAnswer(404, 'Not Found')
    const { route, guard, pattern } = found
    // Before anything else: without the guard's word, the request is not even read.
    const verdict = await guard.enter(context)
    const groups = Object.entries(pattern.exec(context.path)?.groups ?? {})
    const given = await answerTo(route, guard, verdict, context, groups, raw).catch(fault)
    const isPrivate = guard.isPrivate || !verdict.user.isAnonymous
    const kept = isPrivate ? { ...given, headers: { 'cache-control': 'no-store', ...given.headers } } : given
    // A renewed cookie goes out with every answer, also with an error.
    return ostiary.withCookies(kept, verdict.setCookie === null ? [] : [verdict.setCookie])
  }

  async function answerTo(
    route: Route | ostiary.Endpoint,
    guard: ostiary.Guard<RoutedRequest>,
    verdict: ostiary.Verdict,
    context: ostiary.RequestContext,
    groups: readonly [string, string][],
    raw: IncomingMessage,
  ): Promise<ostiary.Answer> {
    const isEndpoint = 'requirement' in route
    if (verdict.refusal) return verdict.refusal
    const foreign = !isEndpoint && route.sameSite ? http.checkSameSite(context) : undefined
    if (foreign) return foreign
    const read = await readBody(raw, route.maxBodyBytes ?? (isEndpoint ? 0 : 1_048_576))
    const body = read ?? undefined
    if (isEndpoint) return http.answer(route, context, body, fault, verdict)
    if (read === null) return textAnswer(413, 'The body is too long, or cannot be read.')
    const params = Object.fromEntries(groups.map(([name, text]) => [name, decode(text)]))
    const request = { user: verdict.user, params, query: new URLSearchParams(context.query), body }
    const denied = await guard.check?.(verdict.user, request, context)
    return denied ?? textAnswer(200, await route.handle(request))
  }

  await http.ready()
  return createServer(async (request, response) => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
    send(response, await answer(request).catch(fault))
  }).on('close', () => void http.close())
}

function send(response: ServerResponse, { status, headers, cookies, body }: ostiary.Answer): void {
  const vary = ostiary.joinVary(response.getHeader('vary')?.toString(), headers.vary)
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
  if (vary !== undefined) response.setHeader('vary', vary)
  if (cookies.length > 0) response.appendHeader('set-cookie', cookies)
  // What is left of a body is not waited for.
  if (!response.req.complete) response.setHeader('connection', 'close')
  response.statusCode = status
  response.end(body ?? undefined)
}

function textAnswer(status: number, body: string | ostiary.Answer): ostiary.Answer {
  const headers = { 'content-type': 'text/plain; charset=utf-8' }
  return typeof body === 'string' ? { status, headers, cookies: [], body } : body
}

function contextOf({ method = '', url = '', headers, socket }: IncomingMessage, trusted: boolean) {
  const [path = '', ...query] = url.split('?')
  const forwarded = (name: string) => (trusted ? headers[name]?.toString().split(',').at(-1)?.trim() : undefined)
  const https = (forwarded('x-forwarded-proto') ?? ('encrypted' in socket ? 'https' : 'http')) === 'https'
  const host = forwarded('x-forwarded-host') ?? headers.host ?? ''
  const clientAddress = forwarded('x-forwarded-for') ?? socket.remoteAddress ?? ''
  return { method, path, query: query.join('?'), headers, https, host, clientAddress, requestId: undefined }
}

/** Reads a body. Null when it is too long, compressed, or no UTF-8; undefined when there is none. */
async function readBody(request: IncomingMessage, limit: number): Promise<string | null | undefined> {
  const { 'content-length': length = '0', 'transfer-encoding': chunked, 'content-encoding': encoded } = request.headers
  if (length === '0' && chunked === undefined) return undefined
  if (Number(length) > limit || encoded !== undefined) return null
  const { promise, resolve, reject } = Promise.withResolvers<Buffer | null>()
  const chunks: Buffer[] = []
  let size = 0
  request.on('data', (chunk: Buffer) => {
    size += chunk.length
    if (size > limit) resolve(null)
    else chunks.push(chunk)
  })
  request.on('end', () => resolve(Buffer.concat(chunks))).on('error', reject)
  const bytes = await promise
  const text = bytes?.toString() ?? ''
  return bytes?.equals(Buffer.from(text)) ? text : null
}
