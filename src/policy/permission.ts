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
  return Object.freeze({
    name: declaredName(permission, 'definePermission'),
    description: declaredDescription(permission, 'definePermission'),
  })
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
