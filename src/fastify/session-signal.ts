import type { FastifyRequest } from 'fastify'
import { stateOf } from './request-state.ts'
import { authOf, getUser } from './request-user.ts'

/**
 * Returns a signal that fires when the session of a request ends: by a logout, a revocation in any process, expiry or
 * idleness.
 *
 * For web sockets, event streams and long work. The session is watched until the reply has been sent or the connection
 * is closed. From then on, and for anonymous users, the signal stays silent. Other processes learn of a revocation
 * within a second while they reach the session store.
 *
 * ```ts
 * import type { FastifyInstance } from 'fastify'
 * import { anyone, sessionSignal } from 'ostiary/fastify'
 *
 * export async function live(app: FastifyInstance) {
 *   app.get('/live', anyone(), (request, reply) => {
 *     reply.hijack()
 *     reply.raw.writeHead(200, { 'content-type': 'text/event-stream' })
 *     sessionSignal(request).addEventListener('abort', () => reply.raw.end())
 *   })
 * }
 * ```
 *
 * Each request has one signal, made at the first call.
 *
 * @throws {ConfigurationError} when the plugin is missing, or belongs to another copy of this package.
 */
export function sessionSignal(request: FastifyRequest): AbortSignal {
  // Finds the user first, in case the guard has yet to run.
  const { isAnonymous } = getUser(request)
  const holder = request as unknown as { [SIGNAL]?: AbortSignal }
  const known = holder[SIGNAL]
  if (known) return known
  const controller = new AbortController()
  holder[SIGNAL] = controller.signal
  const state = stateOf(request)
  const { verdict, reply } = state
  const auth = authOf(request)
  if (isAnonymous || !verdict?.session) return controller.signal
  const closes = reply?.raw ?? request.raw.socket
  if (closes.destroyed) return controller.signal
  const sealed = auth.cookie.for(state).read(verdict.setCookie ?? [state.headers.cookie ?? []].flat().join('; '))
  const value = typeof sealed === 'object' ? sealed.value : undefined
  const stop = auth.sessions.onEnd(verdict.session, () => controller.abort(), value)
  closes.once('close', stop)
  return controller.signal
}

const SIGNAL = Symbol('ostiary.signal')
