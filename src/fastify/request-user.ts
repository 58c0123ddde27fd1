import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type Auth, ConfigurationError, type Session, type User } from '../index.ts'
import { type RequestState, STATE, stateOf } from './request-state.ts'

const AUTH = Symbol('ostiary.auth')

/** Adds the user to requests, under this name. Before a guard ran, reading the member finds the user at once. */
export function decorateRequests(app: FastifyInstance, auth: Auth, name: string): void {
  app.decorateRequest(STATE, null)
  app.decorateRequest(AUTH, { getter: () => auth })
  app.decorateRequest(name, {
    getter(this: FastifyRequest): User {
      return getUser(this)
    },
  })
  const { setNotFoundHandler } = app
  // Why: a not-found handler runs without a guard. Its reply is kept, so that reading the user makes the reply private.
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
 * Returns the user of a request. The same as `request.user`, under any name that `decorateAs` chose and with exact
 * types.
 *
 * On a public route that declares `anyone({ user: false })`, the result is the anonymous user.
 *
 * ```ts
 * import type { FastifyInstance } from 'fastify'
 * import { anyone, getUser } from 'ostiary/fastify'
 *
 * export async function greeting(app: FastifyInstance) {
 *   app.get('/', anyone(), async (request) => `Hello ${getUser(request).name}`)
 * }
 * ```
 *
 * @throws {ConfigurationError} when the plugin is missing, or belongs to another copy of this package.
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

/** Forbids caches to keep an answer for one person, unless the handler has set `cache-control`. */
function keepPrivate(reply: FastifyReply): void {
  if (!reply.sent && !reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store')
}

/** The part of a session that a handler may read. Times are milliseconds since 1970-01-01 UTC. */
export type CurrentSession = Pick<Session, 'id' | 'userId' | 'startedAt' | 'expiresAt' | 'persistent'>

/**
 * Returns the session of a request. Null when the user is anonymous.
 *
 * ```ts
 * import type { FastifyInstance } from 'fastify'
 * import { anyone, currentSession } from 'ostiary/fastify'
 *
 * export async function sessions(app: FastifyInstance) {
 *   app.get('/expiry', anyone(), async (request) => ({ at: currentSession(request)?.expiresAt ?? null }))
 * }
 * ```
 *
 * @throws {ConfigurationError} when the plugin is missing, or belongs to another copy of this package.
 */
export function currentSession(request: FastifyRequest): CurrentSession | null {
  // Finds the user first, in case the guard has yet to run.
  if (getUser(request).isAnonymous) return null
  const session = stateOf(request).verdict?.session
  if (!session) return null
  const { id, userId, startedAt, expiresAt, persistent } = session
  return { id, userId, startedAt, expiresAt, persistent }
}

/** Returns the `Auth` of a request. */
export function authOf(request: FastifyRequest): Auth {
  return (request as unknown as { [AUTH]: Auth })[AUTH]
}
