import type { FastifyInstance, FastifyReply, FastifyRequest, onSendHookHandler } from 'fastify'
import {
  type Auth,
  type Authentication,
  ConfigurationError,
  type RequestContext,
  type RequestHeaders,
  type Session,
  type User,
} from '../index.ts'
import { auditedPath } from './audited-path.ts'
import { sendWithHead } from './sent-cookies.ts'

/** What the plugin keeps with a request. All in one place: whatever a request is decorated with, every request pays for. */
class RequestState implements RequestContext {
  identity: Authentication | null = null
  demand: Demand | null = null
  reply: FastifyReply | null = null
  /** The same on guarded routes, where nothing is left to do once the user is read. */
  guardedReply: FastifyReply | null = null
  cookieSent = false
  userRead = false
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
    const at = url.indexOf('?')
    return at < 0 ? '' : url.slice(at + 1)
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

const STATE = Symbol('ostiary.state')

interface Stateful {
  [STATE]: RequestState | null
}

function stateOf(request: FastifyRequest): RequestState {
  const keeping = request as unknown as Stateful
  keeping[STATE] ??= new RequestState(request)
  return keeping[STATE]
}

/**
 * Gives requests their user, under this name. Read where nothing was worked out ahead, it is worked out then.
 */
export function decorateRequests(app: FastifyInstance, auth: Auth, name: string): void {
  app.decorateRequest(STATE, null)
  app.decorateRequest(READ_USER, function readUser(this: FastifyRequest): User {
    const state = stateOf(this)
    state.demand?.asked()
    state.identity ??= auth.authenticateRequestAtOnce(state)
    const { user } = state.identity
    if (!user.isAnonymous) {
      state.userRead = true
      keepPrivate(state.reply)
    }
    return user
  })
  app.decorateRequest(AUTH, { getter: () => auth })
  app.decorateRequest(name, {
    getter(this: FastifyRequest): User {
      return getUser(this)
    },
  })
}

const READ_USER = Symbol('ostiary.readUser')
const AUTH = Symbol('ostiary.auth')

/**
 * The user that a request comes from. The same as `request.user`, whatever that is called and whatever types say of it.
 *
 * ```ts
 * app.get('/', anyone(), async (request) => `Hello ${getUser(request).name}`)
 * ```
 *
 * @throws {ConfigurationError} when this copy of the package is not the one whose plugin the application has.
 */
export function getUser(request: FastifyRequest): User {
  const { [READ_USER]: readUser } = request as unknown as { [READ_USER]?: (this: FastifyRequest) => User }
  if (readUser !== undefined) return readUser.call(request)
  throw new ConfigurationError(
    'Nobody has registered ostiary for this request: the plugin is missing, or it comes from another copy of ostiary. ' +
      '`npm ls ostiary` shows where the copies are.',
  )
}

/** What a handler may know of the session that a request belongs to. Times are milliseconds since 1970. */
export type CurrentSession = Pick<Session, 'id' | 'userId' | 'startedAt' | 'expiresAt' | 'persistent'>

/**
 * The session that a request belongs to; null when the user is anonymous.
 *
 * ```ts
 * auth.sessions.list({ user: request.user, current: currentSession(request) })
 * ```
 *
 * @throws {ConfigurationError} when this copy of the package is not the one whose plugin the application has.
 */
export function currentSession(request: FastifyRequest): CurrentSession | null {
  // Works out who it is, if nobody has asked yet.
  if (getUser(request).isAnonymous) return null
  const session = stateOf(request).identity?.session
  if (!session) return null
  const { id, userId, startedAt, expiresAt, persistent } = session
  return { id, userId, startedAt, expiresAt, persistent }
}

export function keepAuthentication(request: FastifyRequest, reply: FastifyReply, identity: Authentication): void {
  const state = stateOf(request)
  state.identity = identity
  state.guardedReply = reply
}

/** Who a request comes from, once that has been worked out. */
export function authenticationOf(request: FastifyRequest): Authentication | null {
  return stateOf(request).identity
}

/** How a request came in, the reply to it, and who judges it. */
export function connectionOf(request: FastifyRequest) {
  const state = stateOf(request)
  const { [AUTH]: auth } = request as unknown as { [AUTH]: Auth }
  return { auth, context: state, reply: state.guardedReply ?? state.reply }
}

/** For routes that let everybody in: what comes of it when a handler asks for the user. */
export function keepDemand(request: FastifyRequest, reply: FastifyReply, demand: Demand): void {
  const state = stateOf(request)
  state.demand = demand
  state.reply = reply
}

/** What was made for one person is state by nobody, unless the handler says otherwise. */
function keepPrivate(reply: FastifyReply | null): void {
  if (reply && !reply.sent && !reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store')
}

/**
 * Learns whether the handlers of a route that is open to anyone ever ask for the user, so that those which never do
 * pay nothing for it.
 *
 * A route starts as one that asks: its users are worked out ahead, the store asked at the end of a lease. When nobody
 * has asked in the first hundred requests that came with a cookie, they are not any more, until somebody asks. On
 * that one occasion, a session whose lease has ended is not believed: there is no time left to ask the store.
 */
export interface Demand {
  /** Whether to work out the user ahead. */
  expects(): boolean
  asked(): void
}

export function createDemand(): Demand {
  let patience = 100
  return {
    expects() {
      if (patience <= 0) return false
      patience -= 1
      return true
    },
    asked() {
      patience = Number.POSITIVE_INFINITY
    },
  }
}

/** The request as the rest of Ostiary sees it. `trustProxy` decides whether forwarded headers count. */
export function contextOf(request: FastifyRequest): RequestContext {
  return stateOf(request)
}

/**
 * The address of the client, as `trustProxy` has it. Of an `X-Forwarded-For` that is longer than any chain of proxies
 * makes it, the end alone is read: there stand the addresses that proxies have added. Why: to walk through thousands of
 * addresses takes milliseconds.
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

/** Characters. Two dozen proxies, each of which adds an address of IPv6. */
const LONGEST_FORWARDED_FOR = 1000
/** Characters. With a trusted proxy that passes on what clients write, any text may stand there. */
const LONGEST_ADDRESS = 100

/** Sends a session cookie, in place of any that was to be sent with this reply before. */
export function sendCookie(reply: FastifyReply, setCookie: string): void {
  sendWithHead(reply, setCookie)
  stateOf(reply.request).cookieSent = true
}

/**
 * Nobody but this browser may keep a reply that carries a session, whatever the handler says of its content. One for
 * which the user was read gets its say here where the reply was not at hand then, as in a handler of what is not found.
 */
export const keepRepliesPrivate: onSendHookHandler = (request, reply, payload, done) => {
  const state = (request as unknown as Stateful)[STATE]
  if (state?.cookieSent) reply.header('cache-control', 'no-store')
  else if (state?.userRead) keepPrivate(reply)
  done(null, payload)
}
