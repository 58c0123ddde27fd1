import { AuthError } from '../../errors.ts'
import type { PasswordHasher } from '../../passwords/password-hasher.ts'
import type { AccountEvents } from '../../users/account-events.ts'
import type { TransferUser } from '../../users/user-transfer.ts'
import { canonicalUsername } from '../../users/username.ts'
import { UnwritableNumberError, writeProperties } from '../check-account.ts'
import { knownRoleNames } from '../known-roles.ts'

/** A user that the tables can store on every database. */
export interface CheckedUser extends Omit<TransferUser, 'properties'> {
  readonly canonical: string
  /** An object as JSON. */
  readonly properties?: string
}

/** Thrown for a user that cannot be stored. The message is the reason. */
class Unusable extends Error {}

/** Creates the function that checks one user. The function returns the values to store, or the reason for a refusal. */
export function createUserCheck(hasher: PasswordHasher, listeners: Iterable<AccountEvents>) {
  // Lists of roles that were checked already, by their JSON. Why: many users share the same few lists.
  const lists = new Map<string, readonly string[]>()

  function checkRoles(roles: readonly string[]): readonly string[] {
    if (roles.length > MOST_ROLES) throw new Unusable(`it has over ${MOST_ROLES} roles`)
    // JSON keeps the lists apart. Why: in a plain join, the name of one role may read like the names of several.
    const key = JSON.stringify(roles)
    const known = lists.get(key)
    if (known) return known
    for (const role of roles) assertRoleName(role)
    const names = [...knownRoleNames(roles, listeners)].sort()
    if (lists.size < MOST_LISTS) lists.set(key, names)
    return names
  }

  function check(user: TransferUser): CheckedUser {
    assertShape(user)
    const { username, id, passwordHash, description, roles, properties, ...rest } = user
    const canonical = canonicalUsername(username)
    // What drivers make of bytes that are no text: several people could come to one name.
    if (username.includes('\ufffd')) throw new Unusable('its name holds a character that stands for what is no text')
    if (id !== undefined && !/^[\w.-]{1,36}$/.test(id)) throw new Unusable('its id cannot be one')
    if (typeof passwordHash === 'string') {
      hasher.assertVerifiable(passwordHash)
      if (passwordHash.length > MOST_IN_HASH) throw new Unusable(`its hash has over ${MOST_IN_HASH} characters`)
    }
    if (description !== undefined) assertText(description, 'description')
    for (const time of [rest.createdAt, rest.changedAt]) assertTime(time)
    return {
      ...rest,
      canonical,
      username: username.trim(),
      ...(id !== undefined && { id }),
      ...(passwordHash !== undefined && { passwordHash }),
      ...(description !== undefined && { description }),
      ...(roles !== undefined && { roles: checkRoles(roles) }),
      ...(properties !== undefined && { properties: checkProperties(properties) }),
    }
  }

  return (user: TransferUser): CheckedUser | { readonly reason: string } => {
    try {
      return check(user)
    } catch (error) {
      if (error instanceof Unusable || error instanceof AuthError) return { reason: error.message }
      throw error
    }
  }
}

const MOST_LISTS = 1000
const MOST_ROLES = 1000
/**
 * Levels of lists and objects within each other, in properties. Why: each level costs stack when code walks through
 * them.
 */
const MOST_LEVELS = 100
const MOST_IN_HASH = 500
/** The most bytes that a `text` column of MariaDB holds. */
const MOST_BYTES = 65_535

/**
 * Checks the types of the fields. Why: users come from foreign files and from untyped code. A wrong shape stops one
 * user only.
 */
function assertShape(user: TransferUser): void {
  if (typeof user !== 'object' || user === null) throw new Unusable('it is no object')
  const isText = (value: unknown) => typeof value === 'string'
  const isFlag = (value: unknown) => typeof value === 'boolean'
  const shapes: readonly (readonly [keyof TransferUser, (value: unknown) => boolean, string])[] = [
    ['id', isText, 'text'],
    ['passwordHash', (value) => value === null || isText(value), 'text'],
    ['description', isText, 'text'],
    ['roles', (value) => Array.isArray(value) && value.every(isText), 'list of texts'],
    ['superuser', isFlag, 'true or false'],
    ['disabled', isFlag, 'true or false'],
  ]
  for (const [field, isRight, what] of shapes) {
    if (user[field] !== undefined && !isRight(user[field])) throw new Unusable(`its ${field} is no ${what}`)
  }
}

function assertRoleName(name: string): void {
  if (name.trim() === '' || name.length > 100 || /[\p{C}\p{Zl}\p{Zp}]/u.test(name)) {
    throw new Unusable('a role of it has a name that no role can have')
  }
}

/** Refuses NUL and halves of characters. Why: PostgreSQL refuses NUL, and half a character would come back changed. */
function assertText(text: string, what: string): void {
  if (text.includes('\0') || !text.isWellFormed()) throw new Unusable(`its ${what} holds a character that is none`)
  if (text.length > MOST_BYTES / 3 && Buffer.byteLength(text) > MOST_BYTES) {
    throw new Unusable(`its ${what} has over ${MOST_BYTES} bytes`)
  }
}

function checkProperties(properties: NonNullable<TransferUser['properties']>): string {
  if (isDeeper(properties, MOST_LEVELS)) throw new Unusable(`its properties are nested over ${MOST_LEVELS} levels deep`)
  const json = toJson(properties)
  if (!json?.startsWith('{')) throw new Unusable('its properties are no object')
  assertText(json, 'properties')
  return json
}

/** Returns true when a value is nested deeper than so many levels. Stops looking at that level. */
function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  return levels === 0 || Object.values(value).some((member) => isDeeper(member, levels - 1))
}

function toJson(properties: object): string | undefined {
  try {
    return writeProperties(properties)
  } catch (error) {
    if (error instanceof UnwritableNumberError)
      throw new Unusable('its properties hold a number that is none, or too large')
    throw new Unusable('its properties cannot be written as JSON')
  }
}

function assertTime(time: number | undefined): void {
  if (time === undefined || (Number.isSafeInteger(time) && time >= YEAR_1 && time < YEAR_10000)) return
  throw new Unusable('a time of it is none')
}

/** The years that ISO 8601 writes with four digits. */
const YEAR_1 = Date.parse('0001-01-01T00:00Z')
const YEAR_10000 = Date.UTC(10_000, 0)
