import type { Permission } from '../policy/permission.ts'
import type { Role } from '../policy/role.ts'
import { NO_ROLES, type RoleSet } from '../policy/role-registry.ts'
import type { Account, JsonValue } from './account.ts'

/**
 * Who is asking, for the length of one request: anonymous, authenticated or superuser.
 *
 * Nobody can change a user, nor anything that a user holds: requests of the same session share one.
 * Holds no secret, and turns into JSON as name, description, role names, `isAnonymous` and properties: nothing else.
 *
 * ```ts
 * import type { Permission, User } from 'ostiary'
 *
 * export const mayPublish = (user: User, publish: Permission) =>
 *   user.isAuthenticated && (user.hasPermission(publish) || user.hasRole('Editor'))
 * ```
 */
export class User {
  /** `source:id`. Two sources that know the same name know two people. Null for the anonymous user. */
  readonly id: string | null
  readonly source: string | null
  readonly name: string
  readonly description: string
  readonly properties: Readonly<Record<string, JsonValue>>
  readonly isAnonymous: boolean
  readonly isSuperuser: boolean
  /** When the password was given, in milliseconds since 1970. Null for the anonymous user, and where nobody knows. */
  readonly authenticatedAt: number | null
  /**
   * The methods by which the user proved the identity, such as `password` and `second-factor`, each with its time in
   * milliseconds since 1970-01-01 UTC. Empty for the anonymous user, and for users who came with a token.
   */
  readonly authenticatedWith: Readonly<Record<string, number>>
  readonly #roleSet: RoleSet

  /** @internal Applications get users from a guard, from a login, or from `ostiary/testing`. */
  constructor(
    source: string | null,
    account: Account,
    roleSet: RoleSet,
    authenticatedAt: number | null = null,
    authenticatedWith: Readonly<Record<string, number>> = NO_METHODS,
  ) {
    this.id = source === null ? null : userId(source, account.id)
    this.source = source
    this.name = account.name
    this.description = account.description
    this.properties = account.properties
    this.isAnonymous = source === null
    this.isSuperuser = source !== null && account.superuser
    this.authenticatedAt = source === null ? null : authenticatedAt
    this.authenticatedWith = source === null ? NO_METHODS : authenticatedWith
    this.#roleSet = roleSet
    Object.freeze(this)
  }

  get isAuthenticated(): boolean {
    return !this.isAnonymous
  }

  get roles(): readonly Role[] {
    return this.#roleSet.roles
  }

  /** The names of the roles that the user was given. A superuser has those it was given, like everybody else. */
  get roleNames(): ReadonlySet<string> {
    return this.#roleSet.roleNames
  }

  /** The names of the permissions that the user's roles bring. */
  get permissionNames(): ReadonlySet<string> {
    return this.#roleSet.permissionNames
  }

  /** Returns true when a route that asks for this role lets the user in. Always true for a superuser. */
  hasRole(role: Role | string): boolean {
    return this.isSuperuser || this.roleNames.has(typeof role === 'string' ? role : role.name)
  }

  /** Returns true when a route that asks for this permission lets the user in. Always true for a superuser. */
  hasPermission(permission: Permission | string): boolean {
    if (this.isSuperuser) return true
    return this.permissionNames.has(typeof permission === 'string' ? permission : permission.name)
  }

  /** Returns the fields that other people may see. */
  toJSON(): UserJson {
    return {
      name: this.name,
      description: this.description,
      roles: [...this.roleNames],
      isAnonymous: this.isAnonymous,
      properties: this.properties,
    }
  }
}

const NO_METHODS: Readonly<Record<string, number>> = Object.freeze({})

/** A user as JSON. */
export interface UserJson {
  readonly name: string
  readonly description: string
  readonly roles: readonly string[]
  readonly isAnonymous: boolean
  readonly properties: Readonly<Record<string, JsonValue>>
}

/** The identity of a person: unique over all sources. */
export function userId(source: string, accountId: string): string {
  return `${source}:${accountId}`
}

/** Takes an identity apart. The name of a source has no colon; the id within it may have some. */
export function splitUserId(id: string): { source: string; accountId: string } {
  const colon = id.indexOf(':')
  return { source: id.slice(0, colon), accountId: id.slice(colon + 1) }
}

/** The anonymous user: one value for everybody who has not signed in. */
export const ANONYMOUS: User = new User(
  null,
  {
    id: '',
    name: 'anonymous',
    description: 'Anonymous user',
    roles: [],
    superuser: false,
    properties: Object.freeze({}),
  },
  NO_ROLES,
)
