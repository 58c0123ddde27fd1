import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ANONYMOUS, type Auth, type LoginForm, type LoginResult, type User } from '../index.ts'
import { parseFormBody, readLoginForm } from '../login/login-form.ts'
import { returnPath } from '../login/return-path.ts'
import { isSameSite } from '../login/same-site.ts'
import type { LoginPageInput, Page, Pages } from '../pages/pages.ts'
import { wantsPage } from './accepts.ts'
import { anyone } from './declare.ts'
import { answerOwnErrors } from './login-errors.ts'
import { documentLogin, documentLogout } from './openapi.ts'
import { type AnonymousAnswer, CHALLENGE, RETRY_AFTER_SECONDS, type Refusals, sendProblem } from './refusals.ts'
import { auditedRequest, getUser, requestView, sendCookie, visitOf } from './request-user.ts'

export interface LoginRoutesOptions {
  readonly auth: Auth
  readonly pages: Pages
  readonly refusals: Refusals
  readonly anonymous: AnonymousAnswer
  /** Full paths, as browsers see them. */
  readonly loginPath: string
  readonly logoutPath: string
  readonly persistentOffered: boolean
}

/** A scope with the routes by which people sign in and out: pages for browsers, JSON for programs. */
export function loginRoutes(scope: FastifyInstance, options: LoginRoutesOptions, registered: () => void): void {
  const { auth, pages, refusals, anonymous, loginPath, logoutPath, persistentOffered } = options

  function sendPage(reply: FastifyReply, status: number, { html, headers }: Page): FastifyReply {
    return reply.code(status).headers(headers).send(html)
  }

  function loginPage(request: FastifyRequest, input: Omit<LoginPageInput, 'action' | 'persistentOffered'>): Page {
    return pages.login({ action: loginPath, persistentOffered, ...input }, request.headers['accept-language'])
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
      return sendPage(
        reply,
        status,
        loginPage(request, { username, persistent, next: nextField(form.next), notice: outcome }),
      )
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
    const { connection } = visitOf(request)
    for (const cookie of auth.setCookies(result, connection)) sendCookie(reply, cookie)
    return done(request, reply, result.user, returnPath(form.next))
  }

  function done(request: FastifyRequest, reply: FastifyReply, user: User, path: string): FastifyReply {
    reply.header('cache-control', 'no-store')
    return wantsPage(request, answerInKind(request)) ? reply.redirect(path, 303) : reply.send({ user })
  }

  readBodiesOurselves(scope)

  scope.addHook('onRequest', async (request, reply) => {
    if (
      request.method === 'GET' ||
      request.method === 'HEAD' ||
      isSameSite({ headers: request.headers, host: request.host })
    )
      return
    auth.audit.record({ type: 'login.cross-site', request: auditedRequest(request) })
    refusals.forbid(request, reply)
    return reply
  })

  answerOwnErrors(scope, badRequest)

  scope.get<{ Querystring: { next?: unknown } }>(
    '/login',
    { ...anyone(), schema: { hide: true } as object },
    (request, reply) => {
      const query = request.query
      const next = nextField(query.next)
      const session = 'again' in query ? auth.sessionToEnd(visitOf(request)) : null
      if (session) {
        const { account, persistent } = session
        const input = { next, notice: 'again', username: account.name, persistent } as const
        return sendPage(reply, 200, loginPage(request, input))
      }
      const notice = 'signed-out' in query ? ('signed-out' as const) : undefined
      return sendPage(reply, 200, loginPage(request, { next, notice }))
    },
  )

  scope.post('/login', { ...anyone(), config: documentLogin(auth, anonymous) }, async (request, reply) => {
    const form = readLoginForm(request.body)
    if (!form) return badRequest(request, reply)
    const usable = persistentOffered ? form : { ...form, persistent: false }
    const visit = visitOf(request)
    const result = await auth.signIn(usable, requestView(request), auth.sessionToEnd(visit), visit)
    return result.outcome === 'signed-in'
      ? signedIn(request, reply, result, form)
      : notSignedIn(request, reply, result, form)
  })

  scope.get('/logout', { ...anyone(), schema: { hide: true } as object }, (request, reply) => {
    const user = getUser(request)
    const input = { action: logoutPath, name: user.isAnonymous ? undefined : user.name, loginUrl: loginPath }
    return sendPage(reply, 200, pages.logout(input, request.headers['accept-language']))
  })

  scope.post('/logout', { ...anyone(), config: documentLogout(auth) }, async (request, reply) => {
    const visit = visitOf(request)
    const session = auth.sessionToEnd(visit)
    // Before anything can fail: a browser that asked to be signed out forgets its cookie in any case.
    sendCookie(reply, auth.cookie.for(visit.connection).clear())
    if (session) {
      try {
        await auth.signOut(session, requestView(request))
      } catch (error) {
        request.log.error(error)
        refusals.unavailable(request, reply)
        return reply
      }
    }
    return done(request, reply, ANONYMOUS, `${loginPath}?signed-out`)
  })
  registered()
}

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

/** Nothing to carry along when it leads where everybody ends up anyway. */
function nextField(next: unknown): string | undefined {
  const path = returnPath(next)
  return path === '/' ? undefined : path
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
    parseJson(text),
  )
  scope.addContentTypeParser('*', options, async () => undefined)
}

/** Undefined when it is no JSON: then it is no login form either. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const MAX_BODY_BYTES = 16_384
