import type { CookieContext, RequestContext } from '../request-context.ts'
import type { User } from '../users/user.ts'

/** The request that a credential reader sees. Parts are missing where only a cookie is at hand. */
export type CredentialContext = CookieContext & Partial<RequestContext>

/**
 * Reads a credential that comes with every request, such as `Authorization: Bearer`.
 *
 * The first reader that claims a request decides alone: the cookie is ignored, even when the credential is invalid.
 */
export interface CredentialReader {
  /** The name in errors. */
  readonly name: string
  /** Returns true when the request carries a credential of this kind, valid or not. Works without I/O. */
  claims(context: CredentialContext): boolean
  /**
   * Returns the user of the credential, or a promise while a store is asked. A user within the lease is returned at
   * once. A `SessionUnavailableError` or `RecordsUnavailableError` becomes 503.
   */
  authenticate(context: CredentialContext): CredentialAnswer | Promise<CredentialAnswer>
}

/** The user of a valid credential; or the challenge of the 401 for an invalid one (RFC 9110, section 11.6.1). */
export type CredentialAnswer = { readonly user: User } | { readonly challenge: string }
