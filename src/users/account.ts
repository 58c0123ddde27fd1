import type { Role } from '../policy/role.ts'
import { freezeJson } from './freeze-json.ts'

/** A value that survives a trip through JSON unchanged. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue }

/** What a source says about a person. Complete, and frozen with everything in it. */
export interface Account {
  /** Names the person within the source for as long as the account exists. Not the user name, if that can change. */
  readonly id: string
  readonly name: string
  readonly description: string
  readonly roles: readonly string[]
  readonly superuser: boolean
  /** Small facts that the application wants at hand. They travel in the session cookie: keep them under a few hundred bytes. */
  readonly properties: Readonly<Record<string, JsonValue>>
}

/** What a source writes: only the name is a must. */
export interface AccountInput {
  /** Default: the name. */
  readonly id?: string
  readonly name: string
  readonly description?: string
  /** Roles, or their names. Names that the code does not declare are dropped, with a warning. */
  readonly roles?: readonly (Role | string)[]
  readonly superuser?: boolean
  readonly properties?: Readonly<Record<string, JsonValue>>
}

/**
 * Completes and checks what a source says about a person.
 *
 * @throws {TypeError} when the source says something that no account can be: a fault of the source, which the
 * source chain reports as `unavailable`.
 */
export function createAccount(input: AccountInput): Account {
  const { name, id = name, description = '', roles = [], superuser = false, properties = {} } = input
  if (!isText(name)) throw new TypeError('An account needs a name: a text that is not empty.')
  if (!isText(id)) throw new TypeError('The id of an account is a text that is not empty.')
  if (typeof description !== 'string') throw new TypeError('The description of an account is a text.')
  if (!Array.isArray(roles)) throw new TypeError('The roles of an account are a list of roles or of their names.')
  if (typeof superuser !== 'boolean') throw new TypeError('An account is a superuser, true or false.')
  return Object.freeze({
    id,
    name,
    description,
    roles: Object.freeze(roles.map(roleName)),
    superuser,
    properties: plainCopy(properties),
  })
}

function roleName(role: Role | string): string {
  const name: unknown = typeof role === 'string' ? role : role?.name
  if (isText(name)) return name
  throw new TypeError('The roles of an account are a list of roles or of their names.')
}

function plainCopy(properties: unknown): Account['properties'] {
  if (!isPlainObject(properties)) throw new TypeError('The properties of an account are an object of JSON values.')
  return freezeJson(JSON.parse(JSON.stringify(properties)) as Account['properties'])
}

/** Not a date, a map or a list, of which JSON would make something else. */
function isPlainObject(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== ''
}
