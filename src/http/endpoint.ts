import type { RequestContext } from '../request-context.ts'
import type { Authentication } from '../sessions/authenticate-request.ts'
import type { Answer } from './answer.ts'
import type { RouteDeclaration } from './declaration.ts'
import type { OpenApiOperation } from './openapi.ts'

/** A route that Ostiary brings, for any framework. An adapter registers it like a route of the application. */
export interface Endpoint {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS'
  /** The path in the application, such as `/auth/login`. In an extension, the path below the prefix: `/login`. */
  readonly path: string
  readonly requirement: RouteDeclaration
  /** The longest body that is read. Default: none is read. */
  readonly maxBodyBytes?: number
  /** Whether pages of `trustedOrigins` may call it: then it answers their preflights. Default: false. */
  readonly crossOrigin?: boolean
  /** The description for an OpenAPI document. Without one, the endpoint stays out of it. */
  readonly openapi?: OpenApiOperation
  /**
   * Answers a request.
   *
   * @param body The text of the body. Undefined when there is none, and when it is too long or cannot be read.
   */
  handle(context: RequestContext, body: string | undefined, authentication: Authentication): Answer | Promise<Answer>
}
