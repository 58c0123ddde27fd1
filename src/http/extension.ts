import type { Auth } from '../auth.ts'
import type { AuthExtension, CoreServices } from '../auth-extension.ts'
import type { Pages } from '../pages/pages.ts'
import type { RequestContext } from '../request-context.ts'
import type { Authentication } from '../sessions/authenticate-request.ts'
import type { Session } from '../sessions/session.ts'
import type { Endpoint } from './endpoint.ts'
import type { LoginFlow } from './login-flow.ts'
import type { PublicPaths } from './public-path.ts'
import type { Refusals } from './refusals.ts'

/**
 * A feature that adds endpoints, ways of signing in and pages. Everything else stays as it is.
 *
 * ```ts
 * import { type Extension, jsonAnswer } from 'ostiary/http'
 *
 * const status: Extension = {
 *   name: 'status',
 *   endpoints: ({ clock }) => [
 *     { method: 'GET', path: '/status', requirement: 'anyone-without-user', handle: () => jsonAnswer({ at: clock() }) },
 *   ],
 * }
 * ```
 *
 * An extension of an application is an option of `createAuth({ extensions: [status] })`. Each adapter of that `Auth`
 * then has its endpoints. Extensions of one adapter alone are an option of the adapter.
 */
export interface Extension extends AuthExtension {
  /** Returns the endpoints. Called once, when the adapter starts. Paths are below the prefix of the login routes. */
  endpoints?(services: AuthServices): readonly Endpoint[]
  /**
   * The pages where a signed-in user proves the identity by a further method, below the prefix of the login routes:
   * `{ 'second-factor': '/second-factor' }`. For requirements with `authenticatedWith`.
   */
  readonly stepUp?: Readonly<Record<string, string>>
  /** Returns other ways of signing in, which the login page links to. Called for each login page. */
  loginLinks?(services: AuthServices): readonly LoginLink[]
  /**
   * Called when a user signs out, once the session has ended. Resolves to the address where the browser goes on, such as
   * the logout of an identity provider, or to undefined. A promise that rejects is reported, and the logout goes on.
   */
  signOutStep?(session: Session, services: AuthServices, context: RequestContext): Promise<string | undefined>
  /** Returns the part of the account page that belongs to this extension. */
  accountSection?(services: AuthServices): AccountSection
}

/** Another way of signing in, as a link on the login page. */
export interface LoginLink {
  /** The text by language, such as `{ en: 'Sign in with the university account' }`. `en` stands in for the others. */
  readonly label: Readonly<Record<string, string>>
  /** The path below the prefix of the login routes. The page adds `next` and `again`. */
  readonly path: string
}

/** A part of the account page. */
export interface AccountSection {
  /** The order of the sections on the page: the lowest first. Passwords have 10, sessions 20, factors 30, tokens 40. */
  readonly order: number
  /**
   * Resolves to the section as HTML, in the language of the page, with everything that it inserts escaped. Undefined
   * when the section does not concern this user.
   */
  render(context: RequestContext, authentication: Authentication, language: string): Promise<string | undefined>
}

/** The parts of an `Auth` that an extension of `ostiary/http` may use. */
export interface AuthServices
  extends CoreServices,
    Pick<Auth, 'signIn' | 'signOut' | 'setCookies' | 'sessionToEnd' | 'authenticateRequestAtOnce' | 'peek'> {
  /** Returns the `Set-Cookie` header that deletes the session cookie in the browser. */
  readonly clearCookie: (context: Parameters<Auth['cookie']['for']>[0]) => string
  /** Answers for the end of a login, and the logins that wait for a step. */
  readonly loginFlow: LoginFlow
  readonly pages: Pages
  readonly paths: PublicPaths
  readonly refusals: Refusals
  /** All extensions of this application, for the account page. */
  readonly extensions: readonly Extension[]
}
