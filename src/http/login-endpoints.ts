import { SessionUnavailableError } from '../errors.ts'
import { audited } from '../login/audited.ts'
import { readLoginForm } from '../login/login-form.ts'
import { reasonOf } from '../reason-of.ts'
import type { RequestContext } from '../request-context.ts'
import type { Session } from '../sessions/session.ts'
import { ANONYMOUS, type User } from '../users/user.ts'
import { languagesOf, wantsPage } from './accepts.ts'
import { type Answer, jsonAnswer, pageAnswer, problemAnswer, redirectAnswer, withCookies } from './answer.ts'
import { ANYONE_WITHOUT_USER } from './declaration.ts'
import type { Endpoint } from './endpoint.ts'
import type { Extension } from './extension.ts'
import { answerInKind, parseBody } from './login-body.ts'
import { LOGIN_OPERATION, LOGOUT_OPERATION, SESSION_OPERATION } from './login-openapi.ts'
import { RETRY_AFTER_SECONDS } from './refusals.ts'
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
          return services.loginFlow.page(context, 200, { next, notice: 'again', username: account.name, persistent })
        }
        return services.loginFlow.page(context, 200, {
          next,
          notice: query.has('signed-out') ? 'signed-out' : undefined,
        })
      }

      async function signIn(context: RequestContext, body: string | undefined): Promise<Answer> {
        const form = readLoginForm(parseBody(context, body))
        if (!form) return badRequest(context)
        const usable = persistentOffered ? form : { ...form, persistent: false }
        const result = await services.signIn(usable, context, services.sessionToEnd(context))
        return services.loginFlow.answer(context, result, form)
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
        const elsewhere = session && (await signOutElsewhere(session, context))
        if (elsewhere) return withCookies(leadTo(context, elsewhere), forget)
        return withCookies(done(context, ANONYMOUS, `${services.paths.login}?signed-out`), forget)
      }

      /** Resolves to the address where another service signs the user out too. */
      async function signOutElsewhere(session: Session, context: RequestContext): Promise<string | undefined> {
        for (const extension of services.extensions) {
          try {
            const address = await extension.signOutStep?.(session, services, context)
            if (address !== undefined) return address
          } catch (error) {
            const details = { reason: reasonOf(error) }
            const { name } = extension
            services.record({
              type: 'extension',
              extension: name,
              action: 'sign-out-failed',
              user: session.userId,
              details,
            })
          }
        }
        return undefined
      }

      /**
       * Leads a browser to another site by a page. Why not by a redirect: the policy of the logout page, which holds the
       * form, forbids redirects to other sites.
       */
      function leadTo(context: RequestContext, address: string): Answer {
        if (!wantsPage(context, answerInKind(context))) return jsonAnswer({ user: ANONYMOUS, location: address })
        const notice = { notice: 'signed-out-here', homeUrl: address } as const
        const page = services.pages.notice(notice, languagesOf(context))
        return pageAnswer(200, page, { refresh: `0;url=${address}` })
      }

      async function tellSession(context: RequestContext): Promise<Answer> {
        try {
          const { challenge, user, session, setCookie } = await services.peek(context)
          if (challenge !== undefined) return problemAnswer(401, undefined, { 'www-authenticate': challenge })
          const answer = jsonAnswer(sessionView(user, session, services.permissions))
          return withCookies(answer, setCookie === null ? [] : [setCookie])
        } catch (error) {
          if (!(error instanceof SessionUnavailableError)) throw error
          services.record({ type: 'session.unavailable', reason: reasonOf(error), request: audited(context) })
          return problemAnswer(503, undefined, { 'retry-after': RETRY_AFTER_SECONDS })
        }
      }

      function badRequest(context: RequestContext): Answer {
        return wantsPage(context, answerInKind(context))
          ? services.loginFlow.page(context, 400, { notice: 'bad-request' })
          : problemAnswer(400)
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

const MAX_BODY_BYTES = 16_384
