import { AuthError } from '../../errors.ts'
import type { PasswordHasher } from '../../passwords/password-hasher.ts'
import type { AccountEvents } from '../../users/account-events.ts'
import type { TransferUser } from '../../users/user-transfer.ts'
import { canonicalUsername } from '../../users/username.ts'
import { UnwritableNumberError, writeProperties } from '../check-account.ts'
import { knownRoleNames } from '../known-roles.ts'

/** A user whom the tables can take on every database. */
export interface CheckedUser extends Omit<TransferUser, 'properties'> {
  readonly canonical: string
  /** JSON. */
  readonly properties?: string
}

/** What is thrown for a user who cannot be stored: its message is the reason. */
class Unusable extends Error {}

/** Says why a user cannot be stored, or what is stored of it. */
export function createUserCheck(hasher: PasswordHasher, listeners: Iterable<AccountEvents>) {
  // Few users have roles that nobody had before.
  const lists = new Map<string, readonly string[]>()

  function checkRoles(roles: readonly string[]): readonly string[] {
    if (roles.length > MOST_ROLES) throw new Unusable(`it has over ${MOST_ROLES} roles`)
    // Not a plain join: the name of one role may read like those of several.
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
/** Of lists and objects within each other, in properties. More of them cost the stack of whoever walks through them. */
const MOST_LEVELS = 100
const MOST_IN_HASH = 500
/** What MariaDB has room for in a text. */
const MOST_BYTES = 65_535

/** Users come from files of others, and from code without types. One of a wrong shape keeps no other out. */
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

/** PostgreSQL takes no NUL, and half a character would come back as something else. */
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

/** Looks no deeper than that, however deep it is. */
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

/** What ISO 8601 writes with four digits. */
const YEAR_1 = Date.parse('0001-01-01T00:00Z')
const YEAR_10000 = Date.UTC(10_000, 0)
