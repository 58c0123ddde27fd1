import type { RequestContext } from '../request-context.ts'
import type { Authentication } from '../sessions/authenticate-request.ts'
import type { Answer } from './answer.ts'
import type { RouteDeclaration } from './declaration.ts'
import type { OpenApiOperation } from './openapi.ts'

/**
 * A route that Ostiary brings, for any framework. An adapter registers the endpoint like a route of the application.
 */
export interface Endpoint {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS'
  /** The path in the application, such as `/auth/login`. In an extension, the path below the prefix: `/login`. */
  readonly path: string
  readonly requirement: RouteDeclaration
  /** The longest body that is read, in bytes. Default: the body is left unread. */
  readonly maxBodyBytes?: number
  /** True when pages of `trustedOrigins` may call the endpoint: preflights are then answered too. Default: false. */
  readonly crossOrigin?: boolean
  /**
   * True when pages of every site may make browsers send the request, as an identity provider does with its answer. The
   * endpoint protects itself then. Default: false.
   */
  readonly anyOrigin?: boolean
  /** The description for an OpenAPI document. An endpoint without a description stays out of the document. */
  readonly openapi?: OpenApiOperation
  /**
   * Answers a request.
   *
   * @param body The text of the body. Undefined when the body is missing, too long or unreadable.
   */
  handle(context: RequestContext, body: string | undefined, authentication: Authentication): Answer | Promise<Answer>
}
