import type { Auth } from '../auth.ts'
import { ConfigurationError, RecordsUnavailableError, SessionUnavailableError } from '../errors.ts'
import { audited } from '../login/audited.ts'
import { reasonOf } from '../reason-of.ts'
import type { RequestContext } from '../request-context.ts'
import { type Authentication, NOBODY } from '../sessions/authenticate-request.ts'
import { type Answer, problemAnswer, withHeaders } from './answer.ts'
import { answerPreflight, corsHeaders } from './cors.ts'
import { ANYONE_WITHOUT_USER, isPublic, type RouteDeclaration, readDeclaration } from './declaration.ts'
import type { Endpoint } from './endpoint.ts'
import type { AuthServices, Extension } from './extension.ts'
import { createGuards, type Guard } from './guard.ts'
import { type HttpOptions, type HttpSettings, readHttpOptions } from './http-options.ts'
import { loginExtension } from './login-endpoints.ts'
import { createLoginFlow } from './login-flow.ts'
import { createRefusals } from './refusals.ts'
import { isSameSite } from './same-site.ts'

/** The HTTP side of an `Auth`, for one application. Every adapter is built on it. */
export interface HttpAuth<Request> {
  readonly auth: Auth
  readonly settings: HttpSettings
  /** The endpoints of the login and of all extensions, preflights included. The adapter registers every endpoint. */
  readonly endpoints: readonly Endpoint[]
  /**
   * Returns the guard of a route.
   *
   * @param where The name of the route in errors, such as `GET /reports`.
   * @throws {ConfigurationError} when the declaration is invalid, or asks for a role or permission that the `Auth`
   * lacks.
   */
  guardOf(declaration: RouteDeclaration<Request>, where: string): Guard<Request>
  /**
   * Returns a refusal when a page of another site made the browser send the request (OWASP ASVS 5.0, 3.5.1). Safe
   * methods such as GET pass, unless `everyMethod` is true.
   */
  checkSameSite(context: RequestContext, options?: { readonly everyMethod?: boolean }): Answer | undefined
  /**
   * Answers a request to an endpoint. The promise always resolves: a fault of the endpoint goes to `onFault`, and the
   * answer is 500.
   *
   * @param body The text of the body. Undefined when the body is missing, too long or unreadable.
   */
  answer(
    endpoint: Endpoint,
    context: RequestContext,
    body: string | undefined,
    onFault: (error: unknown) => void,
    authentication?: Authentication,
  ): Promise<Answer>
  /** Makes the `Auth`, its extensions and those of the adapter ready. */
  ready(): Promise<void>
  /** Closes the extensions of the adapter. The `Auth` stays open, with its own extensions. Why: another application may use the same `Auth`. */
  close(): Promise<void>
}

/**
 * Prepares an `Auth` for the HTTP of one application, so that an adapter can be built.
 *
 * ```ts
 * import type { IncomingMessage } from 'node:http'
 * import type { Auth, Role } from 'ostiary'
 * import { createHttpAuth, type RequestContext } from 'ostiary/http'
 *
 * export async function guardReports(auth: Auth, editor: Role, context: RequestContext) {
 *   const http = createHttpAuth<IncomingMessage>({ auth })
 *   await http.ready()
 *   const guard = http.guardOf({ roles: [editor] }, 'POST /reports')
 *   const { user, refusal, setCookie } = await guard.enter(context)
 *   return { user, refusal, setCookie }
 * }
 * ```
 *
 * @throws {ConfigurationError} when an option or an endpoint of an extension is invalid. The message says what to do.
 */
