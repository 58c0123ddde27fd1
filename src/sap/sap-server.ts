import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { isIP } from 'node:net'
import type { ConnectionOptions } from 'node:tls'
import { ConfigurationError } from '../errors.ts'
import { isLoopback } from '../loopback.ts'
import { reasonOf } from '../reason-of.ts'
import { DeadlineError, withDeadline } from '../resilience/deadline.ts'

/** An answer of the server with its whole body. Redirects and errors are answers, too. */
export interface SapAnswer {
  readonly status: number
  readonly contentType: string
  readonly body: Buffer
}

export interface SapServer {
  /** `https://sap.example.org:44300`, for messages. */
  readonly origin: string
  /** The TLS options of a connection, for inspecting the certificate. Undefined for plain HTTP. */
  readonly encryption: ConnectionOptions | undefined
  /**
   * Sends a request.
   *
   * @throws {Error} when the request fails. The message tells the reason, and is free of credentials.
   */
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
 * Creates a client for a server, with a new connection for each request. Why: state of one user, such as a kept-alive
 * socket or a cookie, must not reach the next user. Certificates are always verified, even against
 * `NODE_TLS_REJECT_UNAUTHORIZED`.
 *
 * @throws {ConfigurationError} when the URL is invalid, or passwords would be sent in the clear.
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
  // The message leaves out the URL. Why: the URL could hold a password.
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
