import type { FastifyRequest, RouteOptions } from 'fastify'
import {
  type AnonymousAnswer,
  type Endpoint,
  type HttpAuth,
  problemResponse,
  REQUIRED_WITH,
  REQUIRED_WITHIN,
  type RouteDeclaration,
  refusalsOf,
  requirementFragment,
  SECURITY_SCHEME,
  securitySchemeOf,
} from '../http/index.ts'

// Shows guards and endpoints in the document that `@fastify/swagger` generates.

/**
 * Adds the requirement of a guard to the schema of a route. Called once Fastify has compiled the schema: the additions
 * are then only shown, and leave serialisation alone.
 *
 * For schemas of another kind than JSON Schema, {@link addRefusals} adds the refusals to the document itself.
 */
export function documentGuard(
  route: RouteOptions,
  declaration: RouteDeclaration<FastifyRequest>,
  { anonymous, jsonSchema }: { readonly anonymous: AnonymousAnswer; readonly jsonSchema: boolean },
): void {
  const { security, ...fragment } = requirementFragment(declaration)
  const schema: Record<string, unknown> = { ...route.schema, ...fragment }
  schema.security ??= security
  if (jsonSchema) {
    const refusals = Object.entries(refusalsOf(fragment[REQUIRED_WITHIN] ?? fragment[REQUIRED_WITH], anonymous))
    const problems = Object.fromEntries(refusals.map(([status, text]) => [status, problemResponse(text)]))
    schema.response = { ...problems, ...((schema.response as object | undefined) ?? ANY_SUCCESS) }
  }
  route.schema = schema
}

/** Returns the route configuration that documents an endpoint, and adds the security scheme to the document. */
export function documentEndpoint(endpoint: Endpoint, { auth, settings }: HttpAuth<FastifyRequest>): object {
  const { openapi } = endpoint
  if (openapi === undefined) return {}
  const { requestBody, responses = {}, ...rest } = openapi
  const [[, body] = []] = Object.entries(requestBody?.content ?? {})
  const schema = {
    ...rest,
    ...(body && { consumes: Object.keys(requestBody?.content ?? {}), body: body.schema }),
    response: Object.fromEntries(Object.entries(responses).map(([status, each]) => [status, asFastifyResponse(each)])),
  }
  return {
    swaggerTransform({ url, openapiObject, swaggerObject }: TransformInput) {
      // Why here: the endpoints come first in every document, so guarded routes that follow are amended too.
      addRefusals(openapiObject ?? swaggerObject ?? {}, settings.anonymous)
      const scheme = securitySchemeOf(auth.cookie)
      if (openapiObject) {
        openapiObject.components ??= {}
        const { securitySchemes } = openapiObject.components
        openapiObject.components.securitySchemes = { [SECURITY_SCHEME]: scheme, ...securitySchemes }
      } else if (swaggerObject) {
        const inHeader = { ...scheme, in: 'header', name: 'Cookie' }
        swaggerObject.securityDefinitions = { [SECURITY_SCHEME]: inHeader, ...swaggerObject.securityDefinitions }
      }
      return { schema, url }
    },
  }
}

/** Returns a response in the form of Fastify: the schema beside the description. */
function asFastifyResponse(response: { readonly description: string; readonly content?: object }): object {
  const { 'application/json': json } = (response.content ?? {}) as Record<string, { readonly schema: object }>
  return json ? { description: response.description, ...json.schema } : response
}

/**
 * Adds 401 and 403 to guarded operations while `@fastify/swagger` adds the operations to a document.
 *
 * Why in the document rather than in the schemas of routes: for schemas such as zod, a transformation reads the
 * responses, and each of its versions accepts another form. The finished document has one form.
 */
function addRefusals(document: GrowingDocument, anonymous: AnonymousAnswer): void {
  document.paths ??= {}
  const { paths } = document
  if (AMENDED in paths) return
  Object.setPrototypeOf(paths, amending(anonymous, document.openapi !== undefined))
}

const AMENDED = Symbol('ostiary.amended')

/** Returns a prototype that adds refusals to every operation that is assigned to a property. */
function amending(anonymous: AnonymousAnswer, isOpenApi: boolean): object {
  const prototype = { [AMENDED]: true }
  return new Proxy(prototype, {
    set(_target, url, operations: Record<string, Operation>, paths) {
      let current = operations
      // Why a setter: the methods of one path are assigned one after the other.
      const set = (assigned: Record<string, Operation>) => {
        current = assigned
        for (const operation of Object.values(assigned)) amend(operation, anonymous, isOpenApi)
      }
      set(operations)
      return Reflect.defineProperty(paths, url, { get: () => current, set, enumerable: true, configurable: true })
    },
  })
}

function amend(operation: Operation, anonymous: AnonymousAnswer, isOpenApi: boolean): void {
  if (!Object.keys(operation).some((key) => key.startsWith('x-required-'))) return
  const refusals = Object.entries(refusalsOf(operation[REQUIRED_WITHIN] ?? operation[REQUIRED_WITH], anonymous)).map(
    ([status, text]) => {
      const { description, content } = problemResponse(text)
      const { schema } = content['application/problem+json']
      return [status, isOpenApi ? { description, content } : { description, schema }]
    },
  )
  operation.responses = { ...Object.fromEntries(refusals), ...operation.responses }
}

interface Operation {
  responses?: Record<string, unknown>
  readonly [REQUIRED_WITHIN]?: unknown
  readonly [REQUIRED_WITH]?: unknown
}

/** An OpenAPI or Swagger document while it is being made. */
interface GrowingDocument {
  readonly openapi?: string
  paths?: object
}

interface TransformInput {
  readonly url: string
  readonly openapiObject?: GrowingDocument & { components?: { securitySchemes?: object } }
  readonly swaggerObject?: GrowingDocument & { securityDefinitions?: object }
}

/** The response that the generator shows for a route without responses. */
const ANY_SUCCESS = { 200: { description: 'Default Response' } }
