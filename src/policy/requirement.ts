import { ConfigurationError } from '../errors.ts'
import type { Permission } from './permission.ts'
import { isPermission, isRole, type Role } from './role.ts'

/**
 * What a route asks for: exactly one of `roles` (any of them will do), `permission` or `check`.
 *
 * A checker lets in by returning exactly `true`. Anything else denies: another value, a throw, a rejection.
 */
export type Requirement<User = never, Request = never> =
  | RolesRequirement
  | PermissionRequirement
  | CheckRequirement<User, Request>

/** Lets in whoever has any of the roles. */
export interface RolesRequirement {
  readonly roles: readonly Role[]
}

/** Lets in whoever has a role with the permission. */
export interface PermissionRequirement {
  readonly permission: Permission
}

/** Lets in whomever the checker returns exactly `true` for. */
export interface CheckRequirement<User, Request> {
  readonly check: Checker<User, Request>
}

/** An application's own rule. It runs for superusers and anonymous users too. */
export type Checker<User, Request> = (user: User, request: Request) => boolean | Promise<boolean>

/** The three keys of which a requirement has one. */
export interface RequirementParts<User, Request> {
  readonly roles: readonly Role[]
  readonly permission: Permission
  readonly check: Checker<User, Request>
}

/** `roles`, `permission` or `check`. */
export type RequirementKey = keyof RequirementParts<never, never>

/**
 * A requirement as callers write it. With none or several of the three keys it is a compile error that reads as a
 * sentence. `Key` is inferred from what is written.
 */
export type RequirementInput<User, Request, Key extends RequirementKey> = Pick<RequirementParts<User, Request>, Key> &
  (IsOne<Key> extends true ? unknown : 'A requirement needs exactly one of roles, permission and check.')

type IsOne<Key> = [Key] extends [never] ? false : IsUnion<Key> extends true ? false : true
type IsUnion<T, Whole = T> = T extends unknown ? ([Whole] extends [T] ? false : true) : never

/**
 * Checks a requirement at run time and returns a frozen copy of it, whoever wrote it.
 *
 * @throws {ConfigurationError} when it has none or several of `roles`, `permission` and `check`, an unknown key,
 * an empty list of roles, or a value of the wrong kind.
 */
export function readRequirement<User, Request>(
  input: Partial<RequirementParts<User, Request>>,
): Requirement<User, Request> {
  if (typeof input !== 'object' || input === null)
    throw new ConfigurationError(`${ONE_OF_THREE} This one is ${String(input)}.`)
  const keys = Object.keys(input)
  if (keys.length !== 1) {
    throw new ConfigurationError(`${ONE_OF_THREE} This one has ${keys.length === 0 ? 'none' : keys.join(' and ')}.`)
  }
  const { roles, permission, check } = input
  switch (keys[0]) {
    case 'roles':
      if (Array.isArray(roles) && roles.length > 0 && roles.every(isRole))
        return Object.freeze({ roles: Object.freeze([...roles]) })
      throw new ConfigurationError(
        'The roles of a requirement are a list of at least one role, each made by defineRole().',
      )
    case 'permission':
      if (isPermission(permission)) return Object.freeze({ permission })
      throw new ConfigurationError('The permission of a requirement is what definePermission() returned.')
    case 'check':
      if (typeof check === 'function') return Object.freeze({ check })
      throw new ConfigurationError('The check of a requirement is a function that returns true or a promise of true.')
    default:
      throw new ConfigurationError(`${ONE_OF_THREE} This one has ${keys[0]}.`)
  }
}

const ONE_OF_THREE = 'A requirement needs exactly one of roles, permission and check.'
