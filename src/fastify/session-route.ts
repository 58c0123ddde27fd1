import type { FastifyInstance } from 'fastify'
import { sessionView } from '../http/session-view.ts'
import { type Auth, SessionUnavailableError } from '../index.ts'
import { audited } from '../login/login.ts'
import { reasonOf } from '../reason-of.ts'
import { anyone, nobodyAsks } from './declare.ts'
import { documentSession } from './openapi.ts'
import { RETRY_AFTER_SECONDS, sendProblem } from './refusals.ts'
import { contextOf, sendCookie } from './request-user.ts'

/** `GET /session`: who is signed in, as JSON. To ask is no activity, so that a page may do it every few seconds. */
export function sessionRoute(scope: FastifyInstance, auth: Auth): void {
  const config: object = { ...documentSession(auth), ...nobodyAsks }
  scope.get('/session', { ...anyone(), config }, async (request, reply) => {
    reply.header('cache-control', 'no-store')
    try {
      const { user, session, setCookie } = await auth.peek(contextOf(request))
      if (setCookie !== null) sendCookie(reply, setCookie)
      return sessionView(user, session, auth.permissions)
    } catch (error) {
      if (!(error instanceof SessionUnavailableError)) throw error
      auth.audit.record({
        type: 'session.unavailable',
        reason: reasonOf(error),
        request: audited(contextOf(request)),
      })
      reply.header('retry-after', RETRY_AFTER_SECONDS)
      sendProblem(reply, 503)
      return reply
    }
  })
}
