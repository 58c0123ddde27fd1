import { ConfigurationError } from '../errors.ts'
import type { AccountInput, JsonValue } from '../users/account.ts'
import { accepted, blocked, type Outcome, unknown } from '../users/outcome.ts'
import { isObject, listIn } from './odata.ts'
import { mapRoles, type SapRoleMap } from './role-map.ts'
import { endOf, startOf } from './sap-date.ts'

/**
 * Paths into the answer of the service: names of properties with dots between them. A path goes through each member of
 * a list, so `'roles.name'` means the names of all roles.
 *
 * A path that leads to a missing property makes the login `unavailable`. Why: a misspelt `locked` must keep everybody
 * out.
 */
export interface SapMapping {
  readonly name: string
  /** Default: the name. */
  readonly id?: string
  readonly description?: string
  readonly roles?: string
  /** Names of the application's roles for SAP's roles. Default: the names are the same. */
  readonly roleMap?: SapRoleMap
  /** A path for each property. A missing value is left out. */
  readonly properties?: Readonly<Record<string, string>>
  /** The user is blocked when this value is set: `true`, `'X'`, `'L'`, or a number other than 0. */
  readonly locked?: string
  /** The first day or moment on which the account is valid. */
  readonly validFrom?: string
  /** The last day or moment on which the account is valid. A day lasts until its end, in UTC. */
  readonly validTo?: string
}

/** Turns an unwrapped answer into an account or an outcome, or into null for an unknown user. */
export type SapMappingFunction = (answer: unknown) => AccountInput | Outcome | null

/**
 * Creates the reader of answers for both kinds of mapping.
 *
 * @throws {ConfigurationError} when the mapping is neither a function nor an object with a `name`.
 */
export function createMapping(
  mapping: SapMapping | SapMappingFunction,
  now: () => number,
): (answer: unknown) => Outcome {
  if (typeof mapping === 'function') {
    return (answer) => {
      const result = mapping(answer)
      if (result === null || result === undefined) return unknown()
      return 'outcome' in result ? result : accepted(result)
    }
  }
  if (!isObject(mapping) || typeof mapping.name !== 'string')
    throw new ConfigurationError('sapSource() needs a mapping: a function, or paths of which `name` is a must.')
  return (answer) => {
    const reason = reasonToBlock(answer, mapping, now())
    return reason === null
      ? accepted(accountOf(answer, mapping))
      : blocked(reason, { accountId: idOf(answer, mapping) })
  }
}

function idOf(answer: unknown, mapping: SapMapping): string {
  return textAt(answer, mapping.id ?? mapping.name)
}

function accountOf(answer: unknown, mapping: SapMapping): AccountInput {
  const name = textAt(answer, mapping.name)
  return {
    name,
    id: idOf(answer, mapping),
    ...(mapping.description !== undefined && { description: optionalTextAt(answer, mapping.description) }),
    roles: mapping.roles === undefined ? [] : mapRoles(textsAt(answer, mapping.roles), mapping.roleMap),
    properties: propertiesOf(answer, mapping.properties ?? {}),
  }
}

function propertiesOf(answer: unknown, paths: Readonly<Record<string, string>>): Record<string, JsonValue> {
  const properties = Object.fromEntries(
    Object.entries(paths)
      .map(([key, path]) => [key, valueAt(answer, path)] as const)
      .filter((entry): entry is [string, JsonValue] => entry[1] !== undefined),
  )
  if (JSON.stringify(properties).length > MOST_CHARACTERS)
    throw new Error(`the properties of an account are longer than ${MOST_CHARACTERS} characters`)
  return properties
}

/** Characters of all properties as JSON. Why: properties are stored in a cookie. */
const MOST_CHARACTERS = 4000

function reasonToBlock(answer: unknown, { locked, validFrom, validTo }: SapMapping, now: number): string | null {
  if (locked !== undefined && isSet(must(answer, locked))) return 'locked'
  const start = validFrom === undefined ? null : startOf(must(answer, validFrom))
  if (start !== null && now < start) return 'not valid yet'
  const end = validTo === undefined ? null : endOf(must(answer, validTo))
  return end !== null && now >= end ? 'no longer valid' : null
}

/** Returns false only for values that clearly mean "unset". Every other value counts as set. */
function isSet(value: unknown): boolean {
  const text = typeof value === 'string' ? value.trim().toUpperCase() : value
  return !(text === false || text === null || text === 0 || ['', '0', 'U', 'FALSE'].includes(text as string))
}

/**
 * Returns the text at a path.
 *
 * @throws {Error} when the value is missing, empty, or something other than text.
 */
export function textAt(answer: unknown, path: string): string {
  const value = valueAt(answer, path)
  if (typeof value === 'number' && Math.abs(value) > Number.MAX_SAFE_INTEGER)
    throw new Error(`the answer has a number beyond 2^53 at ${JSON.stringify(path)}, which names nobody for sure`)
  const text = optionalTextAt(answer, path)
  if (text.trim() !== '') return text
  throw new Error(`the answer has no text at ${JSON.stringify(path)}`)
}

function optionalTextAt(answer: unknown, path: string): string {
  const value = must(answer, path)
  if (value === null) return ''
  if (typeof value === 'string' || typeof value === 'number') return String(value)
  throw new Error(`the answer has no text at ${JSON.stringify(path)}`)
}

function textsAt(answer: unknown, path: string): string[] {
  const value = must(answer, path)
  if (value === null) return []
  const texts = Array.isArray(value) ? value : [value]
  if (texts.every((text) => typeof text === 'string')) return texts
  throw new Error(`the answer has something else than texts at ${JSON.stringify(path)}`)
}

function must(answer: unknown, path: string): unknown {
  const value = valueAt(answer, path)
  if (value === undefined) throw new Error(`the answer has nothing at ${JSON.stringify(path)}`)
  return value
}

function valueAt(answer: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>(step, answer)
}

/** A list that OData left out for want of `$expand` counts as missing rather than empty. */
function step(value: unknown, key: string): unknown {
  const list = listIn(value)
  if (list) {
    const values = list.flatMap((member): unknown => step(member, key))
    return values.includes(undefined) ? undefined : values
  }
  if (!isObject(value) || !Object.hasOwn(value, key)) return value === null ? null : undefined
  const next = value[key]
  if (isObject(next) && '__deferred' in next) return undefined
  return listIn(next) ?? next
}
