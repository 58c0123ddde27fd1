import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { parseFormBody, parseJsonBody } from '../http/login-body.ts'
import type { PublicPaths } from '../http/public-path.ts'
import { ANONYMOUS, type Auth, type LoginForm, type LoginResult, type User } from '../index.ts'
import { readLoginForm } from '../login/login-form.ts'
import type { LoginPageInput, Page, Pages } from '../pages/pages.ts'
import { wantsPage } from './accepts.ts'
import { allowTrustedOrigins } from './cross-origin.ts'
import { anyone, nobodyAsks } from './declare.ts'
import { answerOwnErrors } from './login-errors.ts'
import { documentLogin, documentLogout } from './openapi.ts'
import { type AnonymousAnswer, CHALLENGE, RETRY_AFTER_SECONDS, type Refusals, sendProblem } from './refusals.ts'
import { contextOf, sendCookie } from './request-user.ts'
import type { SameSiteCheck } from './same-site-hook.ts'
import { sessionRoute } from './session-route.ts'

export interface LoginRoutesOptions {
  readonly auth: Auth
  readonly pages: Pages
  readonly refusals: Refusals
  readonly anonymous: AnonymousAnswer
  readonly paths: PublicPaths
  readonly sameSiteCheck: SameSiteCheck
  readonly trustedOrigins: ReadonlySet<string>
  readonly persistentOffered: boolean
}

/** A scope with the routes by which people sign in and out: pages for browsers, JSON for programs. */
export function loginRoutes(scope: FastifyInstance, options: LoginRoutesOptions, registered: () => void): void {
  const { auth, pages, refusals, anonymous, paths, sameSiteCheck, persistentOffered } = options

  function sendPage(reply: FastifyReply, status: number, { html, headers }: Page): FastifyReply {
    return reply.code(status).headers(headers).send(html)
  }

  function loginPage(request: FastifyRequest, input: Omit<LoginPageInput, 'action' | 'persistentOffered'>): Page {
    return pages.login({ action: paths.login, persistentOffered, ...input }, request.headers['accept-language'])
  }

  function badRequest(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    if (wantsPage(request, answerInKind(request)))
      return sendPage(reply, 400, loginPage(request, { notice: 'bad-request' }))
    sendProblem(reply, 400)
    return reply
  }

  function notSignedIn(
    request: FastifyRequest,
    reply: FastifyReply,
    result: Exclude<LoginResult, { outcome: 'signed-in' }>,
    form: LoginForm,
  ): FastifyReply {
    const { outcome } = result
    const { status, title } = NOT_SIGNED_IN[outcome]
    if (status === 401) reply.header('www-authenticate', CHALLENGE)
    if (status === 503) reply.header('retry-after', RETRY_AFTER_SECONDS)
    if (outcome === 'throttled') reply.header('retry-after', result.retryAfterSeconds)
    if (wantsPage(request, answerInKind(request))) {
      const { username, persistent } = form
      const retryAfterSeconds = outcome === 'throttled' ? result.retryAfterSeconds : undefined
      const input = { username, persistent, next: paths.carried(form.next), notice: outcome, retryAfterSeconds }
      return sendPage(reply, status, loginPage(request, input))
    }
    sendProblem(reply, status, title)
    return reply
  }

  function signedIn(
    request: FastifyRequest,
    reply: FastifyReply,
    result: LoginResult & { outcome: 'signed-in' },
    form: LoginForm,
  ): FastifyReply {
    const context = contextOf(request)
    for (const cookie of auth.setCookies(result, context)) sendCookie(reply, cookie)
    return done(request, reply, result.user, paths.after(form.next))
  }

  function done(request: FastifyRequest, reply: FastifyReply, user: User, path: string): FastifyReply {
    reply.header('cache-control', 'no-store')
    return wantsPage(request, answerInKind(request)) ? reply.redirect(path, 303) : reply.send({ user })
  }

  readBodiesOurselves(scope)

  allowTrustedOrigins(scope, options.trustedOrigins, { '/login': ['POST'], '/logout': ['POST'], '/session': ['GET'] })

  scope.addHook('onRequest', async (request, reply) => {
    if (sameSiteCheck.allows(request, false)) return
    sameSiteCheck.refuse(request, reply, 'login.cross-site')
    return reply
  })

  answerOwnErrors(scope, badRequest)

  scope.get<{ Querystring: { next?: unknown } }>('/login', PAGE, (request, reply) => {
    const query = request.query
    const next = paths.carried(query.next)
    const session = 'again' in query ? auth.sessionToEnd(contextOf(request)) : null
    if (session) {
      const { account, persistent } = session
      const input = { next, notice: 'again', username: account.name, persistent } as const
      return sendPage(reply, 200, loginPage(request, input))
    }
    const notice = 'signed-out' in query ? ('signed-out' as const) : undefined
    return sendPage(reply, 200, loginPage(request, { next, notice }))
  })

  const documented = { ...documentLogin(auth, anonymous), ...nobodyAsks }
  scope.post('/login', { ...anyone(), config: documented }, async (request, reply) => {
    const form = readLoginForm(request.body)
    if (!form) return badRequest(request, reply)
    const usable = persistentOffered ? form : { ...form, persistent: false }
    const context = contextOf(request)
    const result = await auth.signIn(usable, context, auth.sessionToEnd(context))
    return result.outcome === 'signed-in'
      ? signedIn(request, reply, result, form)
      : notSignedIn(request, reply, result, form)
  })

  scope.get('/logout', PAGE, (request, reply) => {
    const context = contextOf(request)
    const session = auth.sessionToEnd(context)
    const { setCookie } = session ? { setCookie: null } : auth.authenticateRequestAtOnce(context)
    if (setCookie !== null) sendCookie(reply, setCookie)
    const name = session?.account.name
    const input = { action: paths.logout, name, loginUrl: paths.login, homeUrl: paths.home }
    return sendPage(reply, 200, pages.logout(input, request.headers['accept-language']))
  })

  scope.post('/logout', { ...anyone(), config: { ...documentLogout(auth), ...nobodyAsks } }, async (request, reply) => {
    const context = contextOf(request)
    const session = auth.sessionToEnd(context)
    // Before anything can fail: a browser that asked to be signed out forgets its cookie in any case.
    sendCookie(reply, auth.cookie.for(context).clear())
    if (session) {
      try {
        await auth.signOut(session, context)
      } catch (error) {
        request.log.error(error)
        refusals.unavailable(request, reply)
        return reply
      }
    }
    return done(request, reply, ANONYMOUS, `${paths.login}?signed-out`)
  })

  sessionRoute(scope, auth)
  registered()
}

