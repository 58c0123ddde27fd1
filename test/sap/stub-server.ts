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
  /** Answers the made-up names by which a source tries whether wrong passwords are refused. Default: 401. */
  readonly strangers?: RequestListener
}

/** Answers who sends credentials as told, whatever they are, but for made-up names. Ends with the test. */
export async function startStub(
  answer: RequestListener,
  { certificate, anonymously = unauthorized, strangers = unauthorized }: StubOptions = {},
): Promise<Stub> {
  const requests: IncomingMessage[] = []
  const listener: RequestListener = (request, response) => {
    requests.push(request)
    const [name] = credentialsOf(request)
    if (name === undefined) anonymously(request, response)
    else if (name.startsWith('NOBODY')) strangers(request, response)
    else answer(request, response)
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

/** The name and the password of HTTP Basic; nothing where there are none. */
export function credentialsOf({ headers }: IncomingMessage): readonly string[] {
  const basic = /^Basic (.*)$/.exec(headers.authorization ?? '')?.[1]
  if (basic === undefined) return []
  const [, name = '', password = ''] = /^([^:]*):(.*)$/s.exec(Buffer.from(basic, 'base64').toString()) ?? []
  return [name, password]
}

export const unauthorized: RequestListener = (_, response) => send(response, 401, 'text/plain', 'Unauthorized')

export function send(response: ServerResponse, status: number, type: string, body: string | Buffer): void {
  response.writeHead(status, { 'content-type': type })
  response.end(body)
}

export function sendJson(response: ServerResponse, json: unknown, status = 200): void {
  send(response, status, 'application/json', JSON.stringify(json))
}
