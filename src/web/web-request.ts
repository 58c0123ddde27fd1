import type { RequestContext, RequestHeaders } from '../http/index.ts'

/** The part of a request that the server knows and its `Request` does not. What is missing is read from the URL. */
export interface Connection {
  /** Whether the client asked over HTTPS. Default: by the URL. */
  readonly https?: boolean | undefined
  /** The host that the client asked for, with the port unless it is the usual one. Default: by the URL. */
  readonly host?: string | undefined
  /** The IP address of the client. Default: none, so that no limit on sign-in attempts can tell clients apart. */
  readonly clientAddress?: string | undefined
  /** The id by which the application's own log knows the request. */
  readonly requestId?: string | undefined
}

/**
 * Returns a request of the Web standard as the rest of Ostiary sees it. The path stands there as it was asked for, and is
 * never decoded.
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

/** Why by hand: the URL of a `Request` is normalised already, and to parse it again costs more than the rest of a guard. */
function partsOf(url: string) {
  const [, scheme = '', authority = '', path = '', query = ''] = URL_PARTS.exec(url) ?? []
  return { scheme, authority, path: path === '' ? '/' : path, query }
}

/** Scheme, authority, path and query (RFC 3986, appendix B). */
const URL_PARTS = /^([^:/?#]+):\/\/([^/?#]*)([^?#]*)(?:\?([^#]*))?/

/** Characters. With a trusted proxy that passes on what clients write, any text may stand there. */
const LONGEST_ADDRESS = 100
