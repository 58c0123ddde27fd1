import { ConfigurationError } from '../errors.ts'
import { type Requirement, type RequirementParts, readRequirement } from '../policy/requirement.ts'
import type { User } from '../users/user.ts'

/** The declaration of a route: a requirement that users must meet, or one of the words for a public route. */
export type RouteDeclaration<Request = never> = Requirement<User, Request> | PublicRoute

/** A public route, with or without its user. */
export type PublicRoute = typeof ANYONE | typeof ANYONE_WITHOUT_USER

/** A public route whose handler gets the user. */
export const ANYONE = 'anyone'

/**
 * A public route whose user is always the anonymous user. Why: the guard skips cookies and sessions, so the route
 * answers at full speed, even while a session store or a user source hangs.
 */
export const ANYONE_WITHOUT_USER = 'anyone-without-user'

/**
 * Returns true for the declaration of a public route.
 *
 * ```ts
 * import { ANYONE, isPublic } from 'ostiary/http'
 *
 * isPublic(ANYONE) // true
 * isPublic({ roles: [] }) // false
 * ```
 */
export function isPublic(declaration: unknown): declaration is PublicRoute {
  return declaration === ANYONE || declaration === ANYONE_WITHOUT_USER
}

/**
 * Checks the declaration of a route at run time, and returns it. Why: callers in JavaScript may pass any value.
 *
 * ```ts
 * import { definePermission } from 'ostiary'
 * import { readDeclaration } from 'ostiary/http'
 *
 * const EDIT = definePermission({ name: 'edit', description: 'Change documents' })
 * const declaration = readDeclaration({ permission: EDIT })
 * ```
 *
 * @throws {ConfigurationError} unless the declaration is a requirement or one of the words for a public route.
 */
export function readDeclaration<Request>(declaration: RouteDeclaration<Request>): RouteDeclaration<Request> {
  if (isPublic(declaration)) return declaration
  return readRequirement<User, Request>(declaration as Partial<RequirementParts<User, Request>>)
}

/** Options of a public route. */
export interface AnyoneOptions {
  /** True when the handler gets the user. Default: true. */
  readonly user?: boolean
}

/**
 * Returns the declaration of a public route.
 *
 * ```ts
 * import { readAnyone } from 'ostiary/http'
 *
 * readAnyone() // 'anyone'
 * readAnyone({ user: false }) // 'anyone-without-user'
 * ```
 *
 * @throws {ConfigurationError} unless `user` is true, false or undefined.
 */
export function readAnyone({ user = true }: AnyoneOptions = {}): PublicRoute {
  if (typeof user !== 'boolean') throw new ConfigurationError('anyone({ user }): user is true or false.')
  return user ? ANYONE : ANYONE_WITHOUT_USER
}
