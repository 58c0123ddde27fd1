import type { RequestContext, RequestHeaders } from '../http/index.ts'

/** The part of a request that only the server knows. Missing members are read from the URL. */
export interface Connection {
  /** True when the client asked over HTTPS. Default: by the URL. */
  readonly https?: boolean | undefined
  /** The host that the client asked for, with the port unless it is the usual one. Default: by the URL. */
  readonly host?: string | undefined
  /** The IP address of the client. Default: empty, so that the limits on sign-in attempts treat all clients as one. */
  readonly clientAddress?: string | undefined
  /** The id of the request in the application's own log. */
  readonly requestId?: string | undefined
}

/**
 * Returns the context of a request of the Web standard. The path stays encoded, as the client sent it.
 *
 * ```ts
 * import { contextOf } from 'ostiary/web'
 *
 * const request = new Request('https://app.example/reports?year=2026')
 * contextOf(request, { clientAddress: '192.0.2.1' }).path // '/reports'
 * ```
 */
export function contextOf(request: Request, connection: Connection = {}): RequestContext {
  return new WebRequestContext(request, connection)
}

class WebRequestContext implements RequestContext {
  readonly method: string
  readonly path: string
  readonly query: string
  readonly https: boolean
  readonly host: string
  readonly clientAddress: string
  readonly requestId: string | undefined
  readonly #request: Request
  #headers: RequestHeaders | undefined

  constructor(request: Request, { https, host, clientAddress, requestId }: Connection) {
    const { scheme, authority, path, query } = partsOf(request.url)
    this.method = request.method
    this.path = path
    this.query = query
    this.https = https ?? scheme === 'https'
    this.host = host ?? authority
    this.clientAddress = clientAddress?.slice(0, LONGEST_ADDRESS) ?? ''
    this.requestId = requestId
    this.#request = request
  }

  get headers(): RequestHeaders {
    this.#headers ??= Object.fromEntries(this.#request.headers)
    return this.#headers
  }
}

/**
 * Splits a URL. Why by hand: the URL of a `Request` is normalised, and parsing it again costs more than the whole
 * guard.
 */
function partsOf(url: string) {
  const [, scheme = '', authority = '', path = '', query = ''] = URL_PARTS.exec(url) ?? []
  return { scheme, authority, path: path === '' ? '/' : path, query }
}

/** Scheme, authority, path and query (RFC 3986, appendix B). */
const URL_PARTS = /^([^:/?#]+):\/\/([^/?#]*)([^?#]*)(?:\?([^#]*))?/

/** The longest address, in characters. Why a bound: a trusted proxy may pass on any text of a client. */
const LONGEST_ADDRESS = 100
