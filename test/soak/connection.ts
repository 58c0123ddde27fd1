import { once } from 'node:events'
import { connect } from 'node:net'

/** What a server answered. */
export interface Answer {
  readonly status: number
  /** The `name=value` of all cookies that it sets. */
  readonly cookies: readonly string[]
  readonly body: string
}

/** A connection that is kept, for one request after the other. */
export interface Connection {
  send(method: string, path: string, options?: RequestOptions): Promise<Answer>
  close(): void
}

export interface RequestOptions {
  readonly cookie?: string | undefined
  /** The address that a trusted proxy would say. */
  readonly from?: string
  readonly json?: object
}

/**
 * A client of HTTP/1.1 that knows just enough to read answers with a length. Node's own would take more processor time
 * than the server that is soaked.
 */
export async function openConnection(port: number): Promise<Connection> {
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  socket.setNoDelay(true)
  socket.setEncoding('latin1')
  let received = ''
  let waiting: PromiseWithResolvers<Answer> | undefined
  socket.on('data', (chunk: string) => {
    received += chunk
    const answer = readAnswer(received)
    if (!answer) return
    received = ''
    waiting?.resolve(answer)
  })
  socket.on('error', (cause) => waiting?.reject(cause))
  socket.on('close', () => waiting?.reject(closed()))
  return {
    send(method, path, { cookie, from, json } = {}) {
      const body = json ? JSON.stringify(json) : ''
      const head = [
        `${method} ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n`,
        cookie === undefined ? '' : `Cookie: ${cookie}\r\n`,
        from === undefined ? '' : `X-Forwarded-For: ${from}\r\n`,
        json ? `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n` : '',
      ]
      waiting = Promise.withResolvers()
      if (socket.destroyed) waiting.reject(closed())
      socket.write(`${head.join('')}\r\n${body}`)
      return waiting.promise
    },
    close: () => socket.destroy(),
  }
}

const closed = () => new Error('The server has closed the connection.')

/** Undefined as long as it is not complete. */
function readAnswer(text: string): Answer | undefined {
  const end = text.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const head = text.slice(0, end)
  const status = Number(head.slice(9, 12))
  const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1]
  if (length === undefined && status !== 204) throw new Error(`An answer has no length: ${head}`)
  if (text.length < end + 4 + Number(length ?? 0)) return undefined
  // A copy, so that whoever keeps a cookie does not keep the whole answer.
  const cookies = [...head.matchAll(/\r\nset-cookie: ([^;\r]*)/gi)].map(([, cookie = '']) =>
    Buffer.from(cookie).toString(),
  )
  return { status, cookies, body: text.slice(end + 4) }
}
