import type { FastifyInstance, FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify'
import { isSameSite } from '../http/same-site.ts'
import { type Auth, ConfigurationError } from '../index.ts'
import { audited } from '../login/login.ts'
import type { Refusals } from './refusals.ts'
import { contextOf } from './request-user.ts'

/** What {@link sameSite} checks. */
export interface SameSiteOptions {
  /** Whether `GET`, `HEAD` and the other methods that change nothing are checked, too: for web sockets. Default: false. */
  readonly everyMethod?: boolean
}

/**
 * A hook that refuses requests which a page of another site made the browser send: 403, and the event
 * `request.cross-site`. Pages of `trustedOrigins` are let through (OWASP ASVS 5.0, 3.5.1).
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
export function sameSite({ everyMethod = false }: SameSiteOptions = {}): onRequestHookHandler {
  return (request, reply, done) => {
    const check = (request.server as Checking)[CHECK]
    if (!check) {
      done(
        new ConfigurationError(
          'sameSite() needs the plugin: register ostiary in its scope or in one above, before it.',
        ),
      )
    } else if (check.allows(request, everyMethod)) {
      done()
    } else {
      check.refuse(request, reply, 'request.cross-site')
    }
  }
}

/** The check, with what the plugin was told. */
export interface SameSiteCheck {
  allows(request: FastifyRequest, everyMethod: boolean): boolean
  refuse(request: FastifyRequest, reply: FastifyReply, type: 'login.cross-site' | 'request.cross-site'): void
}

/** Makes the check, and keeps it for the hooks that {@link sameSite} returns. */
export function installSameSiteCheck(
  app: FastifyInstance,
  { audit }: Auth,
  refusals: Refusals,
  trustedOrigins: ReadonlySet<string>,
): SameSiteCheck {
  const check: SameSiteCheck = {
    allows: ({ method, headers, host }, everyMethod) =>
      (!everyMethod && SAFE_METHODS.has(method)) || isSameSite({ headers, host }, trustedOrigins),
    refuse(request, reply, type) {
      audit.record({ type, request: audited(contextOf(request)) })
      refusals.forbid(request, reply)
    },
  }
  app.decorate(CHECK, check)
  return check
}

const CHECK = Symbol('ostiary.same-site')

interface Checking extends FastifyInstance {
  readonly [CHECK]?: SameSiteCheck
}

/** RFC 9110, section 9.2.1, and the draft of QUERY. */
const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'QUERY'])
