import { once } from 'node:events'
import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http'
import { connect } from 'node:net'

/** A request over a connection of its own. */
export interface Asked {
  readonly method?: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  /** An object is sent as JSON. */
  readonly body?: string | Uint8Array | object
  readonly cookie?: string | undefined
}

/** An answer, read to its end. */
export interface Answered {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
  /** All `Set-Cookie` headers, except the cookie by which the throttle recognises a browser. */
  readonly cookies: readonly string[]
  // biome-ignore lint/suspicious/noExplicitAny: tests compare it as a whole.
  json(): any
}

/** Sends a request to a server. The host is that of `url`, by the name localhost, unless a header says otherwise. */
export async function ask(url: string, { method = 'GET', path, headers = {}, body, cookie }: Asked): Promise<Answered> {
  const { hostname, port } = new URL(url)
  const isJson = typeof body === 'object' && !(body instanceof Uint8Array)
  const sent = isJson ? JSON.stringify(body) : body
  const all: Record<string, string> = {
    host: `localhost:${port}`,
    ...(isJson && { 'content-type': 'application/json' }),
    ...(sent !== undefined && { 'content-length': String(Buffer.byteLength(sent)) }),
    ...(cookie !== undefined && { cookie }),
    ...headers,
  }
  const asked = request({ hostname, port, method, path, headers: all, agent: false })
  // Why: a server that has answered may close the connection while the rest of a body is on its way.
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    asked.on('response', resolve).on('error', reject).end(sent)
  })
  const chunks: Buffer[] = []
  for await (const chunk of answer) chunks.push(chunk as Buffer)
  const text = Buffer.concat(chunks).toString()
  const cookies = (answer.headers['set-cookie'] ?? []).filter((each) => !/^[^=]+-device=/.test(each))
  return {
    status: answer.statusCode ?? 0,
    headers: answer.headers,
    body: text,
    cookies,
    json: () => JSON.parse(text),
  }
}

/** The bytes of a request, sent as they are. A client would normalise the path, the method and the headers. */
export interface RawRequest {
  readonly method?: string
  readonly target: string
  /** In addition to Host and Connection. */
  readonly headers?: readonly string[]
  readonly body?: string
}

/** Returns the status (0: the server hung up) and all that came back. */
export async function askRaw(url: string, given: RawRequest): Promise<{ status: number; text: string }> {
  const { method = 'GET', target, headers = [], body = '' } = given
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  let text = ''
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    text += chunk
  })
  // A server that hangs up on nonsense has answered too.
  socket.on('error', () => {})
  const isMeasured = headers.some((header) => /^(?:content-length|transfer-encoding):/i.test(header))
  const length = body === '' || isMeasured ? [] : [`Content-Length: ${Buffer.byteLength(body, 'latin1')}`]
  const lines = [`${method} ${target} HTTP/1.1`, `Host: localhost:${port}`, 'Connection: close', ...headers, ...length]
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`, 'latin1')
  await once(socket, 'close')
  return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0), text }
}

/** The cookie that an answer sets, as a browser would send it. */
export function cookieOf({ status, body, cookies }: Pick<Answered, 'status' | 'body' | 'cookies'>): string {
  const [setCookie, ...more] = cookies
  if (setCookie === undefined || more.length > 0) throw new Error(`No one cookie in ${status} ${body}`)
  return setCookie.split(';', 1)[0] ?? ''
}
