import {
  ANYONE,
  type Answer,
  type Authentication,
  createHttpAuth,
  type Guard,
  HTTP_OPTIONS,
  type HttpAuth,
  type HttpOptions,
  type PublicRoute,
  type RequestContext,
  type RouteDeclaration,
  type Verdict,
} from '../http/index.ts'
import type { RequirementInput, RequirementKey, User } from '../index.ts'
import { assertKnownOptions, type OptionNames } from '../known-options.ts'
import { endpointHandler } from './endpoint-handler.ts'
import { type Connection, contextOf } from './web-request.ts'
import { personal, toResponse } from './web-response.ts'

/** The options of {@link createWebAuth}: the options of every adapter, and two more. */
export interface WebAuthOptions extends HttpOptions {
  /**
   * Returns the data of the server about a request: the address of the client, and the values of a trusted proxy.
   * Default: read from the URL.
   */
  readonly connection?: (request: Request, info: never) => Connection
  /** Receives faults of the endpoints, which are answered with 500. Default: `console.error`. */
  readonly onFault?: (error: unknown) => void
}

/** An `Auth` for servers with `Request` and `Response`. `info` is the second argument that the server passes. */
export interface WebAuth {
  readonly http: HttpAuth<Request>
  /**
   * Resolves to the user of a request, or to the anonymous user.
   *
   * Why always a promise: the session store is asked only at the end of a lease. A missing `await` should fail at the
   * first request rather than once a minute.
   */
  userOf(request: Request, info?: unknown): Promise<User>
  /**
   * Returns the guard of a requirement. The guard resolves to the admitted user, or to the refusal as a `Response`.
   *
   * ```ts
   * import type { Role } from 'ostiary'
   * import type { WebAuth } from 'ostiary/web'
   *
   * export function publisher(web: WebAuth, editor: Role) {
   *   const editors = web.require({ roles: [editor] })
   *   return async function publish(request: Request): Promise<Response> {
   *     const admitted = await editors(request)
   *     if (admitted instanceof Response) return admitted
   *     return admitted.respond(Response.json({ by: admitted.user.name }))
   *   }
   * }
   * ```
   *
   * @param where The name of the guard in errors, such as `POST /reports`.
   * @throws {ConfigurationError} when the requirement is invalid, or asks for a role or permission that the `Auth`
   * lacks.
   */
  require<Key extends RequirementKey>(
    requirement: RequirementInput<User, Request, Key> | PublicRoute,
    where?: string,
  ): (request: Request, info?: unknown) => Promise<Admitted | Response>
  /**
   * Returns a handler behind a guard. The renewed cookie is sent with its response.
   *
   * @throws {ConfigurationError} when the requirement is invalid, or asks for a role or permission that the `Auth`
   * lacks.
   */
  guarded<Key extends RequirementKey, Info = unknown>(
    requirement: RequirementInput<User, Request, Key> | PublicRoute,
    handler: (request: Request, admitted: Admitted, info: Info) => Response | Promise<Response>,
    where?: string,
  ): (request: Request, info?: Info) => Promise<Response>
  /** Returns the response with the headers for the user of the request, such as a renewed cookie. */
  respond(request: Request, response: Response): Response
  /** Answers a request to the endpoints of Ostiary. Resolves to undefined for all other requests. */
  handle(request: Request, info?: unknown): Promise<Response | undefined>
  /** Returns a refusal when a page of another site made the browser send the request (OWASP ASVS 5.0, 3.5.1). */
  sameSite(request: Request, options?: { readonly everyMethod?: boolean }, info?: unknown): Response | undefined
  /** Makes the `Auth` and all extensions ready. */
  ready(): Promise<void>
  /** Closes the extensions. The `Auth` stays open. */
  close(): Promise<void>
}

/** The user that a guard has admitted. */
export interface Admitted extends Pick<Authentication, 'user' | 'session'> {
  /** Returns the response with the headers for this user, such as a renewed cookie. */
  respond(response: Response): Response
}

