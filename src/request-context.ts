/**
 * A request as all parts of Ostiary see it, independent of the framework.
 *
 * An adapter makes it from the request of the framework. Header names are in small letters, as Node gives them.
 */
export interface RequestContext {
  /** The HTTP method in capital letters, such as `GET`. */
  readonly method: string
  /** The path without the query, as it was asked for: `/articles/7`. */
  readonly path: string
  /** The query, without the question mark. Empty when the URL has only a path. */
  readonly query: string
  readonly headers: RequestHeaders
  /** True when the client asked over HTTPS. Behind a proxy, taken from a trusted proxy. */
  readonly https: boolean
  /**
   * The host that the client asked for, with the port unless it is the usual one: `app.example.org`, `localhost:3000`.
   */
  readonly host: string
  /** The IP address of the client. Behind a proxy, taken from a trusted proxy. */
  readonly clientAddress: string
  /** The id of the request in the log of the application. */
  readonly requestId: string | undefined
}

/** Headers by their names in small letters. A list when a header came several times and cannot be joined. */
export type RequestHeaders = Readonly<Record<string, string | readonly string[] | undefined>>

/** The part of a request that decides which cookie counts, and the headers that hold it. */
export type CookieContext = CookieOrigin & Pick<RequestContext, 'headers'>

/** The part of a request that decides which cookie counts. */
export type CookieOrigin = Pick<RequestContext, 'https' | 'host'>

/** The part of a request that an event keeps, without the query. Why: the query may hold private data. */
export type AuditedContext = Pick<RequestContext, 'requestId' | 'method' | 'path' | 'clientAddress'>
