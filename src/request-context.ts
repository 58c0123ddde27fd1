/**
 * A request, as far as any part of Ostiary may know of it: the one type for it, whatever the framework.
 *
 * An adapter makes it of the framework's request. Header names are in small letters, as Node gives them.
 */
export interface RequestContext {
  /** In capital letters, such as `GET`. */
  readonly method: string
  /** The path without the query, as it was asked for: `/articles/7`. */
  readonly path: string
  /** The text behind the question mark, without it. Empty where there is none. */
  readonly query: string
  readonly headers: RequestHeaders
  /** Whether the client asked over HTTPS. Behind a proxy, this is what a trusted proxy says. */
  readonly https: boolean
  /** The host that the client asked for, with the port unless it is the usual one: `app.example.org`, `localhost:3000`. */
  readonly host: string
  /** The IP address of the client. Behind a proxy, this is what a trusted proxy says. */
  readonly clientAddress: string
  /** The id by which the application's own log knows the request. */
  readonly requestId: string | undefined
}

/** Header names in small letters; a list where a header came several times and cannot be joined. */
export type RequestHeaders = Readonly<Record<string, string | readonly string[] | undefined>>

/** The part of a request that decides which cookie counts, and the headers that hold it. */
export type CookieContext = CookieOrigin & Pick<RequestContext, 'headers'>

/** The part of a request that decides which cookie counts. */
export type CookieOrigin = Pick<RequestContext, 'https' | 'host'>

/** The part of a request that an event keeps. Why not the query: it may hold what is private. */
export type AuditedContext = Pick<RequestContext, 'requestId' | 'method' | 'path' | 'clientAddress'>