/**
 * Prepares an `Auth` for servers with `Request` and `Response`: Deno, Bun, and frameworks without an adapter.
 *
 * ```ts
 * import type { Auth, Permission } from 'ostiary'
 * import { createWebAuth } from 'ostiary/web'
 *
 * export async function open(auth: Auth, view: Permission) {
 *   const web = createWebAuth({ auth })
 *   await web.ready()
 *   const reports = web.guarded({ permission: view }, (_request, { user }) => Response.json({ user }))
 *   return async (request: Request) => (await web.handle(request)) ?? reports(request)
 * }
 * ```
 *
 * `Deno.serve(handler)` and `Bun.serve({ fetch: handler })` take the returned handler.
 *
 * Routes without a guard are open to everybody. Why: this adapter sees only the requests that reach its guards.
 *
 * @throws {ConfigurationError} when an option is invalid. The message names the option, and says what to do.
 */
export function createWebAuth(options: WebAuthOptions): WebAuth {
  assertKnownOptions('The options of createWebAuth', options, WEB_OPTIONS)
  const { connection, onFault = console.error, ...shared } = options
  const http = createHttpAuth<Request>(shared)
  const seen = new WeakMap<Request, Seen>()
  const handlers = new Map(
    http.endpoints.map((endpoint) => [
      `${endpoint.method} ${endpoint.path}`,
      endpointHandler<Request>(http, endpoint, onFault),
    ]),
  )
  const contextFor = (request: Request, info: unknown) => contextOf(request, connection?.(request, info as never))

  function respond(request: Request, response: Response): Response {
    const known = seen.get(request)
    return known ? personal(response, known.authentication, known.isPrivate) : response
  }

  async function enter(guard: Guard<Request>, request: Request, context: RequestContext): Promise<Verdict> {
    const verdict = await guard.enter(context)
    const before = seen.get(request)
    const setCookie = verdict.setCookie ?? before?.authentication.setCookie ?? null
    const isPrivate = guard.isPrivate || before?.isPrivate === true
    seen.set(request, { authentication: { ...verdict, setCookie }, isPrivate })
    return verdict
  }

  function admit(declaration: RouteDeclaration<Request>, where = 'A guard of createWebAuth') {
    const guard = http.guardOf(declaration, where)
    return async (request: Request, info?: unknown): Promise<Admitted | Response> => {
      const context = contextFor(request, info)
      const { user, session, refusal } = await enter(guard, request, context)
      const refuse = (answer: Answer) => respond(request, toResponse(answer, request.method))
      if (refusal !== null) return refuse(refusal)
      const late = await guard.check?.(user, request, context)
      return late ? refuse(late) : { user, session, respond: (response) => respond(request, response) }
    }
  }

  const anybody = http.guardOf(ANYONE, 'userOf()')

  return {
    http,
    respond,
    ready: http.ready,
    close: http.close,
    require: (requirement, where) => admit(requirement as RouteDeclaration<Request>, where),

    async userOf(request, info) {
      return (await enter(anybody, request, contextFor(request, info))).user
    },

    guarded(requirement, handler, where) {
      const admitted = admit(requirement as RouteDeclaration<Request>, where)
      return async (request, info) => {
        const person = await admitted(request, info)
        if (person instanceof Response) return person
        return respond(request, await handler(request, person, info as never))
      }
    },

    async handle(request, info) {
      const context = contextFor(request, info)
      const method = request.method === 'HEAD' ? 'GET' : request.method
      return handlers.get(`${method} ${context.path}`)?.(request, context, request)
    },

    sameSite(request, sites, info) {
      const refusal = http.checkSameSite(contextFor(request, info), sites)
      return refusal && toResponse(refusal, request.method)
    },
  }
}

interface Seen {
  readonly authentication: Authentication
  readonly isPrivate: boolean
}

/** The names of {@link WebAuthOptions}. */
const WEB_OPTIONS: OptionNames<WebAuthOptions> = { ...HTTP_OPTIONS, connection: true, onFault: true }
