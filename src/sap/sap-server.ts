import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { isIP } from 'node:net'
import type { ConnectionOptions } from 'node:tls'
import { ConfigurationError } from '../errors.ts'
import { isLoopback } from '../loopback.ts'
import { reasonOf } from '../reason-of.ts'
import { DeadlineError, withDeadline } from '../resilience/deadline.ts'

/** What a server said, redirects and errors included. The body has been read whole. */
export interface SapAnswer {
  readonly status: number
  readonly contentType: string
  readonly body: Buffer
}

export interface SapServer {
  /** `https://sap.example.org:44300`, for messages. */
  readonly origin: string
  /** What a connection is made with, for whoever looks at its certificate. Undefined where there is none. */
  readonly encryption: ConnectionOptions | undefined
  /** @throws {Error} which says in its message what went wrong, and holds no credentials. */
  get(path: string, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<SapAnswer>
}

export interface SapConnection {
  readonly url: string
  readonly ca: string | Buffer | readonly (string | Buffer)[] | undefined
  readonly insecure: boolean
  readonly timeoutMs: number
  readonly maxBytes: number
}

/**
 * A server that is asked over a new connection each time: nothing of one user, no kept-alive socket and no cookie, can
 * reach the next. Certificates are always checked, whatever `NODE_TLS_REJECT_UNAUTHORIZED` says.
 *
 * @throws {ConfigurationError} when the URL names no such server, or passwords would travel in the clear.
 */
export function createSapServer({ url, ca, insecure, timeoutMs, maxBytes }: SapConnection): SapServer {
  const { protocol, hostname, port, origin } = readUrl(url, insecure)
  const secure = protocol === 'https:'
  const place = {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port) || (secure ? 443 : 80),
    method: 'GET',
    agent: false as const,
  }
  const tls = { rejectUnauthorized: true, minVersion: 'TLSv1.2' as const, ...(ca !== undefined && { ca: [ca].flat() }) }

  async function get(path: string, headers: Readonly<Record<string, string>>, signal: AbortSignal) {
    try {
      return await withDeadline({ ms: timeoutMs, signal }, (time) => exchange(path, headers, time))
    } catch (error) {
      // A new error: what Node throws can carry the bytes that were on the wire.
      const isOwnDeadline = error instanceof DeadlineError && error !== signal.reason
      const why = signal.aborted && !isOwnDeadline ? 'given up' : reasonOf(error)
      throw new Error(`${origin}: ${why}`)
    }
  }

  function exchange(path: string, headers: Readonly<Record<string, string>>, signal: AbortSignal) {
    return new Promise<SapAnswer>((resolve, reject) => {
      const options = { ...place, path, headers, signal }
      const request = secure ? requestHttps({ ...options, ...tls }) : requestHttp(options)
      const fail = (why: string) => {
        reject(new Error(why))
        request.destroy()
      }
      request.once('error', reject)
      request.once('close', () => reject(new Error('the connection was closed without an answer')))
      request.once('response', (response) => {
        const chunks: Buffer[] = []
        let size = 0
        response.on('data', (chunk: Buffer) => {
          size += chunk.length
          if (size > maxBytes) fail(`the answer is longer than ${maxBytes} bytes`)
          else chunks.push(chunk)
        })
        response.once('error', reject)
        response.once('end', () => {
          const { statusCode: status = 0, headers: fields } = response
          resolve({ status, contentType: fields['content-type'] ?? '', body: Buffer.concat(chunks) })
        })
      })
      request.end()
    })
  }

  const { host } = place
  const servername = isIP(host) ? {} : { servername: host }
  return { origin, get, encryption: secure ? { host, port: place.port, ...servername, ...tls } : undefined }
}

function readUrl(text: string, insecure: boolean): URL {
  const url = typeof text === 'string' && URL.canParse(text) ? new URL(text) : null
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new ConfigurationError('The url of sapSource() is one such as "https://sap.example.org:44300".')
  // Not shown: it could hold a password.
  if (url.username !== '' || url.password !== '')
    throw new ConfigurationError('The url of sapSource() cannot have a user name or password in it.')
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '')
    throw new ConfigurationError('The url of sapSource() ends with the host and port. The path goes into userPath.')
  if (url.protocol === 'http:' && !insecure && !isLoopback(url.hostname))
    throw new ConfigurationError(
      `sapSource() sends passwords to ${url.origin} in the clear. Use https, or \`insecure: true\` if that is what you want.`,
    )
  return url
}
