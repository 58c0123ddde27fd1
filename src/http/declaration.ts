import { ConfigurationError } from '../errors.ts'
import { type Requirement, type RequirementParts, readRequirement } from '../policy/requirement.ts'
import type { User } from '../users/user.ts'

/** What a route says about who may come in: a requirement, or that it is public. */
export type RouteDeclaration<Request = never> = Requirement<User, Request> | PublicRoute

/** A public route, with or without its user. */
export type PublicRoute = typeof ANYONE | typeof ANYONE_WITHOUT_USER

/** A public route whose handler gets the user. */
export const ANYONE = 'anyone'

/**
 * A public route whose user is always the anonymous one. Why: the session is left alone, so the route answers while a
 * store or a source hangs, and pays nothing for cookies.
 */
export const ANYONE_WITHOUT_USER = 'anyone-without-user'

/** Returns true for a public route. */
export function isPublic(declaration: unknown): declaration is PublicRoute {
  return declaration === ANYONE || declaration === ANYONE_WITHOUT_USER
}

/**
 * Checks a declaration at run time, since callers in JavaScript may write anything.
 *
 * @throws {ConfigurationError} when it is neither a requirement nor one of the words for a public route.
 */
export function readDeclaration<Request>(declaration: RouteDeclaration<Request>): RouteDeclaration<Request> {
  if (isPublic(declaration)) return declaration
  return readRequirement<User, Request>(declaration as Partial<RequirementParts<User, Request>>)
}

/** Options of a public route. */
export interface AnyoneOptions {
  /** Whether the handler gets the user. Default: true. */
  readonly user?: boolean
}

/** @throws {ConfigurationError} when `user` is neither true nor false. */
export function readAnyone({ user = true }: AnyoneOptions = {}): PublicRoute {
  if (typeof user !== 'boolean') throw new ConfigurationError('anyone({ user }): user is true or false.')
  return user ? ANYONE : ANYONE_WITHOUT_USER
}