export function createHttpAuth<Request>(options: HttpOptions): HttpAuth<Request> {
  const settings = readHttpOptions(options)
  const { auth, anonymous, pages, paths, persistentOffered, prefix, trustedOrigins } = settings
  const extensions: readonly Extension[] = [
    loginExtension({ persistentOffered }),
    ...(auth.extensions as readonly Extension[]),
    ...settings.extensions,
  ]
  const stepUp = Object.assign({}, ...extensions.map((extension) => extension.stepUp)) as Record<string, string>
  const refusals = createRefusals(pages, paths, anonymous, stepUp)
  const guardOf = createGuards<Request>({ auth, refusals, anonymous })
  const services: AuthServices = {
    ...auth.services,
    signIn: auth.signIn,
    signOut: auth.signOut,
    setCookies: auth.setCookies,
    sessionToEnd: auth.sessionToEnd,
    authenticateRequestAtOnce: auth.authenticateRequestAtOnce,
    peek: auth.peek,
    clearCookie: (context) => auth.cookie.for(context).clear(),
    loginFlow: createLoginFlow(() => services, persistentOffered),
    pages,
    paths,
    refusals,
    extensions,
  }
  const own = extensions.flatMap(({ name, endpoints }) =>
    (endpoints?.(services) ?? []).map((endpoint) => checked(name, endpoint, prefix)),
  )
  assertDistinct(own)

  function refuseCrossSite(context: RequestContext, type: 'login.cross-site' | 'request.cross-site') {
    auth.audit.record({ type, request: audited(context) })
    return refusals.forbid(context, undefined)
  }

  const isAllowed = (
    { method, ...context }: Pick<RequestContext, 'method' | 'headers' | 'host'>,
    everyMethod: boolean,
  ) => (!everyMethod && SAFE_METHODS.has(method)) || isSameSite(context, trustedOrigins)

  async function answerNow(
    { handle, anyOrigin }: Endpoint,
    context: RequestContext,
    body: string | undefined,
    authentication: Authentication,
  ): Promise<Answer> {
    const { method, headers, host } = context
    if (!anyOrigin && !isAllowed({ method, headers, host }, false)) return refuseCrossSite(context, 'login.cross-site')
    return handle(context, body, authentication)
  }

  return {
    auth,
    settings,
    endpoints: [...own, ...preflights(own, trustedOrigins)],

    guardOf(declaration, where) {
      const read = readDeclaration(declaration)
      if (!isPublic(read)) auth.assertKnown(read, where)
      return guardOf(read)
    },

    checkSameSite(context, { everyMethod = false } = {}) {
      const { method, headers, host } = context
      return isAllowed({ method, headers, host }, everyMethod)
        ? undefined
        : refuseCrossSite(context, 'request.cross-site')
    },

    async answer(endpoint, context, body, onFault, authentication = NOBODY) {
      let answer: Answer
      try {
        answer = await answerNow(endpoint, context, body, authentication)
      } catch (error) {
        if (isOutage(error)) {
          auth.audit.record({ type: 'session.unavailable', reason: reasonOf(error), request: audited(context) })
          answer = refusals.unavailable(context)
        } else {
          onFault(error)
          answer = problemAnswer(500)
        }
      }
      if (trustedOrigins.size === 0) return answer
      return withHeaders(answer, { ...corsHeaders(context.headers.origin, trustedOrigins), vary: 'Origin' })
    },

    async ready() {
      await auth.ready()
      for (const extension of settings.extensions) await extension.ready?.(services)
    },

    async close() {
      for (const extension of settings.extensions) await extension.close?.()
    },
  }
}

/** Tells whether a store failed to answer: 503, and the request may be repeated later. */
function isOutage(error: unknown): error is Error {
  return error instanceof SessionUnavailableError || error instanceof RecordsUnavailableError
}

/** Returns the endpoint at its path in the application. @throws {ConfigurationError} when the endpoint is invalid. */
function checked(name: string, endpoint: Endpoint, prefix: string): Endpoint {
  const { method, path, handle } = endpoint
  if (typeof path !== 'string' || !path.startsWith('/') || typeof handle !== 'function')
    throw new ConfigurationError(`The extension ${JSON.stringify(name)} has an endpoint without a path or a handler.`)
  readDeclaration(endpoint.requirement)
  return Object.freeze({ ...endpoint, method, path: `${prefix}${path}` })
}

function assertDistinct(endpoints: readonly Endpoint[]): void {
  const names = endpoints.map(({ method, path }) => `${method} ${path}`)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) throw new ConfigurationError(`Two extensions have the endpoint ${twice}.`)
}

/** Returns one preflight endpoint for each path that pages of trusted origins may call. */
function preflights(endpoints: readonly Endpoint[], trustedOrigins: ReadonlySet<string>): Endpoint[] {
  if (trustedOrigins.size === 0) return []
  const open = endpoints.filter(({ crossOrigin }) => crossOrigin === true)
  return [...new Set(open.map(({ path }) => path))].map((path) => ({
    method: 'OPTIONS',
    path,
    requirement: ANYONE_WITHOUT_USER,
    handle(context) {
      const methods = open.filter((each) => each.path === path).map(({ method }) => method)
      const { status, headers } = answerPreflight(context, trustedOrigins, methods)
      return status === 204 ? { status, headers, cookies: [], body: null } : problemAnswer(status)
    },
  }))
}

/** The safe methods of RFC 9110, section 9.2.1, and QUERY of the draft. */
const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'QUERY'])
