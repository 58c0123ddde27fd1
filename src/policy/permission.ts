import { ConfigurationError } from '../errors.ts'

/** A right to do one thing, declared in code. Compared by identity: an application declares each permission once. */
export interface Permission {
  readonly name: string
  readonly description: string
}

/**
 * Declares a permission, and returns it frozen. A name has at most 100 characters, without commas, control characters,
 * and spaces at either end.
 *
 * ```ts
 * import { definePermission } from 'ostiary'
 *
 * export const VIEW = definePermission({ name: 'view', description: 'See documents' })
 * ```
 *
 * @throws {ConfigurationError} when the name or the description is missing, or the name breaks the rule.
 */
export function definePermission(permission: Permission): Permission {
  return new DeclaredPermission(
    declaredName(permission, 'definePermission'),
    declaredDescription(permission, 'definePermission'),
  )
}

/** A permission with its number and its two decisions in private fields, hidden from applications. */
class DeclaredPermission implements Permission {
  /**
   * The number of the next permission. Why a plain count is enough: permissions are compared by number, and never
   * looked up by number.
   */
  static #count = 0
  readonly name: string
  readonly description: string
  readonly #number = DeclaredPermission.#count++
  readonly #held: PermissionDecision
  readonly #missing: PermissionDecision

  constructor(name: string, description: string) {
    this.name = name
    this.description = description
    this.#held = decisionOf(name, true)
    this.#missing = decisionOf(name, false)
    Object.freeze(this)
  }

  static numberOf(permission: Permission): number | undefined {
    return #number in permission ? permission.#number : undefined
  }

  static decision(permission: Permission, held: boolean): PermissionDecision {
    if (#held in permission) return held ? permission.#held : permission.#missing
    return decisionOf(permission.name, held)
  }
}

/** Returns the number that identifies a declared permission in this process, or undefined for an undeclared one. */
export const numberOf = DeclaredPermission.numberOf

/** Returns the decision on a requirement of this permission. All holders share one decision, and all others another. */
export const permissionDecision = DeclaredPermission.decision

export type PermissionDecision =
  | { readonly allowed: true; readonly reason: { readonly code: 'has-permission'; readonly permission: string } }
  | { readonly allowed: false; readonly reason: { readonly code: 'missing-permission'; readonly permission: string } }

function decisionOf(permission: string, held: boolean): PermissionDecision {
  return held
    ? Object.freeze({ allowed: true, reason: Object.freeze({ code: 'has-permission', permission }) })
    : Object.freeze({ allowed: false, reason: Object.freeze({ code: 'missing-permission', permission }) })
}

/**
 * Returns the name of a declaration, after checking it.
 *
 * Why commas, control characters and spaces at either end are refused: names are written on command lines, separated by
 * commas, and in log lines.
 *
 * @throws {ConfigurationError} when the name is missing or breaks a rule.
 */
export function declaredName(declaration: { readonly name: string }, caller: string): string {
  const name: unknown = declaration?.name
  if (typeof name !== 'string' || name.trim() === '') {
    throw new ConfigurationError(`${caller}() needs a name: a text that is not empty. It got ${show(name)}.`)
  }
  if (name !== name.trim() || name.length > 100 || /[,\p{C}]/u.test(name)) {
    throw new ConfigurationError(
      `${caller}() cannot use the name ${show(name)}: at most 100 characters, no comma, no control character, no space at either end.`,
    )
  }
  return name
}

export function declaredDescription(
  declaration: { readonly name: string; readonly description: string },
  caller: string,
): string {
  const description: unknown = declaration.description
  if (typeof description === 'string' && description.trim() !== '') return description
  throw new ConfigurationError(
    `${caller}() needs a description for ${show(declaration.name)}: a text that is not empty. It got ${show(description)}.`,
  )
}

function show(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : String(value)
}
