import { SessionUnavailableError } from '../errors.ts'
import type { LoginResult } from '../login/login.ts'
import { audited } from '../login/login.ts'
import { type LoginForm, readLoginForm } from '../login/login-form.ts'
import type { LoginPageInput } from '../pages/pages.ts'
import { reasonOf } from '../reason-of.ts'
import type { RequestContext } from '../request-context.ts'
import { ANONYMOUS, type User } from '../users/user.ts'
import { languagesOf, wantsPage } from './accepts.ts'
import { type Answer, jsonAnswer, pageAnswer, problemAnswer, redirectAnswer, withCookies } from './answer.ts'
import { ANYONE_WITHOUT_USER } from './declaration.ts'
import type { Endpoint } from './endpoint.ts'
import type { Extension } from './extension.ts'
import { parseFormBody, parseJsonBody } from './login-body.ts'
import { LOGIN_OPERATION, LOGOUT_OPERATION, SESSION_OPERATION } from './login-openapi.ts'
import { CHALLENGE, RETRY_AFTER_SECONDS } from './refusals.ts'
import { sessionView } from './session-view.ts'

/**
 * Returns the endpoints for signing in and out, and the endpoint that tells a page who is signed in. Browsers get
 * pages, programs get JSON.
 *
 * Why the session of a request is read from the cookie alone: signing in and out must work while a user source hangs.
 */
export function loginExtension({ persistentOffered }: { readonly persistentOffered: boolean }): Extension {
  return {
    name: 'login',
    endpoints: (services) => {
      return [
        page('/login', showLogin),
        program('POST', '/login', LOGIN_OPERATION, signIn),
        page('/logout', showLogout),
        program('POST', '/logout', LOGOUT_OPERATION, signOut),
        program('GET', '/session', SESSION_OPERATION, tellSession),
      ]

      function showLogin(context: RequestContext): Answer {
        const query = new URLSearchParams(context.query)
        const next = services.paths.carried(onlyOne(query, 'next'))
        const session = query.has('again') ? services.sessionToEnd(context) : null
        if (session) {
          const { account, persistent } = session
          return loginPage(context, 200, { next, notice: 'again', username: account.name, persistent })
        }
        return loginPage(context, 200, { next, notice: query.has('signed-out') ? 'signed-out' : undefined })
      }

      async function signIn(context: RequestContext, body: string | undefined): Promise<Answer> {
        const form = readLoginForm(parseBody(context, body))
        if (!form) return badRequest(context)
        const usable = persistentOffered ? form : { ...form, persistent: false }
        const result = await services.signIn(usable, context, services.sessionToEnd(context))
        if (result.outcome !== 'signed-in') return notSignedIn(context, result, form)
        const answer = done(context, result.user, services.paths.after(form.next))
        return withCookies(answer, services.setCookies(result, context))
      }

      function showLogout(context: RequestContext): Answer {
        const session = services.sessionToEnd(context)
        const { setCookie } = session ? { setCookie: null } : services.authenticateRequestAtOnce(context)
        const name = session?.account.name
        const { login: loginUrl, logout: action, home: homeUrl } = services.paths
        const shown = services.pages.logout({ action, name, loginUrl, homeUrl }, languagesOf(context))
        return withCookies(pageAnswer(200, shown), setCookie === null ? [] : [setCookie])
      }

      async function signOut(context: RequestContext): Promise<Answer> {
        const session = services.sessionToEnd(context)
        // The cookie is deleted even when the session store fails.
        const forget = [services.clearCookie(context)]
        try {
          if (session) await services.signOut(session, context)
        } catch (error) {
          services.record({ type: 'session.unavailable', reason: reasonOf(error), request: audited(context) })
          return withCookies(services.refusals.unavailable(context), forget)
        }
        return withCookies(done(context, ANONYMOUS, `${services.paths.login}?signed-out`), forget)
      }

      async function tellSession(context: RequestContext): Promise<Answer> {
        try {
          const { user, session, setCookie } = await services.peek(context)
          const answer = jsonAnswer(sessionView(user, session, services.permissions))
          return withCookies(answer, setCookie === null ? [] : [setCookie])
        } catch (error) {
          if (!(error instanceof SessionUnavailableError)) throw error
          services.record({ type: 'session.unavailable', reason: reasonOf(error), request: audited(context) })
          return problemAnswer(503, undefined, { 'retry-after': RETRY_AFTER_SECONDS })
        }
      }

      function loginPage(
        context: RequestContext,
        status: number,
        input: Omit<LoginPageInput, 'action' | 'persistentOffered'>,
        headers?: Readonly<Record<string, string>>,
      ): Answer {
        const form = { action: services.paths.login, persistentOffered, ...input }
        return pageAnswer(status, services.pages.login(form, languagesOf(context)), headers)
      }

      function badRequest(context: RequestContext): Answer {
        return wantsPage(context, answerInKind(context))
          ? loginPage(context, 400, { notice: 'bad-request' })
          : problemAnswer(400)
      }

      function notSignedIn(
        context: RequestContext,
        result: Exclude<LoginResult, { outcome: 'signed-in' }>,
        { username, persistent, next }: LoginForm,
      ): Answer {
        const { outcome } = result
        const { status, title } = NOT_SIGNED_IN[outcome]
        const retryAfterSeconds = outcome === 'throttled' ? result.retryAfterSeconds : undefined
        const headers: Record<string, string> = {}
        if (status === 401) headers['www-authenticate'] = CHALLENGE
        if (status === 503) headers['retry-after'] = RETRY_AFTER_SECONDS
        if (retryAfterSeconds !== undefined) headers['retry-after'] = String(retryAfterSeconds)
        if (!wantsPage(context, answerInKind(context))) return problemAnswer(status, title, headers)
        const input = { username, persistent, next: services.paths.carried(next), notice: outcome, retryAfterSeconds }
        return loginPage(context, status, input, headers)
      }
    },
  }
}

