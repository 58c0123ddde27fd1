import type { AnonymousAnswer } from './refusals.ts'

/** An OpenAPI or Swagger document while it is being made. */
export interface GrowingDocument {
  readonly openapi?: string
  paths?: object
}

/**
 * Adds 401 and 403 to guarded operations as `@fastify/swagger` puts them into a document.
 *
 * Why not in the schemas of routes: where those are of another kind than JSON Schema, such as zod, a transformation of
 * that kind reads the answers, and each of its versions understands other ones. What it has made is one for all.
 */
export function addRefusals(document: GrowingDocument, anonymous: AnonymousAnswer): void {
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

interface Operation {
  responses?: Record<string, unknown>
  readonly [REQUIRED_WITHIN]?: unknown
}

function amend(operation: Operation, anonymous: AnonymousAnswer, isOpenApi: boolean): void {
  if (!Object.keys(operation).some((key) => key.startsWith('x-required-'))) return
  const within = operation[REQUIRED_WITHIN] !== undefined
  const unauthorized = within ? SIGN_IN_AGAIN : anonymous === 'forbid' ? undefined : UNAUTHORIZED
  operation.responses = {
    ...(unauthorized !== undefined && { 401: asResponse(unauthorized, isOpenApi) }),
    403: asResponse(FORBIDDEN, isOpenApi),
    ...operation.responses,
  }
}

function asResponse(description: string, isOpenApi: boolean): object {
  return isOpenApi ? problem(description) : { description, schema: PROBLEM }
}

/** A response of OpenAPI 3 with a problem by RFC 9457. */
export function problem(description: string) {
  return { description, content: { 'application/problem+json': { schema: PROBLEM } } }
}

export const REQUIRED_WITHIN = 'x-required-authenticated-within'

export const UNAUTHORIZED = 'Not signed in'
export const SIGN_IN_AGAIN = 'Not signed in, or too long ago'
export const FORBIDDEN = 'Not allowed'

const PROBLEM = {
  type: 'object',
  properties: { type: { type: 'string' }, title: { type: 'string' }, status: { type: 'integer' } },
  additionalProperties: true,
}
