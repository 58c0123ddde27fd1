import { type Duration, toMilliseconds } from '../duration.ts'
import { ConfigurationError } from '../errors.ts'
import type { Permission } from './permission.ts'
import { isPermission, isRole, type Role } from './role.ts'

/**
 * The condition of a route: exactly one of `roles`, `permission` and `check`. `authenticatedWithin` and
 * `authenticatedWith` stand beside one of them, or alone. `roles` is met by any one of its roles.
 *
 * Only a checker that returns exactly `true` allows. Any other value, a throw and a rejection deny.
 */
export type Requirement<User = never, Request = never> =
  | RolesRequirement
  | PermissionRequirement
  | CheckRequirement<User, Request>
  | RecentRequirement
  | FactorRequirement

/** A way in which users prove who they are. Extensions add names of their own. */
export type AuthenticationMethod = 'password' | 'second-factor' | 'passkey' | 'oidc' | 'saml' | (string & {})

/** Conditions on the login itself. Superusers must meet them too. */
export interface Recency {
  /** Asks that the user signed in within this time. With `authenticatedWith`, that method was used within it too. */
  readonly authenticatedWithin?: Duration
  /** Asks that the user proved the identity by this method too, such as a second factor. */
  readonly authenticatedWith?: AuthenticationMethod
}

/** Allows users who signed in within this time. */
export interface RecentRequirement {
  readonly authenticatedWithin: Duration
  readonly authenticatedWith?: AuthenticationMethod
}

/** Allows users who proved the identity by this method too. */
export interface FactorRequirement {
  readonly authenticatedWith: AuthenticationMethod
  readonly authenticatedWithin?: Duration
}

/** Allows users who have any of the roles. */
export interface RolesRequirement extends Recency {
  readonly roles: readonly Role[]
}

/** Allows users who have a role with the permission. */
export interface PermissionRequirement extends Recency {
  readonly permission: Permission
}

/** Allows users for whom the checker returns exactly `true`. */
export interface CheckRequirement<User, Request> extends Recency {
  readonly check: Checker<User, Request>
}

/** An application's own rule. It runs for superusers and anonymous users too. */
export type Checker<User, Request> = (user: User, request: Request) => boolean | Promise<boolean>

/** The keys of a requirement: one of the first three, and the others beside it or alone. */
export interface RequirementParts<User, Request> {
  readonly roles: readonly Role[]
  readonly permission: Permission
  readonly check: Checker<User, Request>
  readonly authenticatedWithin: Duration
  readonly authenticatedWith: AuthenticationMethod
}

/** `roles`, `permission`, `check`, `authenticatedWithin` or `authenticatedWith`. */
export type RequirementKey = keyof RequirementParts<never, never>

/**
 * A requirement as callers write it. `Key` is inferred from the keys that are written.
 *
 * Several of the keys `roles`, `permission` and `check` are a compile error that reads as a sentence. So is a
 * requirement without any key.
 */
export type RequirementInput<User, Request, Key extends RequirementKey> = Pick<RequirementParts<User, Request>, Key> &
  (IsEnough<Key> extends true ? unknown : 'A requirement needs exactly one of roles, permission and check.')

type OfLogin = 'authenticatedWithin' | 'authenticatedWith'
type IsEnough<Key> = [Key] extends [never] ? false : [Key] extends [OfLogin] ? true : IsOne<Exclude<Key, OfLogin>>
type IsOne<Key> = [Key] extends [never] ? false : IsUnion<Key> extends true ? false : true
type IsUnion<T, Whole = T> = T extends unknown ? ([Whole] extends [T] ? false : true) : never

/**
 * Checks a requirement at run time, and returns a frozen copy of it.
 *
 * ```ts
 * import { definePermission, readRequirement } from 'ostiary'
 *
 * const EDIT = definePermission({ name: 'edit', description: 'Change documents' })
 * const requirement = readRequirement({ permission: EDIT, authenticatedWithin: '15m' })
 * ```
 *
 * @throws {ConfigurationError} when the requirement is empty, has several of `roles`, `permission` and `check`, or has
 * an unknown key. Also when the list of roles is empty, or a value has the wrong kind. Also when `authenticatedWithin`
 * or `authenticatedWith` is present without a valid value: `undefined` is refused too.
 */
export function readRequirement<User, Request>(
  input: Partial<RequirementParts<User, Request>>,
): Requirement<User, Request> {
  if (typeof input !== 'object' || input === null)
    throw new ConfigurationError(`${ONE_OF_THREE} This one is ${String(input)}.`)
  const recency = readRecency(input)
  const keys = Object.keys(input).filter((key) => key !== 'authenticatedWithin' && key !== 'authenticatedWith')
  if (keys.length === 0 && recency) return recency
  if (keys.length !== 1) {
    throw new ConfigurationError(`${ONE_OF_THREE} This one has ${keys.length === 0 ? 'none' : keys.join(' and ')}.`)
  }
  const { roles, permission, check } = input
  switch (keys[0]) {
    case 'roles':
      if (Array.isArray(roles) && roles.length > 0 && roles.every(isRole))
        return Object.freeze({ roles: Object.freeze([...roles]), ...recency })
      throw new ConfigurationError(
        'The roles of a requirement are a list of at least one role, each made by defineRole().',
      )
    case 'permission':
      if (isPermission(permission)) return Object.freeze({ permission, ...recency })
      throw new ConfigurationError('The permission of a requirement is what definePermission() returned.')
    case 'check':
      if (typeof check === 'function') return Object.freeze({ check, ...recency })
      throw new ConfigurationError('The check of a requirement is a function that returns true or a promise of true.')
    default:
      throw new ConfigurationError(`${ONE_OF_THREE} This one has ${keys[0]}.`)
  }
}

function readRecency(
  input: Partial<RequirementParts<never, never>>,
): RecentRequirement | FactorRequirement | undefined {
  // The presence of a key counts. Why: a limit that an application forgot to configure must fail loudly.
  const within = Object.hasOwn(input, 'authenticatedWithin')
    ? { authenticatedWithin: readWithin(input.authenticatedWithin as Duration) }
    : undefined
  if (!Object.hasOwn(input, 'authenticatedWith')) return within && Object.freeze(within)
  const { authenticatedWith } = input as FactorRequirement
  if (typeof authenticatedWith !== 'string' || !/^[a-z][a-z0-9-]{0,31}$/.test(authenticatedWith))
    throw new ConfigurationError('authenticatedWith of a requirement is the name of a method, such as "second-factor".')
  return Object.freeze({ authenticatedWith, ...within })
}

function readWithin(within: Duration): Duration {
  toMilliseconds(within, 'authenticatedWithin of a requirement')
  return within
}

const ONE_OF_THREE = 'A requirement needs exactly one of roles, permission and check.'
