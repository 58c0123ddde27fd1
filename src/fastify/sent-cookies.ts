import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

// Cookies are sent with every reply, whether Fastify, a handler by `reply.raw`, or a web socket server writes the head.

/** The cookies of one reply by name, each with its whole `Set-Cookie` header. */
type SentCookies = Map<string, string>

const COOKIES = Symbol('ostiary.cookies')

interface WithCookies {
  [COOKIES]?: SentCookies
}

type RawReply = FastifyReply['raw']

/**
 * Adds a cookie to a reply, and replaces an earlier cookie of the same name.
 *
 * A handler that calls `reply.hijack()` and writes the head itself sends the cookie too, with `cache-control:
 * no-store`.
 */
export function sendCookie(reply: FastifyReply, setCookie: string): void {
  const name = nameOf(setCookie)
  const others = [reply.getHeader('set-cookie') ?? []].flat().filter((cookie) => nameOf(String(cookie)) !== name)
  reply.removeHeader('set-cookie')
  for (const cookie of others) reply.header('set-cookie', cookie)
  reply.header('set-cookie', setCookie)
  cookiesOf(reply.request, reply.raw).set(name, setCookie)
}

/** Adds the cookies to the handshake of web sockets, when `@fastify/websocket` is registered. */
export function sendWithHandshakes(app: FastifyInstance): void {
  if (!app.hasDecorator('websocketServer')) return
  const { websocketServer } = app as unknown as { websocketServer: WebSocketServer }
  websocketServer.on('headers', (headers, request) => {
    for (const cookie of request[COOKIES]?.values() ?? []) headers.push(`Set-Cookie: ${cookie}`)
  })
}

interface WebSocketServer {
  on(event: 'headers', listener: (headers: string[], request: WithCookies) => void): void
}

function cookiesOf(request: FastifyRequest, raw: RawReply): SentCookies {
  const holder = request.raw as WithCookies
  const known = holder[COOKIES]
  if (known) return known
  const cookies: SentCookies = new Map()
  holder[COOKIES] = cookies
  addToHead(raw, cookies)
  return cookies
}

/** Adds the cookies when the head is written. Why per response: responses without cookies keep their full speed. */
function addToHead(raw: RawReply, cookies: SentCookies): void {
  const writeHead = raw.writeHead
  raw.writeHead = function writeHeadWithCookies(this: RawReply, status: number, ...rest: unknown[]): RawReply {
    const send = (...head: unknown[]) => Reflect.apply(writeHead, raw, head) as RawReply
    if (raw.headersSent) return send(status, ...rest)
    const message = typeof rest[0] === 'string' ? rest[0] : undefined
    setHeaders(raw, rest.find((each) => typeof each === 'object' && each !== null) ?? {})
    const present = [raw.getHeader('set-cookie') ?? []].flat().map(String)
    const names = new Set(present.map(nameOf))
    const missing = [...cookies].filter(([name]) => !names.has(name)).map(([, cookie]) => cookie)
    if (missing.length > 0) raw.setHeader('set-cookie', [...present, ...missing])
    raw.setHeader('cache-control', 'no-store')
    return message === undefined ? send(status) : send(status, message)
  } as RawReply['writeHead']
}

/** Sets headers in each form of `writeHead()`: an object, a list of pairs, or names and values in turn. */
function setHeaders(raw: RawReply, headers: object): void {
  const pairs = Array.isArray(headers) ? pairsOf(headers) : Object.entries(headers)
  const isNew = new Set<string>()
  for (const [name, value] of pairs) {
    if (value === undefined) continue
    const key = String(name).toLowerCase()
    if (isNew.has(key)) raw.appendHeader(name, value)
    else raw.setHeader(name, value)
    isNew.add(key)
  }
}

function pairsOf(list: readonly unknown[]): [string, string | string[]][] {
  if (Array.isArray(list[0])) return list as [string, string | string[]][]
  return Array.from({ length: list.length / 2 }, (_, at) => [list[2 * at], list[2 * at + 1]] as [string, string])
}

function nameOf(setCookie: string): string {
  return setCookie.slice(0, setCookie.indexOf('='))
}
