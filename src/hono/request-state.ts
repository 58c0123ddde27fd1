import type { Context } from 'hono'
import type { Answer, Authentication, Guard, HttpAuth, RequestContext, RouteDeclaration } from '../http/index.ts'
import { ANYONE_WITHOUT_USER } from '../http/index.ts'
import { ConfigurationError, type Session, type User } from '../index.ts'
import { personal } from '../web/index.ts'

/** The data of Ostiary for one request, from the first middleware to the response. */
export class RequestState {
  readonly #context: RequestContext
  readonly #http: HttpAuth<Context>
  readonly #guardOf: (declaration: RouteDeclaration<Context>) => Guard<Context>
  #authentication: Authentication | undefined
  #isPrivate = false

  constructor(
    context: RequestContext,
    http: HttpAuth<Context>,
    guardOf: (declaration: RouteDeclaration<Context>) => Guard<Context>,
  ) {
    this.#context = context
    this.#http = http
    this.#guardOf = guardOf
  }

  get context(): RequestContext {
    return this.#context
  }

  /** Asks the guard of a declaration. Resolves to a refusal, or to undefined when the request goes on. */
  async enter(declaration: RouteDeclaration<Context>, c: Context): Promise<Answer | undefined> {
    const guard = this.#guardOf(declaration)
    const verdict = await guard.enter(this.#context)
    this.#isPrivate ||= guard.isPrivate
    if (declaration !== ANYONE_WITHOUT_USER || this.#authentication === undefined) {
      // Why: the cookie that one guard has renewed is sent, even when a second guard keeps the cookie.
      const setCookie = verdict.setCookie ?? this.#authentication?.setCookie ?? null
      this.#authentication = { ...verdict, setCookie }
      c.set('user', verdict.user)
    }
    return verdict.refusal ?? (await guard.check?.(verdict.user, c, this.#context))
  }

  /** The user of the request. Before a guard ran, a session counts only while its lease lasts. */
  get authentication(): Authentication {
    this.#authentication ??= this.#http.auth.authenticateRequestAtOnce(this.#context)
    return this.#authentication
  }

  checkSameSite(everyMethod: boolean): Answer | undefined {
    return this.#http.checkSameSite(this.#context, { everyMethod })
  }

  /** Adds the headers for the user, such as a renewed cookie. */
  complete(response: Response): Response {
    return this.#authentication === undefined ? response : personal(response, this.#authentication, this.#isPrivate)
  }
}

const states = new WeakMap<Context, RequestState>()

export function keepState(c: Context, state: RequestState): void {
  states.set(c, state)
}

/** @throws {ConfigurationError} when the application has no guard, or the guard of another copy of this package. */
export function stateOf(c: Context): RequestState {
  const state = states.get(c)
  if (state !== undefined) return state
  throw new ConfigurationError(
    'Nothing guards this request: call ostiary(app, { auth }) on the application itself, before its first route. ' +
      'If you do, there are two copies of ostiary: `npm ls ostiary` shows where they are.',
  )
}

/**
 * Returns the user of a request. The same as `c.var.user`, and also available outside of guards, as in `notFound`.
 *
 * ```ts
 * import { Hono } from 'hono'
 * import { getUser } from 'ostiary/hono'
 *
 * export const app = new Hono()
 * app.notFound((c) => c.text(`${getUser(c).name}, this page is missing.`, 404))
 * ```
 *
 * @throws {ConfigurationError} when the application has no guard, or the guard of another copy of this package.
 */
export function getUser(c: Context): User {
  return stateOf(c).authentication.user
}

/** The part of a session that a handler may read. Times are milliseconds since 1970-01-01 UTC. */
export type CurrentSession = Pick<Session, 'id' | 'userId' | 'startedAt' | 'expiresAt' | 'persistent'>

/**
 * Returns the session of a request. Null when the user is anonymous.
 *
 * ```ts
 * import { Hono } from 'hono'
 * import { anyone, currentSession } from 'ostiary/hono'
 *
 * export const app = new Hono()
 * app.get('/expiry', anyone(), (c) => c.json({ at: currentSession(c)?.expiresAt ?? null }))
 * ```
 *
 * @throws {ConfigurationError} when the application has no guard, or the guard of another copy of this package.
 */
export function currentSession(c: Context): CurrentSession | null {
  const { session } = stateOf(c).authentication
  if (session === null) return null
  const { id, userId, startedAt, expiresAt, persistent } = session
  return { id, userId, startedAt, expiresAt, persistent }
}
