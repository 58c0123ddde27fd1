import type { FastifyRequest, RouteOptions } from 'fastify'
import type { Auth, Requirement, User } from '../index.ts'
import {
  addRefusals,
  FORBIDDEN,
  type GrowingDocument,
  problem,
  REQUIRED_WITHIN,
  SIGN_IN_AGAIN,
  UNAUTHORIZED,
} from './openapi-refusals.ts'
import type { AnonymousAnswer } from './refusals.ts'

// Everything that makes guards visible in the document that `@fastify/swagger` generates.

/**
 * Adds to a route's schema what its guard asks for: security scheme, refusals, `x-required-roles`,
 * `x-required-permission` or `x-required-check`, and `x-required-authenticated-within`. To be called once Fastify is done with the schema: then it is shown, and nothing is
 * serialised by it.
 *
 * Where schemas are of another kind than JSON Schema, the answers are added to the document itself: {@link addRefusals}.
 */
export function documentGuard(
  route: RouteOptions,
  requirement: Requirement<User, FastifyRequest>,
  { anonymous, jsonSchema }: { readonly anonymous: AnonymousAnswer; readonly jsonSchema: boolean },
): void {
  const schema: Record<string, unknown> = { ...route.schema }
  schema.security ??= [{ [SCHEME]: [] }]
  if ('roles' in requirement) schema['x-required-roles'] = requirement.roles.map((role) => role.name)
  else if ('permission' in requirement) schema['x-required-permission'] = requirement.permission.name
  else if ('check' in requirement) schema['x-required-check'] = true
  const within = requirement.authenticatedWithin
  if (within !== undefined) schema[REQUIRED_WITHIN] = within
  if (jsonSchema) {
    const unauthorized = anonymous === 'forbid' ? {} : { 401: problem(UNAUTHORIZED) }
    const again = within === undefined ? {} : { 401: problem(SIGN_IN_AGAIN) }
    const refusals = { ...unauthorized, ...again, 403: problem(FORBIDDEN) }
    schema.response = { ...refusals, ...((schema.response as object | undefined) ?? ANY_SUCCESS) }
  }
  route.schema = schema
}

/** Route configuration that documents the login, and brings the security scheme into the document. */
export function documentLogin(auth: Auth, anonymous: AnonymousAnswer): object {
  const schema = {
    tags: [SCHEME],
    summary: 'Sign in',
    description: 'Sets the session cookie. With `Accept: text/html` the answer is a redirect to `next`.',
    consumes: ['application/json', 'application/x-www-form-urlencoded'],
    body: {
      type: 'object',
      required: ['username', 'password'],
      properties: {
        username: { type: 'string' },
        password: { type: 'string', format: 'password' },
        persistent: { type: 'boolean', description: 'Stay signed in.' },
        next: { type: 'string', description: 'A path on this site.' },
      },
    },
    response: {
      200: { description: 'Signed in', type: 'object', properties: { user: USER } },
      400: problem('No login form'),
      401: problem('Refused'),
      409: problem('Too many sessions'),
      429: problem('Too many attempts'),
      503: problem('Cannot be checked now'),
    },
  }
  const documentRoute = transformTo(schema, auth)
  return {
    swaggerTransform(input: TransformInput) {
      // The first route of every document: those that come later are seen from here.
      addRefusals(input.openapiObject ?? input.swaggerObject ?? {}, anonymous)
      return documentRoute(input)
    },
  }
}

/** Route configuration that documents the logout. */
export function documentLogout(auth: Auth): object {
  const schema = {
    tags: [SCHEME],
    summary: 'Sign out',
    response: { 200: { description: 'Signed out', type: 'object', properties: { user: USER } } },
  }
  return { swaggerTransform: transformTo(schema, auth) }
}

/** Route configuration that documents who is signed in. */
export function documentSession(auth: Auth) {
  const time = { type: ['string', 'null'], format: 'date-time' }
  const permissions = { type: 'array', items: { type: 'string' } }
  const properties = { ...USER.properties, permissions, isSuperuser: { type: 'boolean' } }
  const schema = {
    tags: [SCHEME],
    summary: 'Who is signed in',
    description:
      'To ask is no activity: the session does not last longer by it. `user` is null when nobody is signed in.',
    response: {
      200: {
        description: 'The session',
        type: 'object',
        properties: { user: { ...USER, type: ['object', 'null'], properties }, expiresAt: time, idleUntil: time },
      },
      503: problem('Cannot be told now'),
    },
  }
  return { swaggerTransform: transformTo(schema, auth) }
}

/**
 * The schema is shown, and no more than shown: validating these bodies is the login form's business. The document is
 * at hand here, and nowhere else before it is finished.
 */
function transformTo(schema: object, auth: Auth) {
  return ({ url, openapiObject, swaggerObject }: TransformInput) => {
    const name = auth.cookie.for({ https: true, host: '' }).name
    const description = 'Set by signing in. While developing on plain http on localhost, it goes without the prefix.'
    const scheme = { type: 'apiKey', in: 'cookie', name, description }
    if (openapiObject) {
      openapiObject.components ??= {}
      openapiObject.components.securitySchemes = { [SCHEME]: scheme, ...openapiObject.components.securitySchemes }
    } else if (swaggerObject) {
      swaggerObject.securityDefinitions = {
        [SCHEME]: { ...scheme, in: 'header', name: 'Cookie' },
        ...swaggerObject.securityDefinitions,
      }
    }
    return { schema, url }
  }
}

interface TransformInput {
  readonly url: string
  readonly openapiObject?: GrowingDocument & { components?: { securitySchemes?: object } }
  readonly swaggerObject?: GrowingDocument & { securityDefinitions?: object }
}

const SCHEME = 'ostiary'

/** What the generator shows of a route that says nothing of its answers. */
const ANY_SUCCESS = { 200: { description: 'Default Response' } }

const USER = {
  type: 'object',
  properties: {
    name: { type: 'string' },
    description: { type: 'string' },
    roles: { type: 'array', items: { type: 'string' } },
    isAnonymous: { type: 'boolean' },
    properties: { type: 'object', additionalProperties: true },
  },
}
