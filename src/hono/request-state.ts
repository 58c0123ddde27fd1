import type { Context } from 'hono'
import type { Answer, Authentication, Guard, HttpAuth, RequestContext, RouteDeclaration } from '../http/index.ts'
import { ANYONE_WITHOUT_USER } from '../http/index.ts'
import { ConfigurationError, type Session, type User } from '../index.ts'
import { personal } from '../web/index.ts'

/** All that Ostiary keeps with a request, from the first middleware to the response. */
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
      // Why: the cookie that one guard has renewed goes out, though a second guard found nothing to renew.
      const setCookie = verdict.setCookie ?? this.#authentication?.setCookie ?? null
      this.#authentication = { ...verdict, setCookie }
      c.set('user', verdict.user)
    }
    return verdict.refusal ?? (await guard.check?.(verdict.user, c, this.#context))
  }

  /** Who asks. Where no guard has asked yet, at once: a session whose lease has ended is not believed then. */
  get authentication(): Authentication {
    this.#authentication ??= this.#http.auth.authenticateRequestAtOnce(this.#context)
    return this.#authentication
  }

  checkSameSite(everyMethod: boolean): Answer | undefined {
    return this.#http.checkSameSite(this.#context, { everyMethod })
  }

  /** Adds what belongs to the person who asked. */
  complete(response: Response): Response {
    return this.#authentication === undefined ? response : personal(response, this.#authentication, this.#isPrivate)
  }
}

const states = new WeakMap<Context, RequestState>()

export function keepState(c: Context, state: RequestState): void {
  states.set(c, state)
}

/** @throws {ConfigurationError} when nothing guards the application, or another copy of this package does. */
export function stateOf(c: Context): RequestState {
  const state = states.get(c)
  if (state !== undefined) return state
  throw new ConfigurationError(
    'Nothing guards this request: call ostiary(app, { auth }) on the application itself, before its first route. ' +
      'If you do, there are two copies of ostiary: `npm ls ostiary` shows where they are.',
  )
}

/**
 * Returns the user of a request. The same as `c.var.user`, and also where no guard stands, as in `notFound`.
 *
 * @throws {ConfigurationError} when nothing guards the application, or another copy of this package does.
 */
export function getUser(c: Context): User {
  return stateOf(c).authentication.user
}

/** What a handler may know of the session that a request belongs to. Times are milliseconds since 1970. */
export type CurrentSession = Pick<Session, 'id' | 'userId' | 'startedAt' | 'expiresAt' | 'persistent'>

/**
 * Returns the session that a request belongs to. Null when the user is anonymous.
 *
 * @throws {ConfigurationError} when nothing guards the application, or another copy of this package does.
 */
export function currentSession(c: Context): CurrentSession | null {
  const { session } = stateOf(c).authentication
  if (session === null) return null
  const { id, userId, startedAt, expiresAt, persistent } = session
  return { id, userId, startedAt, expiresAt, persistent }
}
