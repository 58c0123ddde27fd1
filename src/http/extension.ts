import type { Auth } from '../auth.ts'
import type { Pages } from '../pages/pages.ts'
import type { Endpoint } from './endpoint.ts'
import type { PublicPaths } from './public-path.ts'
import type { Refusals } from './refusals.ts'

/**
 * A feature that adds endpoints to an adapter. Everything else of the adapter stays as it is.
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
 * The adapter takes extensions as an option: `app.register(ostiary, { auth, extensions: [status] })`.
 */
export interface Extension {
  /** The name of the extension in errors. */
  readonly name: string
  /** Returns the endpoints. Called once, when the adapter starts. Paths are below the prefix of the login routes. */
  endpoints?(services: AuthServices): readonly Endpoint[]
  /** Opens the resources of the extension. The adapter waits for the promise before the first request. */
  ready?(services: AuthServices): Promise<void>
  /** Closes the resources of the extension. */
  close?(): Promise<void>
}

/** The parts of an `Auth` that an extension may use. */
export interface AuthServices
  extends Pick<
    Auth,
    | 'signIn'
    | 'signOut'
    | 'setCookies'
    | 'sessionToEnd'
    | 'authenticateRequestAtOnce'
    | 'peek'
    | 'permissions'
    | 'clock'
  > {
  /** Records an audit event. */
  readonly record: Auth['audit']['record']
  /** Returns the `Set-Cookie` header that deletes the session cookie in the browser. */
  readonly clearCookie: (context: Parameters<Auth['cookie']['for']>[0]) => string
  readonly pages: Pages
  readonly paths: PublicPaths
  readonly refusals: Refusals
}
