import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type Auth, ConfigurationError, type Session, type User } from '../index.ts'
import { type RequestState, STATE, stateOf } from './request-state.ts'

const AUTH = Symbol('ostiary.auth')

/** Gives requests their user, under this name. Where no guard has worked it out, reading works it out at once. */
export function decorateRequests(app: FastifyInstance, auth: Auth, name: string): void {
  app.decorateRequest(STATE, null)
  app.decorateRequest(AUTH, { getter: () => auth })
  app.decorateRequest(name, {
    getter(this: FastifyRequest): User {
      return getUser(this)
    },
  })
  const { setNotFoundHandler } = app
  // A handler of unknown paths has no guard before it: its reply is noted, so that reading the user makes it private.
  app.setNotFoundHandler = function setNotFoundHandlerWithState(this: FastifyInstance, ...given: unknown[]) {
    const noting = given.map((each) => (typeof each === 'function' ? withReply(each as NotFoundHandler) : each))
    return Reflect.apply(setNotFoundHandler, this, noting)
  } as FastifyInstance['setNotFoundHandler']
}

type NotFoundHandler = (this: FastifyInstance, request: FastifyRequest, reply: FastifyReply) => unknown

function withReply(handler: NotFoundHandler): NotFoundHandler {
  return function handleNotFound(request, reply) {
    noteReply(request, reply)
    return handler.call(this, request, reply)
  }
}

/**
 * Returns the user of a request: the same as `request.user`, whatever that is called and whatever types say of it.
 *
 * On a public route that declares `anyone({ user: false })`, that is the anonymous user.
 *
 * ```ts
 * app.get('/', anyone(), async (request) => `Hello ${getUser(request).name}`)
 * ```
 *
 * @throws {ConfigurationError} when this copy of the package is not the one whose plugin the application has.
 */
export function getUser(request: FastifyRequest): User {
  const { [AUTH]: auth } = request as unknown as { [AUTH]?: Auth }
  if (auth === undefined) throw new ConfigurationError(NOT_REGISTERED)
  const state = stateOf(request)
  state.verdict ??= { ...auth.authenticateRequestAtOnce(state), refusal: null }
  const { user } = state.verdict
  if (!user.isAnonymous && !state.isGuarded) {
    if (state.reply === null) state.isReadEarly = true
    else keepPrivate(state.reply)
  }
  return user
}

const NOT_REGISTERED =
  'Nobody has registered ostiary for this request: the plugin is missing, or it comes from another copy of ostiary. ' +
  '`npm ls ostiary` shows where the copies are.'

/** Takes down the reply, so that reading the user marks it as private; also when the user was read before. */
export function noteReply(request: FastifyRequest, reply: FastifyReply): RequestState {
  const state = stateOf(request)
  state.reply = reply
  if (state.isReadEarly) keepPrivate(reply)
  return state
}

/** Keeps caches from an answer that was made for one person, unless the handler says otherwise. */
function keepPrivate(reply: FastifyReply): void {
  if (!reply.sent && !reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store')
}

/** The part of a session that a handler may know. Times are milliseconds since 1970-01-01 UTC. */
export type CurrentSession = Pick<Session, 'id' | 'userId' | 'startedAt' | 'expiresAt' | 'persistent'>

/**
 * Returns the session of a request; null when the user is anonymous.
 *
 * ```ts
 * auth.sessions.list({ user: request.user, current: currentSession(request) })
 * ```
 *
 * @throws {ConfigurationError} when this copy of the package is not the one whose plugin the application has.
 */
export function currentSession(request: FastifyRequest): CurrentSession | null {
  // Works out the user where no guard did.
  if (getUser(request).isAnonymous) return null
  const session = stateOf(request).verdict?.session
  if (!session) return null
  const { id, userId, startedAt, expiresAt, persistent } = session
  return { id, userId, startedAt, expiresAt, persistent }
}

/** Returns the `Auth` that judges a request. */
export function authOf(request: FastifyRequest): Auth {
  return (request as unknown as { [AUTH]: Auth })[AUTH]
}
