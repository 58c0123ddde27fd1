import { once } from 'node:events'
import { type AddressInfo, connect, type Server } from 'node:net'

/** The bytes of a request line and headers as they are: no client that tidies up paths, methods or headers first. */
export interface RawRequest {
  readonly method?: string
  readonly target: string
  /** In addition to Host and Connection. */
  readonly headers?: readonly string[]
  readonly body?: string
  /** A body in chunked encoding, as it goes over the wire. */
  readonly chunks?: string
}

/** Sends a request over a socket of its own to an application that listens, and returns the status (0: hung up) and all that came back. */
export async function rawRequest(
  app: { readonly server: Pick<Server, 'address'> },
  request: RawRequest,
): Promise<{ status: number; text: string }> {
  const { method = 'GET', target, headers = [], body = '', chunks = '' } = request
  const { port } = app.server.address() as AddressInfo
  const socket = connect(port, '127.0.0.1')
  let text = ''
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    text += chunk
  })
  // A server that hangs up on nonsense has answered too.
  socket.on('error', () => {})
  const length = body === '' ? [] : [`Content-Length: ${Buffer.byteLength(body, 'latin1')}`]
  const lines = [`${method} ${target} HTTP/1.1`, `Host: localhost:${port}`, 'Connection: close', ...headers, ...length]
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}${chunks}`, 'latin1')
  await once(socket, 'close')
  return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0), text }
}
