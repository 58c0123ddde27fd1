import type { Auth } from '../auth.ts'
import type { Pages } from '../pages/pages.ts'
import type { Endpoint } from './endpoint.ts'
import type { PublicPaths } from './public-path.ts'
import type { Refusals } from './refusals.ts'

/**
 * A feature that joins an adapter: it brings endpoints. Declared values only; it changes no other part.
 *
 * ```ts
 * const status: Extension = {
 *   name: 'status',
 *   endpoints: ({ clock }) => [
 *     { method: 'GET', path: '/status', requirement: 'anyone-without-user', handle: () => jsonAnswer({ at: clock() }) },
 *   ],
 * }
 * await app.register(ostiary, { auth, extensions: [status] })
 * ```
 */
export interface Extension {
  /** Names the extension in errors. */
  readonly name: string
  /** Called once, when the adapter starts. Paths are below the prefix of the login routes. */
  endpoints?(services: AuthServices): readonly Endpoint[]
  /** Makes ready what the extension keeps. The adapter awaits it before it serves. */
  ready?(services: AuthServices): Promise<void>
  /** Lets go of what the extension keeps. */
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
  /** Records an event. */
  readonly record: Auth['audit']['record']
  /** Returns the `Set-Cookie` header that makes a browser forget its session. */
  readonly clearCookie: (context: Parameters<Auth['cookie']['for']>[0]) => string
  readonly pages: Pages
  readonly paths: PublicPaths
  readonly refusals: Refusals
}
