import type { FastifyRequest, RouteOptions } from 'fastify'
import {
  type AnonymousAnswer,
  type Endpoint,
  type HttpAuth,
  problemResponse,
  REQUIRED_WITHIN,
  type RouteDeclaration,
  refusalsOf,
  requirementFragment,
  SECURITY_SCHEME,
  securitySchemeOf,
} from '../http/index.ts'

// Shows guards and endpoints in the document that `@fastify/swagger` generates.

/**
 * Adds what a guard asks for to the schema of a route. To be called once Fastify has compiled the schema: then the schema
 * is shown, and serialises nothing.
 *
 * Where schemas are of another kind than JSON Schema, {@link addRefusals} adds the answers to the document itself.
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
    const refusals = Object.entries(refusalsOf(fragment[REQUIRED_WITHIN], anonymous))
    const problems = Object.fromEntries(refusals.map(([status, text]) => [status, problemResponse(text)]))
    schema.response = { ...problems, ...((schema.response as object | undefined) ?? ANY_SUCCESS) }
  }
  route.schema = schema
}

/** Returns the route configuration that documents an endpoint, and brings the security scheme into the document. */
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
      // The first routes of every document are ours: guarded ones that come later are seen from here.
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

/** JSON as Fastify writes it: the schema beside the description. */
function asFastifyResponse(response: { readonly description: string; readonly content?: object }): object {
  const { 'application/json': json } = (response.content ?? {}) as Record<string, { readonly schema: object }>
  return json ? { description: response.description, ...json.schema } : response
}

/**
 * Adds 401 and 403 to guarded operations as `@fastify/swagger` puts them into a document.
 *
 * Why not in the schemas of routes: where those are of another kind than JSON Schema, such as zod, a transformation of
 * that kind reads the answers, and each of its versions understands other ones. The finished document is one for all.
 */
function addRefusals(document: GrowingDocument, anonymous: AnonymousAnswer): void {
  document.paths ??= {}
  const { paths } = document
  if (AMENDED in paths) return
  Object.setPrototypeOf(paths, amending(anonymous, document.openapi !== undefined))
}

const AMENDED = Symbol('ostiary.amended')

/** The prototype of an object that adds refusals to whatever is assigned to its properties. */
function amending(anonymous: AnonymousAnswer, isOpenApi: boolean): object {
  const prototype = { [AMENDED]: true }
  return new Proxy(prototype, {
    set(_target, url, operations: Record<string, Operation>, paths) {
      let current = operations
      // Several methods of one path are assigned one after the other.
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
  const refusals = Object.entries(refusalsOf(operation[REQUIRED_WITHIN], anonymous)).map(([status, text]) => {
    const { description, content } = problemResponse(text)
    const { schema } = content['application/problem+json']
    return [status, isOpenApi ? { description, content } : { description, schema }]
  })
  operation.responses = { ...Object.fromEntries(refusals), ...operation.responses }
}

interface Operation {
  responses?: Record<string, unknown>
  readonly [REQUIRED_WITHIN]?: unknown
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

/** The answer that the generator shows of a route without any. */
const ANY_SUCCESS = { 200: { description: 'Default Response' } }
