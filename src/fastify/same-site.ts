import type { FastifyInstance, FastifyRequest, onRequestHookHandler } from 'fastify'
import type { HttpAuth } from '../http/index.ts'
import { ConfigurationError } from '../index.ts'
import { stateOf } from './request-state.ts'
import { sendAnswer } from './send-answer.ts'

/** Options of {@link sameSite}. */
export interface SameSiteOptions {
  /** Whether `GET`, `HEAD` and the other methods that change nothing are checked, too: for web sockets. Default: false. */
  readonly everyMethod?: boolean
}

/**
 * A hook that refuses requests which a page of another site made the browser send: 403, and the event
 * `request.cross-site`. Pages of `trustedOrigins` pass (OWASP ASVS 5.0, 3.5.1).
 *
 * For forms of the application, and wherever the pages of sibling domains are not trusted. Login and logout have it already.
 * Stands at a route, or as a hook of a scope:
 *
 * ```ts
 * app.post('/reports', { ...protect({ roles: [EDITOR] }), onRequest: sameSite() }, async ({ user }) => ({ user }))
 * app.addHook('onRequest', sameSite())
 * ```
 *
 * @throws {ConfigurationError} at the first request, which is answered with 500, where the plugin is not registered.
 */
export function sameSite(options: SameSiteOptions = {}): onRequestHookHandler {
  return (request, reply, done) => {
    const { [HTTP]: http } = request.server as WithHttp
    if (!http) return done(new ConfigurationError(NOT_REGISTERED))
    const refusal = http.checkSameSite(stateOf(request), options)
    if (refusal === undefined) return done()
    sendAnswer(reply, refusal)
  }
}

/** Keeps the check for the hooks that {@link sameSite} returns. */
export function keepSameSiteCheck(app: FastifyInstance, http: HttpAuth<FastifyRequest>): void {
  app.decorate(HTTP, http)
}

const HTTP = Symbol('ostiary.http')
const NOT_REGISTERED = 'sameSite() needs the plugin: register ostiary in its scope or in one above, before it.'

interface WithHttp extends FastifyInstance {
  readonly [HTTP]?: HttpAuth<FastifyRequest>
}