/** Whose session it is stands in the cookie. Why: who wants to sign in or out does not wait for a source that hangs. */
const PAGE = { ...anyone(), config: nobodyAsks, schema: { hide: true } as object }

const NOT_SIGNED_IN = {
  refused: { status: 401, title: 'Sign-in refused' },
  throttled: { status: 429, title: 'Too many sign-in attempts' },
  unavailable: { status: 503, title: 'Sign-in cannot be checked now' },
  'too-many-sessions': { status: 409, title: 'Too many sessions' },
} as const

/** What a body is, its answer is, unless `Accept` says otherwise. */
function answerInKind(request: FastifyRequest): 'page' | 'json' {
  return /^application\/(?:[\w.+-]+\+)?json\b/i.test(request.headers['content-type'] ?? '') ? 'json' : 'page'
}

/** Whatever parsers the application has: in this scope there are just these, small, strict and the same for everybody. */
function readBodiesOurselves(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers()
  const options = { parseAs: 'string', bodyLimit: MAX_BODY_BYTES } as const
  scope.addContentTypeParser(
    'application/x-www-form-urlencoded',
    options,
    async (_request: FastifyRequest, text: string) => parseFormBody(text),
  )
  scope.addContentTypeParser('application/json', options, async (_request: FastifyRequest, text: string) =>
    parseJsonBody(text),
  )
  scope.addContentTypeParser('*', options, async () => undefined)
}

const MAX_BODY_BYTES = 16_384
