import type { Requirement } from '../policy/requirement.ts'
import type { SessionCookie } from '../sealing/sealed-cookie.ts'
import type { User } from '../users/user.ts'
import { isPublic, type RouteDeclaration } from './declaration.ts'
import type { AnonymousAnswer } from './refusals.ts'

/** A part of an OpenAPI operation object (OpenAPI 3.1, section 4.8.10), without references. */
export interface OpenApiOperation {
  readonly tags?: readonly string[]
  readonly summary?: string
  readonly description?: string
  readonly requestBody?: { readonly content: OpenApiContent }
  /** Responses by status. */
  readonly responses?: Readonly<Record<number, { readonly description: string; readonly content?: OpenApiContent }>>
  readonly security?: readonly Readonly<Record<string, readonly string[]>>[]
  readonly [extension: `x-${string}`]: unknown
}

/** Schemas by media type. */
export type OpenApiContent = Readonly<Record<string, { readonly schema: object }>>

/** The name of the security scheme in documents. */
export const SECURITY_SCHEME = 'ostiary'

/**
 * Returns the security scheme of the session cookie (OpenAPI 3.1, section 4.8.27).
 *
 * ```ts
 * import type { Auth } from 'ostiary'
 * import { SECURITY_SCHEME, securitySchemeOf } from 'ostiary/http'
 *
 * export const componentsOf = (auth: Auth) => ({
 *   securitySchemes: { [SECURITY_SCHEME]: securitySchemeOf(auth.cookie) },
 * })
 * ```
 */
export function securitySchemeOf(cookie: Pick<SessionCookie, 'for'>) {
  const { name } = cookie.for({ https: true, host: '' })
  const description = 'Set by signing in. While developing on plain http on localhost, it goes without the prefix.'
  return { type: 'apiKey', in: 'cookie', name, description } as const
}

/**
 * Returns the part of an operation that describes the guard of the route: the security scheme, `x-required-roles`,
 * `x-required-permission` or `x-required-check`, and `x-required-authenticated-within`. Empty for a public route.
 *
 * ```ts
 * import { definePermission } from 'ostiary'
 * import { requirementFragment } from 'ostiary/http'
 *
 * const EDIT = definePermission({ name: 'edit', description: 'Change documents' })
 * requirementFragment({ permission: EDIT })
 * // { security: [{ ostiary: [] }], 'x-required-permission': 'edit' }
 * ```
 */
export function requirementFragment<Request>(declaration: RouteDeclaration<Request>): OpenApiOperation {
  if (isPublic(declaration)) return {}
  const requirement: Requirement<User, Request> = declaration
  const { authenticatedWith: method, authenticatedWithin: within } = requirement
  return {
    security: [{ [SECURITY_SCHEME]: [] }],
    ...('roles' in requirement && { 'x-required-roles': requirement.roles.map((role) => role.name) }),
    ...('permission' in requirement && { 'x-required-permission': requirement.permission.name }),
    ...('check' in requirement && { 'x-required-check': true }),
    ...(within !== undefined && { [REQUIRED_WITHIN]: within }),
    ...(method !== undefined && { [REQUIRED_WITH]: method }),
  }
}

/**
 * Returns the descriptions of the refusals of a guarded route, by status.
 *
 * ```ts
 * import { refusalsOf } from 'ostiary/http'
 *
 * refusalsOf(undefined, 'forbid') // { 403: 'Not allowed' }
 * ```
 *
 * @param within The `authenticatedWithin` of the requirement.
 */
export function refusalsOf(
  within: unknown,
  anonymous: AnonymousAnswer,
): { readonly 401?: string; readonly 403: string } {
  if (within !== undefined) return { 401: SIGN_IN_AGAIN, 403: FORBIDDEN }
  return anonymous === 'forbid' ? { 403: FORBIDDEN } : { 401: UNAUTHORIZED, 403: FORBIDDEN }
}

/**
 * Returns the description of a response with a problem by RFC 9457.
 *
 * ```ts
 * import { type OpenApiOperation, problemResponse } from 'ostiary/http'
 *
 * const operation: OpenApiOperation = { summary: 'Status', responses: { 503: problemResponse('Unavailable') } }
 * ```
 */
export function problemResponse(description: string) {
  return { description, content: { 'application/problem+json': { schema: PROBLEM_SCHEMA } } }
}

/** Returns the description of a response with a JSON object of these members. */
export function jsonResponse(description: string, properties: object) {
  return { description, content: { 'application/json': { schema: { type: 'object', properties } } } }
}

/** The key of an operation of OpenAPI that holds `authenticatedWithin` of its requirement. */
export const REQUIRED_WITHIN = 'x-required-authenticated-within'
/** The key of an operation of OpenAPI that holds `authenticatedWith` of its requirement. */
export const REQUIRED_WITH = 'x-required-authenticated-with'
const UNAUTHORIZED = 'Not signed in'
const SIGN_IN_AGAIN = 'Not signed in, or too long ago'
const FORBIDDEN = 'Not allowed'

const PROBLEM_SCHEMA = {
  type: 'object',
  properties: { type: { type: 'string' }, title: { type: 'string' }, status: { type: 'integer' } },
  additionalProperties: true,
}
