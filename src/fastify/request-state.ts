import type { FastifyReply, FastifyRequest } from 'fastify'
import type { RequestContext, RequestHeaders, Verdict } from '../http/index.ts'
import { auditedPath } from './audited-path.ts'

/** Everything that the plugin keeps with a request. Why in one object: each decoration costs every request. */
export class RequestState implements RequestContext {
  /** Null until the guard has spoken. */
  verdict: Verdict | null = null
  /** The reply, where a handler that reads the user has to mark it as private. */
  reply: FastifyReply | null = null
  /** Whether every answer of the route is private. */
  isGuarded = false
  /** Whether somebody who is signed in was read before the reply was at hand, as in an early hook of the application. */
  isReadEarly = false
  readonly #request: FastifyRequest

  constructor(request: FastifyRequest) {
    this.#request = request
  }

  // Why getters: each of these is read on few requests.

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

/** Returns the request as a plain value, for endpoints and sources. Why: they may copy it, or write it to a log. */
export function contextOf(request: FastifyRequest): RequestContext {
  const { method, path, query, headers, https, host, clientAddress, requestId } = stateOf(request)
  return Object.freeze({ method, path, query, headers, https, host, clientAddress, requestId })
}

/**
 * Returns the address of the client, as `trustProxy` has it. Of an `X-Forwarded-For` that is longer than any chain of
 * proxies makes it, the end alone is read: proxies add their addresses there. Why: to walk through thousands of addresses
 * takes milliseconds.
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

/** Characters: two dozen proxies, each of which adds an address of IPv6. */
const LONGEST_FORWARDED_FOR = 1000
/** Characters. Why a bound: behind a trusted proxy that passes on what clients write, any text may stand there. */
const LONGEST_ADDRESS = 100