function page(path: string, handle: Endpoint['handle']): Endpoint {
  return { method: 'GET', path, requirement: ANYONE_WITHOUT_USER, handle }
}

function program(
  method: 'GET' | 'POST',
  path: string,
  openapi: NonNullable<Endpoint['openapi']>,
  handle: Endpoint['handle'],
): Endpoint {
  const maxBodyBytes = method === 'POST' ? { maxBodyBytes: MAX_BODY_BYTES } : {}
  return { method, path, requirement: ANYONE_WITHOUT_USER, ...maxBodyBytes, crossOrigin: true, openapi, handle }
}

function done(context: RequestContext, user: User, path: string): Answer {
  return wantsPage(context, answerInKind(context)) ? redirectAnswer(path) : jsonAnswer({ user })
}

/** Returns the value of a name that occurs once in the query, or undefined. */
function onlyOne(query: URLSearchParams, name: string): string | undefined {
  const [only, ...others] = query.getAll(name)
  return others.length === 0 ? only : undefined
}

/** Returns the kind of the body. The answer has the same kind, unless `Accept` says otherwise. */
function answerInKind(context: RequestContext): 'page' | 'json' {
  return /^application\/(?:[\w.+-]+\+)?json\b/i.test(contentTypeOf(context)) ? 'json' : 'page'
}

/**
 * Reads a form or JSON. Returns undefined for a body of another kind. Why a parser of its own: small, strict, and
 * independent of the parsers of the application.
 */
function parseBody(context: RequestContext, body: string | undefined): unknown {
  if (body === undefined) return undefined
  const [type = ''] = contentTypeOf(context).split(';', 1)
  if (/^application\/x-www-form-urlencoded$/i.test(type.trim())) return parseFormBody(body)
  return /^application\/json$/i.test(type.trim()) ? parseJsonBody(body) : undefined
}

function contentTypeOf({ headers }: RequestContext): string {
  const type = headers['content-type']
  return typeof type === 'string' ? type : ''
}

const MAX_BODY_BYTES = 16_384

const NOT_SIGNED_IN = {
  refused: { status: 401, title: 'Sign-in refused' },
  throttled: { status: 429, title: 'Too many sign-in attempts' },
  unavailable: { status: 503, title: 'Sign-in cannot be checked now' },
  'too-many-sessions': { status: 409, title: 'Too many sessions' },
} as const
