import type { FastifyReply, FastifyRequest } from 'fastify'
import type { RequestContext, RequestHeaders, Verdict } from '../http/index.ts'
import { auditedPath } from './audited-path.ts'

/** The data of the plugin for one request. Why one object: each decoration costs every request. */
export class RequestState implements RequestContext {
  /** The verdict of the guard. Null before the guard ran. */
  verdict: Verdict | null = null
  /** The reply, which reading the user marks as private. */
  reply: FastifyReply | null = null
  /** True when every answer of the route is private. */
  isGuarded = false
  /** Whether somebody who is signed in was read before the reply was at hand, as in an early hook of the application. */
  isReadEarly = false
  readonly #request: FastifyRequest

  constructor(request: FastifyRequest) {
    this.#request = request
  }

  // Why getters: few requests need each value.

  get method(): string {
    return this.#request.method
  }

  get path(): string {
    return auditedPath(this.#request)
  }

  get query(): string {
    const { url } = this.#request
    const path = url.replace(/^https?:\/\/[^/?#]*/i, '')
    return path.slice(this.path.length + 1).split('#', 1)[0] ?? ''
  }

  get headers(): RequestHeaders {
    return this.#request.headers
  }

  get https(): boolean {
    return this.#request.protocol === 'https'
  }

  get host(): string {
    return this.#request.host ?? ''
  }

  get clientAddress(): string {
    return clientAddressOf(this.#request)
  }

  get requestId(): string {
    return this.#request.id
  }
}

export const STATE = Symbol('ostiary.state')

interface Stateful {
  [STATE]: RequestState | null
}

/** Returns the state of a request, made at the first call. */
export function stateOf(request: FastifyRequest): RequestState {
  const stateful = request as unknown as Stateful
  stateful[STATE] ??= new RequestState(request)
  return stateful[STATE]
}

/** Returns the request as a plain value, for endpoints and sources. Why: they may copy the value, or log it. */
export function contextOf(request: FastifyRequest): RequestContext {
  const { method, path, query, headers, https, host, clientAddress, requestId } = stateOf(request)
  return Object.freeze({ method, path, query, headers, https, host, clientAddress, requestId })
}

/**
 * Returns the address of the client, according to `trustProxy`. Only the last 1,000 characters of `X-Forwarded-For` are
 * read: proxies add their addresses at the end. Why: reading thousands of addresses takes milliseconds.
 */
function clientAddressOf(request: FastifyRequest): string {
  const { headers } = request.raw
  const forwarded = headers['x-forwarded-for']
  if (typeof forwarded === 'string' && forwarded.length > LONGEST_FORWARDED_FOR) {
    const end = forwarded.slice(-LONGEST_FORWARDED_FOR)
    headers['x-forwarded-for'] = end.slice(end.indexOf(',') + 1)
  }
  return request.ip?.slice(0, LONGEST_ADDRESS) ?? ''
}

/** The part of `X-Forwarded-For` that is read, in characters: two dozen proxies with IPv6 addresses. */
const LONGEST_FORWARDED_FOR = 1000
/** The longest address, in characters. Why a bound: a trusted proxy may pass on any text of a client. */
const LONGEST_ADDRESS = 100
