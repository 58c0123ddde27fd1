import { once } from 'node:events'
import { createServer as createHttp, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import { createServer as createHttps } from 'node:https'
import { onTestFinished } from 'vitest'
import type { Certificate } from './certificates.ts'

/** What an SAP system would answer that CAP never does, written from SAP's documentation. */
export interface Stub {
  readonly url: string
  /** What was asked, in its order. */
  readonly requests: readonly IncomingMessage[]
}

export interface StubOptions {
  readonly certificate?: Certificate
  /** Answers who sends no credentials. Default: 401, as SAP does. */
  readonly anonymously?: RequestListener
}

/** Answers who sends credentials as told, whatever they are. Ends with the test. */
export async function startStub(
  answer: RequestListener,
  { certificate, anonymously = unauthorized }: StubOptions = {},
): Promise<Stub> {
  const requests: IncomingMessage[] = []
  const listener: RequestListener = (request, response) => {
    requests.push(request)
    if (request.headers.authorization) answer(request, response)
    else anonymously(request, response)
  }
  const server = certificate ? createHttps({ ...certificate }, listener) : createHttp(listener)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The stub has no port.')
  return { url: `${certificate ? 'https://localhost' : 'http://127.0.0.1'}:${address.port}`, requests }
}

const unauthorized: RequestListener = (_, response) => send(response, 401, 'text/plain', 'Unauthorized')

export function send(response: ServerResponse, status: number, type: string, body: string | Buffer): void {
  response.writeHead(status, { 'content-type': type })
  response.end(body)
}

export function sendJson(response: ServerResponse, json: unknown, status = 200): void {
  send(response, status, 'application/json', JSON.stringify(json))
}
