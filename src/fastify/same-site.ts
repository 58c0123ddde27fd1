import type { FastifyInstance, FastifyRequest, onRequestHookHandler } from 'fastify'
import type { HttpAuth } from '../http/index.ts'
import { ConfigurationError } from '../index.ts'
import { stateOf } from './request-state.ts'
import { sendAnswer } from './send-answer.ts'

/** Options of {@link sameSite}. */
export interface SameSiteOptions {
  /** True when safe methods such as `GET` and `HEAD` are checked too: for web sockets. Default: false. */
  readonly everyMethod?: boolean
}

/**
 * Returns a hook that refuses requests which a page of another site made the browser send: 403, and the event
 * `request.cross-site`. Pages of `trustedOrigins` pass (OWASP ASVS 5.0, 3.5.1).
 *
 * For forms of the application, and for applications that distrust the pages of sibling domains. Login and logout have
 * the check already. The hook belongs to a route or to a scope:
 *
 * ```ts
 * import type { FastifyInstance } from 'fastify'
 * import { anyone, sameSite } from 'ostiary/fastify'
 *
 * export async function forms(app: FastifyInstance) {
 *   app.post('/feedback', { ...anyone(), onRequest: sameSite() }, async () => 'Thank you')
 * }
 *
 * export async function everywhere(app: FastifyInstance) {
 *   app.addHook('onRequest', sameSite())
 * }
 * ```
 *
 * Without the plugin, the hook passes a `ConfigurationError` to Fastify, which answers the request with 500.
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
