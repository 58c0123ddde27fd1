import type { FastifyRequest } from 'fastify'
import { stateOf } from './request-state.ts'
import { authOf, getUser } from './request-user.ts'

/**
 * A signal that fires when the session of a request ends: by a logout, a revocation in any process, expiry or idleness.
 *
 * It is for what outlives the answer to a request: web sockets, event streams, long work. It is watched until the reply
 * has been sent or the connection is closed; after that it never fires. For anonymous users it never fires.
 * Other processes learn of a revocation within a second while they reach the session store.
 *
 * ```ts
 * app.get('/live', { ...protect({ roles: [VIEWER] }), websocket: true }, (socket, request) => {
 *   sessionSignal(request).addEventListener('abort', () => socket.close(1008, 'signed out'))
 * })
 * ```
 *
 * Each request has one signal. A request that does not ask for it pays nothing.
 *
 * @throws {ConfigurationError} when this copy of the package is not the one whose plugin the application has.
 */
export function sessionSignal(request: FastifyRequest): AbortSignal {
  // Works out who it is, if nobody has asked yet.
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
